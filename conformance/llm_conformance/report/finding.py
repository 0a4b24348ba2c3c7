"""A verdict with findings, in lines."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile
from unicodedata import category, normalize
from unicodedata import name as name_of

from llm_conformance.catalogue.catalogue import SNAPSHOTS
from llm_conformance.checks.registry import CHECKS
from llm_conformance.records import WITHOUT_CHECK, Display, Finding, Status, Text, Verdict
from llm_conformance.report.escape import columns, display_line, shown_in_full
from llm_conformance.report.lines import escape_line, labelled, room, wrap

_UPDATE = "--snapshot-update"
_SIDES = ("expected", "actual")
# What is shown without -v: findings of a verdict, columns of a text without a width, lines of a traceback.
_FINDINGS = 3
_COLUMNS = 108
_FRAMES = 6
# The texts of `where`, of a finding that stands for several.
_PLACES = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """How much is shown. width: the columns of the terminal, None for whole lines. verbose: all of it."""

    width: int | None = None
    verbose: bool = False


def verdict_lines(verdict: Verdict, rerun: str = "", layout: Layout = Layout()) -> list[str]:
    """One verdict: level, id, clause and rule, its findings with the first difference marked, the rerun command."""
    if verdict.check in SNAPSHOTS:
        return _snapshot_lines(verdict, rerun, layout)
    lines = [*heading(verdict, layout), *_labels(verdict, layout), *finding_lines(verdict, layout)]
    return [*lines, *rerun_lines(rerun)]


def heading(verdict: Verdict, layout: Layout, others: int = 0) -> list[str]:
    """Level, id, clause and rule. others: how many more checks the lines below stand for."""
    rule = CHECKS[verdict.check].rule if verdict.check in CHECKS else WITHOUT_CHECK.get(verdict.check, "")
    more = f" and {others} more" if others else ""
    clause = f" ({verdict.clause})" if verdict.clause else ""
    line = f"{verdict.level.upper()} {verdict.check}{more}{clause}: {rule.partition(chr(10))[0]}"
    return wrap(line, layout.width)


def finding_lines(verdict: Verdict, layout: Layout) -> list[str]:
    """The findings, those that differ in their place only as one, and the traceback."""
    findings = merged(verdict.findings)
    shown = findings if layout.verbose else findings[:_FINDINGS]
    lines = [line for finding in shown for line in _finding(finding, layout)]
    if left := len(findings) - len(shown):
        lines += labelled("more", f"{left} more finding{'s' * (left > 1)}; -v shows all", layout.width)
    return [*lines, *_traceback(verdict.details, layout)]


def rerun_lines(rerun: str) -> list[str]:
    """The command that runs the check again, on one line."""
    return labelled("rerun", rerun, None) if rerun else []


def _labels(verdict: Verdict, layout: Layout) -> Iterator[str]:
    """What is known of the verdict before its findings."""
    if verdict.check in CHECKS and CHECKS[verdict.check].fault:
        yield from labelled("fault", CHECKS[verdict.check].fault_rule, layout.width)
    if verdict.not_scored:
        yield from labelled("not scored", verdict.not_scored, layout.width)
    if verdict.status in {Status.INHERITED, Status.EXPECTED, Status.STALE}:
        label = "declared" if verdict.status is Status.EXPECTED else verdict.status.value
        more = f" (more: --llm-explain={verdict.baseline})" if verdict.baseline else ""
        yield from labelled(label, f"{escape_line(verdict.reason)}{more}", layout.width)


def merged(findings: Sequence[Finding]) -> list[Finding]:
    """One finding for those that differ in their scenario and place only; its `where` names each."""
    by_story: dict[Finding, list[str]] = {}
    for one in findings:
        by_story.setdefault(replace(one, scenario="", where=""), []).append(one.location)
    return [replace(story, where=_places(where)) for story, where in by_story.items()]


def _places(where: Iterable[str]) -> str:
    places = list(dict.fromkeys(filter(None, where)))
    more = f"; and {len(places) - _PLACES} more" if len(places) > _PLACES else ""
    return "; ".join(places[:_PLACES]) + more


def _finding(finding: Finding, layout: Layout) -> Iterator[str]:
    sides = finding.sides or _SIDES
    column = max(10, *map(len, sides))
    if finding.location:
        yield from labelled("where", escape_line(finding.location), layout.width, column)
    yield from sides_lines(finding, layout)
    if finding.hint:
        yield from labelled("hint", escape_line(finding.hint), layout.width, column)
    yield from labelled("code", finding.code, layout.width, column)


def sides_lines(finding: Finding, layout: Layout) -> Iterator[str]:
    """The two sides of a finding, with the first difference marked."""
    sides = finding.sides or _SIDES
    column = max(10, *map(len, sides))
    for name, value in zip(sides, (finding.expected, finding.actual), strict=True):
        yield from _side(name, value, finding.at, layout, column)
    if finding.at is not None and isinstance(finding.actual, Text):
        yield from _mark(finding, layout, column)


def _side(name: str, value: Display, at: int | None, layout: Layout, column: int) -> list[str]:
    if isinstance(value, str):
        text = shown_in_full(value) or "(no text)"
        return labelled(name, text, layout.width, column)
    if layout.verbose and _is_wide(value, layout, column):
        return labelled(name, shown_in_full(value), layout.width, column)
    return labelled(name, display_line(value, room(layout.width, column) or _COLUMNS, at)[0], None, column)


def _is_wide(value: Display, layout: Layout, column: int) -> bool:
    """Whether the value needs more than one line."""
    return columns(shown_in_full(value)) > (room(layout.width, column) or _COLUMNS)


def _mark(finding: Finding, layout: Layout, column: int) -> Iterator[str]:
    """The place of the first difference: below the text, or in words where the text is on several lines."""
    words = f"first difference at character {finding.at}{_code_points(finding)}"
    _, place = display_line(finding.actual, room(layout.width, column) or _COLUMNS, finding.at)
    if place is None or (layout.verbose and _is_wide(finding.actual, layout, column)):
        yield from labelled("", words, layout.width, column)
        return
    line = " " * (column + 3 + place) + f"^ {words}"
    if layout.width is None or len(line) <= layout.width:
        yield line
    else:
        yield " " * (column + 3 + place) + "^"
        yield from labelled("", words, layout.width, column)


def _code_points(finding: Finding) -> str:
    """The characters at the first difference by number, if they look the same; else empty."""
    sides, at = (finding.expected, finding.actual), finding.at or 0
    texts = [_character(one.whole[at:]) for one in sides if isinstance(one, Text)]
    if len(texts) < len(sides) or not _look_the_same(*texts):
        return ""
    shown = [" ".join(f"U+{ord(one):04X}" for one in text) or "nothing" for text in texts]
    return f": {shown[0]}, and {shown[1]}"


def _character(text: str) -> str:
    """The first character of the text, with the marks behind it."""
    return text[:1] + "".join(takewhile(_is_mark, text[1:]))


def _is_mark(character: str) -> bool:
    return category(character).startswith("M")


def _look_the_same(one: str, other: str) -> bool:
    """Whether they differ in their form alone, in a mark, or in their script."""
    if any(_is_mark(text[:1] or " ") for text in (one, other)) or normalize("NFKC", one) == normalize("NFKC", other):
        return True
    # Such as LATIN CAPITAL LETTER A, and CYRILLIC CAPITAL LETTER A.
    letters = [name_of(text, "").partition(" ")[2] for text in (one, other) if len(text) == 1 and text.isalpha()]
    return len(letters) > 1 and bool(letters[0]) and letters[0] == letters[1]


def _traceback(details: str, layout: Layout) -> list[str]:
    trace = details.rstrip("\n").splitlines()
    if not trace:
        return []
    shown = trace if layout.verbose else trace[-_FRAMES:]
    cut = f"its last {len(shown)} lines; -v shows all" if len(shown) < len(trace) else ""
    lines = labelled("traceback", cut, layout.width)
    for line in shown:
        bare = escape_line(line)
        indent = " " * (len(bare) - len(bare.lstrip()) + 4)
        lines += wrap(indent + bare.lstrip(), layout.width, f"{indent}  ")
    return lines


def _snapshot_lines(verdict: Verdict, rerun: str, layout: Layout) -> list[str]:
    """One snapshot that differs: the difference, the rerun command, and the command that accepts it."""
    lines = wrap(f"{verdict.level.upper()} {verdict.check}: {SNAPSHOTS[verdict.check].rule}", layout.width)
    # The lines of the difference show what the finding shows.
    for finding in verdict.findings if not verdict.details else ():
        lines.extend(_finding(finding, layout))
    lines += [f"  {escape_line(line)}" for line in verdict.details.splitlines()]
    if not rerun:
        return lines
    return [*lines, *rerun_lines(rerun), *labelled("accept", _accept(verdict.check, rerun), None)]


def _accept(name: str, rerun: str) -> str:
    """The command that accepts the snapshot, and those that show the same change: they are blocked by it."""
    named = [name]
    for one in SNAPSHOTS.values():
        if not named.count(one.id) and set(one.requires) & set(named):
            named.append(one.id)
    program, node, *options = shlex.split(rerun)
    suite = node.rpartition("::snapshots::")[0]
    nodes = [f"{suite}::{one.replace('.', '::')}" for one in named]
    return shlex.join(
        [program, *([f"{suite}::snapshots"] if len(nodes) == len(SNAPSHOTS) else nodes), *options, _UPDATE]
    )
