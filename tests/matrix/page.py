"""The page of the matrix, from its cells and from the confirmed causes of their findings."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from llm_conformance.catalogue.fitness import purposes
from llm_conformance.subject.presets import distribution_of
from matrix.cell import Cell
from matrix.text import CAUSES, FOOT, HEAD, UNTESTED
from presets.published import Cause, causes, known, known_findings, report_of, untested

_EVERY_RUN = ("python", "pytest-llm-conformance", "langchain-core")
_EXAMPLE = "langchain_openai:ChatOpenAI"


def record_of(name: str) -> str:
    """Where the saved run of that class is, from the page."""
    return f"matrix/{report_of(name)}.gz"


def badge_of(name: str, suffix: str) -> str:
    """Where the badge of that class is, from the page: ".svg" is the image, ".json" the one for shields.io."""
    return f"matrix/badges/{report_of(name).removesuffix('.json')}{suffix}"


def page(cells: Mapping[str, Cell]) -> str:
    """The whole page."""
    sections = (line for name, cell in cells.items() for line in _section(name, cell))
    reasons = (line for name in missing(cells) for line in _reason(name))
    explained = (line for one in enumerate(causes(), start=1) for line in _cause(*one, cells))
    rows = (_row(name, cell) for name, cell in cells.items())
    head = HEAD.format(verified=len(cells), untested=len(missing(cells)))
    foot = FOOT.format(citation=_citation(cells))
    return "\n".join([head, *rows, "\n## The cells", *sections, UNTESTED, *reasons, CAUSES, *explained, foot])


def missing(cells: Mapping[str, Cell]) -> list[str]:
    """The classes without a saved run: presets that have not run, and published classes without a preset."""
    return [name for name in (*known(), *untested()) if name not in cells]


def unconfirmed(cells: Mapping[str, Cell]) -> list[tuple[str, str]]:
    """The findings without a confirmed cause, as pairs of a class and a check."""
    return [(name, check) for name, cell in cells.items() for check in cell.failed if check not in known_findings(name)]


def _row(name: str, cell: Cell) -> str:
    spec, _, wire = name.partition(" --llm-wire=")
    of = distribution_of(known()[name])
    # A phone is narrow: a long name may break before a capital letter, and two figures share a column.
    broken = re.sub(r"(?<=[a-z])(?=[A-Z])", "<wbr>", spec.partition(":")[2])
    link = f"[{broken}](#{_anchor(_heading(name))})"
    fit = ", ".join(cell.fit_for) or "none"
    named = f"{link}{f', {wire}' * bool(wire)}<br>{of} {cell.versions[of]}"
    return f"| {named} | {_of(cell.must)}<br>{_of(cell.should)} | {fit} |"


def _section(name: str, cell: Cell) -> Iterator[str]:
    preset, titles = known()[name], purposes()
    of = distribution_of(preset)
    yield f"\n### {_heading(name)}\n"
    yield f"![llm conformance: {cell.badge.message}]({badge_of(name, '.svg')})\n"
    first = dict.fromkeys([of, *cell.versions])
    versions = ", ".join(f"{one} {cell.versions[one]}" for one in first)
    older = "; an older run, without the versions of the clients" * (set(cell.versions) <= {*_EVERY_RUN, of})
    yield f"*Verified*{f' on {cell.date}' * bool(cell.date)}: {versions}{older}.\n"
    streams = "streams natively" if preset.claims["streams"] else "streams by fallback"
    kind = "string" if cell.kind == "llm" else cell.kind
    yield f"- a {kind} model on `{preset.wire}`, {streams}"
    yield f"- MUST {_of(cell.must)}, SHOULD {_of(cell.should)}"
    if cell.inherited:
        yield f"- inherited from langchain-core: {_checks(cell.inherited)}"
    yield from (f"- {titles[purpose].title}: {words}" for purpose, words in cell.fitness.items())
    yield f"- [the saved run]({record_of(name)})"
    yield from _found(name, cell)


def _found(name: str, cell: Cell) -> Iterator[str]:
    """What fails, by cause; the causes with a MUST first."""
    explained = known_findings(name)
    by_cause = []
    for number, cause in enumerate(causes(), start=1):
        checks = [check for check in cell.failed if explained.get(check) is cause]
        musts = [check for check in checks if cell.failed[check] == "must"]
        shoulds = [check for check in checks if check not in musts]
        named = "; ".join(f"{level} {_checks(some)}" for level, some in (("MUST", musts), ("SHOULD", shoulds)) if some)
        if named:
            by_cause.append((not musts, f"- {_cause_link(number, cause)}: {named}"))
    if by_cause:
        yield "\nWhat fails, by its cause:\n"
        yield from (line for _, line in sorted(by_cause, key=lambda one: one[0]))


def _reason(name: str) -> Iterator[str]:
    yield f"- `{name}`: {untested().get(name, 'the preset was not run yet')}"


def _cause(number: int, cause: Cause, cells: Mapping[str, Cell]) -> Iterator[str]:
    yield f"\n### {_title(number, cause)}\n\n{cause.why}\n"
    found = [pair for pair in cause.fails if pair[0] in cells and pair[1] in cells[pair[0]].failed]
    checks = dict.fromkeys(check for _, check in found)
    names = dict.fromkeys(name for name, _ in found)
    yield f"- checks: {_checks(checks)}" if checks else "- no class of the present matrix has it"
    if names:
        yield f"- classes: {', '.join(f'[{_short(name)}](#{_anchor(_heading(name))})' for name in names)}"


def _citation(cells: Mapping[str, Cell]) -> str:
    """How to cite a cell, by the example of one."""
    name = _EXAMPLE if _EXAMPLE in cells else next(iter(cells))
    cell, of = cells[name], distribution_of(known()[name])
    suite = f"pytest-llm-conformance {cell.versions['pytest-llm-conformance']}"
    return (
        f"{name}, {of} {cell.versions[of]}, on {suite}, {cell.date}: MUST {_of(cell.must)}, SHOULD {_of(cell.should)}"
    )


def _of(figures: tuple[int, int]) -> str:
    return f"{figures[0]}/{figures[1]}"


def _checks(names: Mapping[str, None] | tuple[str, ...] | list[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _heading(name: str) -> str:
    return name.replace(" --llm-wire=", ", ")


def _short(name: str) -> str:
    spec, _, wire = name.partition(" --llm-wire=")
    module, _, attribute = spec.partition(":")
    kind = f"{attribute} of langchain-community" if module.startswith("langchain_community") else attribute
    return f"{kind} ({wire})" if wire else kind


def _title(number: int, cause: Cause) -> str:
    return f"{number}. {cause.name}"


def _cause_link(number: int, cause: Cause) -> str:
    title = _title(number, cause)
    return f"[{title}](#{_anchor(title)})"


def _anchor(title: str) -> str:
    """The fragment that a Markdown page has for this heading."""
    return re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-")
