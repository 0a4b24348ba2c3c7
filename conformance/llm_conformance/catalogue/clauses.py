"""The clauses of the contract, and which checks cover them."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from llm_conformance.catalogue.catalogue import CHECKS
from llm_conformance.catalogue.kinds import kinds_table
from llm_conformance.records import Level
from llm_conformance.suggest import did_you_mean

_TERMS = (
    "- MUST: a violation fails the run. SHOULD: it is reported, and fails the run only under `--llm-gate=should`.",
    "  MAY: it is recorded.",
    "- v1, v2: the two versions of `astream_events()`, chosen by its argument `version`.",
    "- root: the run of the object that is called, and its events. A nested run is a step of a chain within it.",
    "- native: the model itself produces the chunks, by `_stream` or `_astream`. A model without streaming has the",
    "  *fallback*: its whole answer is one chunk.",
)
_KINDS = (
    "## What is judged of which kind",
    "",
    "The number of checks, by the [control](llm_conformance/control/CONTROL.md) that they need: any black",
    "box; the hooks `_stream` and `_astream` of a class, or a script; a script alone; a simulated provider. A check of",
    "less control is also made with more. Beside its text, a chat model is judged by its calls of tools, its usage,",
    "its reasoning and content blocks, its finish reason and its ids; a chain by what its last step gives.",
)


@dataclass(frozen=True, slots=True)
class Clause:
    """One requirement. `none` says why no check covers it, and is empty if `checks` is not."""

    id: str
    level: Level
    rule: str
    checks: tuple[str, ...]
    none: str = ""
    note: str = ""


@cache
def clauses() -> dict[str, Clause]:
    """All clauses by id, in the contract's order; TypeError names a check whose clause does not exist."""
    content = tomllib.loads(files("llm_conformance.catalogue").joinpath("clauses.toml").read_text(encoding="utf-8"))
    for check in CHECKS.values():
        if check.clause not in content:
            hint = did_you_mean(check.clause, content) or "; add it to catalogue/clauses.toml"
            raise TypeError(f"check {check.id!r}: clause {check.clause!r} does not exist{hint}")
    found = {}
    for name, clause in content.items():
        own = dict.fromkeys(check.family for check in CHECKS.values() if check.clause == name)
        found[name] = Clause(
            id=name,
            level=Level(clause["level"]),
            rule=clause["rule"],
            checks=(*own, *clause.get("also", ())),
            none=clause.get("none", ""),
            note=clause.get("note", ""),
        )
    return found


def contract_page() -> Iterable[str]:
    """The contract as a Markdown page: every clause, with the checks that cover it."""
    covered = sum(bool(clause.checks) for clause in clauses().values())
    yield "# The contract"
    yield ""
    yield "What a Runnable-style streaming model must do for its callers, and the checks that test it."
    yield f"{len(clauses())} clauses; {len(CHECKS)} checks cover {covered} of them. `--llm-explain=ID` shows more."
    yield ""
    yield from _TERMS
    yield ""
    yield "| clause | level | rule | covered by |"
    yield "|---|---|---|---|"
    for clause in clauses().values():
        checks = ", ".join(map(_named, clause.checks)) or f"*{_no_check(clause.none)}*"
        note = f" ({clause.note})" if clause.note else ""
        yield f"| {clause.id} | {clause.level.upper()} | {clause.rule} | {checks}{note} |"
    yield from ("", *_KINDS, "", *kinds_table())


def _no_check(none: str) -> str:
    """Why no check covers the clause, without the word "never"."""
    when, _, reason = none.partition(": ")
    return f"no check{' yet' if when == 'later' else ''}: {reason}"


def _named(check: str) -> str:
    faults = sum(one.family == check for one in CHECKS.values() if one.fault)
    return f"`{check}[..]` ({faults} faults)" if faults else f"`{check}`"
