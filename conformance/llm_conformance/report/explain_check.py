"""The explanation of one check: its rule, why it matters, what breaks it, the remedy, and a model that breaks it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from llm_conformance.catalogue.catalogue import SCENARIOS
from llm_conformance.catalogue.clauses import clauses
from llm_conformance.catalogue.defects import Defect, defects_of, finding_codes
from llm_conformance.catalogue.exports import EXPORT, is_exported
from llm_conformance.catalogue.kinds import needed_control
from llm_conformance.catalogue.remedies import Remedy, remedy_of
from llm_conformance.checks.registry import Check
from llm_conformance.records import Control
from llm_conformance.report.lines import wrap

_LABEL = 13
_SIMULATOR = "control wire: a client, and a provider simulated by --llm-wire=FORMAT; see conformance/SIMULATOR.md"


def check_lines(check: Check, width: int | None) -> list[str]:
    """The explanation of a check."""
    lines = [f"{check.id}  {check.level.upper()}  {check.clause}", "", *wrap(check.rule, width, ""), ""]
    lines += named("fault", check.fault_rule, width)
    if (clause := clauses()[check.clause].rule) != check.rule:
        lines += named("clause", clause, width)
    lines += remedy_lines(remedy_of(check), width)
    lines += ["", *_facts(check, width)]
    known = defects_of(check)
    if not known:
        return lines
    lines += ["", "Models with one defect for which this check fails:"]
    for one in known:
        lines += defect_lines(one, width, "  ")
    first = known[0]
    return [
        *lines,
        "",
        f"The code of {first.id} (--llm-explain=DEFECT shows that of another):",
        *example_lines(first.code),
    ]


def remedy_lines(remedy: Remedy, width: int | None) -> list[str]:
    """Why the rule matters, the usual causes, and the remedy with its example."""
    lines = named("why", remedy.why, width)
    for index, cause in enumerate(remedy.causes):
        lines += named("causes" if index == 0 else "", f"- {cause}", width)
    return [
        *lines,
        *named("remedy", remedy.remedy, width),
        *(f"{'':<{_LABEL}}{line}".rstrip() for line in remedy.example),
    ]


def defect_lines(defect: Defect, width: int | None, indent: str = "") -> list[str]:
    """What a defect does, and where it was reported."""
    lines = wrap(f"{indent}{defect.id}: {defect.story}", width, f"{indent}  ")
    return [*lines, *(f"{indent}  reported: {address}" for address in defect.reports)]


def example_lines(code: Iterable[str]) -> list[str]:
    """Lines of code, indented."""
    return [f"    {line}".rstrip() for line in code]


def named(title: str, text: str, width: int | None) -> list[str]:
    """The text behind its title, or nothing."""
    return wrap(f"{title:<{_LABEL - 1}} {text}", width, " " * _LABEL) if text else []


def _facts(check: Check, width: int | None) -> list[str]:
    acts: dict[str, list[str]] = {}
    for name in (*check.for_each, *check.observations):
        # The act of a fault repeats what the fault is.
        act = SCENARIOS[name].act.partition(": ")[0] if check.fault else SCENARIOS[name].act.rstrip(".")
        acts.setdefault(act, []).append(name)
    observed = "; ".join(f"{', '.join(names)}: {act}" for act, names in acts.items())
    codes = [code for code, checks in finding_codes().items() if check.family in checks]
    all_kinds = len(check.kinds) == len(type(check.kinds[0]))
    facts = (
        ("looks at", observed),
        ("after", ", ".join(check.requires)),
        ("needs", _needs(check)),
        ("applies to", "" if all_kinds else ", ".join(check.kinds)),
        ("claimed by", str(check.claim) if check.claim is not None else ""),
        (
            "compares",
            "answers of several calls, so the model must give the same answer each time" * check.deterministic,
        ),
        ("codes", ", ".join(codes)),
    )
    lines = [line for title, text in facts for line in named(title, text, width)]
    return [*lines, *export_lines([check], check.id, width)]


def export_lines(checks: Sequence[Check], name: str, width: int | None) -> list[str]:
    """How to make a script of a finding of these checks; those without a script are named, if others have one."""
    without = [one.id for one in checks if not is_exported(one)]
    if len(without) == len(checks):
        return []
    but = f"; not for {', '.join(without)}" if without else ""
    # A command is there to be copied, so it is not wrapped.
    return [
        *named("export", f"writes a script that shows a finding without the harness{but}", width),
        f"{'':<{_LABEL}}{EXPORT.format(name)}",
    ]


def _needs(check: Check) -> str:
    control, hookable = needed_control(check)
    if control is Control.WIRE:
        return _SIMULATOR
    if control is Control.SCRIPT:
        hooks = ", or a class that overrides _stream or _astream" if hookable else ""
        return f"control script{hooks}; see --llm-explain=control"
    return ""
