"""A run in words: the header of a subject, one line per group, the findings, and the summary."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Mapping
from typing import Any

from llm_conformance.catalogue.catalogue import GROUPS, SNAPSHOTS
from llm_conformance.checks.registry import CHECKS
from llm_conformance.records import WITHOUT_CHECK, Control, Finding, Level, Status, SubjectInfo, Text, Verdict
from llm_conformance.report.escape import cut, display_line, escape

CONCLUSIVE = {Status.PASSED, Status.FAILED, Status.INHERITED, Status.EXPECTED, Status.STALE}
LINES = 15
WIDTH = 108
_INDENT = 11
_GROUP_WIDTH = max(map(len, GROUPS))
_NOT_JUDGED = (Status.BLOCKED, Status.INCONCLUSIVE, Status.NOT_TESTABLE)
_SHOWN_ONLY = (Status.INHERITED, Status.EXPECTED)
_REST = (Status.FAILED, Status.STALE, *_SHOWN_ONLY, *_NOT_JUDGED, Status.NOT_APPLICABLE)
_NOT_CONCLUSIVE = (Status.NOT_APPLICABLE, *_NOT_JUDGED)


def header(about: SubjectInfo) -> list[str]:
    """The subject: implementation, kind, control, profile and versions."""
    versions = ", ".join(f"{name} {version}" for name, version in about.versions.items())
    profile = about.profile or "none"
    subject = f"{about.spec} ({about.source_kind}, kind: {about.kind}, control: {about.control}, profile: {profile})"
    # In a saved run, each of them may be any text.
    return [escape_line(subject), *([f"  {escape_line(versions)}"] if versions else [])]


def sample_lines(observations: Mapping[str, Any]) -> list[str]:
    """The answer to the first prompt in chunks, as `stream` and `astream` gave it, if they are recorded."""
    lines = []
    for name in ("stream", "astream"):
        chunks = observations.get(name, {}).get("chunks", [])
        texts = tuple(_text(chunk) for chunk in chunks)
        if texts:
            line, _ = display_line(Text(texts), WIDTH - 24)
            lines.append(f"  {name + '()':<10} {len(texts):>4} chunk{'s' * (len(texts) != 1):<1}  {line}")
    return lines


def group_lines(verdicts: Iterable[Verdict]) -> list[str]:
    """One line per group of checks: how many passed of those that are conclusive, then the other statuses.

    A group that needs more control for all its checks is left out; `control_hint` names it.
    """
    by_group: dict[str, list[Verdict]] = {}
    for verdict in verdicts:
        by_group.setdefault(verdict.check.partition(".")[0], []).append(verdict)
    lines = []
    for group, members in by_group.items():
        not_applicable = [verdict for verdict in members if verdict.status is Status.NOT_APPLICABLE]
        uncontrolled = [verdict for verdict in members if _needs_script(verdict)]
        if uncontrolled and len(uncontrolled) + len(not_applicable) == len(members):
            continue
        judged = [verdict for verdict in members if verdict.status not in (*_NOT_CONCLUSIVE, *_SHOWN_ONLY)]
        passed = sum(verdict.status is Status.PASSED for verdict in judged)
        rest = [f"{count} {status}" for status in _REST if (count := sum(one.status is status for one in members))]
        lines.append("  " + " · ".join([f"{group:<{_GROUP_WIDTH}} {passed:>2}/{len(judged)}", *rest]))
    return lines


def verdict_lines(verdict: Verdict, rerun: str = "", *, verbose: bool = False) -> list[str]:
    """One failed check: level, id, clause, rule, both sides with the first difference marked, the rerun command."""
    if verdict.check in SNAPSHOTS:
        return _snapshot_lines(verdict, rerun)
    rule = CHECKS[verdict.check].rule if verdict.check in CHECKS else WITHOUT_CHECK.get(verdict.check, "")
    clause = f" ({verdict.clause})" if verdict.clause else ""
    lines = [f"{verdict.level.upper()} {verdict.check}{clause}: {rule.partition(chr(10))[0]}"]
    if verdict.check in CHECKS and CHECKS[verdict.check].fault:
        lines.append(f"  fault      {cut(CHECKS[verdict.check].fault_rule, WIDTH)}")
    if verdict.status in (*_SHOWN_ONLY, Status.STALE):
        label = "declared" if verdict.status is Status.EXPECTED else verdict.status
        more = f" (more: --llm-explain={verdict.baseline})" if verdict.baseline else ""
        lines.append(f"  {label:<10} {escape_line(verdict.reason)}{more}")
    room = LINES - 2
    for index, finding in enumerate(verdict.findings):
        shown = _finding(finding)
        if len(lines) + len(shown) > room:
            left = len(verdict.findings) - index
            lines.append(f"  and {left} more finding{'s' if left > 1 else ''}")
            break
        lines.extend(shown)
    if verdict.details:
        trace = verdict.details.rstrip("\n").splitlines()
        left = len(trace) if verbose else max(LINES - 1 - len(lines), 0)
        lines.extend(f"  {cut(escape_line(line), WIDTH)}" for line in trace[max(len(trace) - left, 0) :])
    return [*lines, f"  rerun      {rerun}"] if rerun else lines


def accepted_lines(verdicts: Iterable[Verdict]) -> list[str]:
    """One line per snapshot that this run accepted."""
    return [
        f"  {escape_line(one.reason)}"
        for one in verdicts
        if one.check in SNAPSHOTS and one.status is Status.PASSED and one.reason
    ]


def escape_line(line: str) -> str:
    """The line with unprintable characters escaped, and otherwise unchanged."""
    return "".join(character if character.isprintable() else escape(character) for character in line)


def summary_line(about: SubjectInfo, verdicts: Iterable[Verdict], gate: str, partial: str = "") -> str:
    """The last line: whether the subject conforms, and how many checks say so.

    partial: why some checks have no verdict. The line then has figures, and does not say whether the subject conforms.
    """
    verdicts = list(verdicts)
    counts = []
    for level in (Level.MUST, Level.SHOULD):
        # Deviations of the framework count neither for nor against the subject.
        judged = [one for one in verdicts if one.level is level and one.status not in (*_NOT_CONCLUSIVE, *_SHOWN_ONLY)]
        counts.append(f"{level} {sum(one.status is Status.PASSED for one in judged)}/{len(judged)}")
    statuses = (Status.STALE, *_SHOWN_ONLY, *_NOT_JUDGED)
    rest = ((status, sum(one.status is status for one in verdicts)) for status in statuses)
    counts += [f"{count} {status}" for status, count in rest if count]
    extent = f"; {escape_line(partial)}" if partial else ""
    return f"{_outcome(verdicts, gate, partial)}: {', '.join(counts)} (control: {about.control}{extent})"


def control_hint(about: SubjectInfo, verdicts: Iterable[Verdict]) -> list[str]:
    """The groups that need more control, and how to get it; empty if there are none."""
    groups = [one.check.partition(".")[0] for one in verdicts if _needs_script(one)]
    if not groups:
        return []
    lines = [
        f"{_not_testable(len(groups))} a scripted model; see --llm-explain=control",
        f"  ({_current_control(about)}):",
        f"  {', '.join(dict.fromkeys(groups))}",
    ]
    if about.not_hookable:
        lines.append(f"  for some of them it is enough to override _stream or _astream; here: {about.not_hookable}")
    return lines


def _current_control(about: SubjectInfo) -> str:
    hooks = " and ".join(about.hooks)
    return f"this one can be paused only between the chunks of {hooks}" if hooks else "this one is a black box"


def _not_testable(count: int) -> str:
    return "1 check not testable: it needs" if count == 1 else f"{count} checks not testable: they need"


def _needs_script(verdict: Verdict) -> bool:
    return verdict.status is Status.NOT_TESTABLE and verdict.needs == Control.SCRIPT


def _outcome(verdicts: list[Verdict], gate: str, partial: str) -> str:
    statuses = {verdict.status for verdict in verdicts}
    if Status.HARNESS_ERROR in statuses:
        return "harness error"
    if not statuses & CONCLUSIVE:
        return "no verdict"
    if partial:
        return "partial"
    if any(fails_run(one, gate) for one in verdicts):
        return "not conformant"
    deviates = any(one.status is Status.EXPECTED and one.level is Level.MUST for one in verdicts)
    return "conformant except for declared deviations" if deviates else "conformant"


def exit_code(verdicts: Iterable[Verdict], gate: str) -> int:
    """The exit code of pytest for these verdicts; 0 only if at least one of them is conclusive."""
    verdicts = list(verdicts)
    statuses = {verdict.status for verdict in verdicts}
    if Status.HARNESS_ERROR in statuses:
        return 3
    if any(fails_run(verdict, gate) for verdict in verdicts):
        return 1
    return 0 if statuses & CONCLUSIVE else 5


def worst(codes: Iterable[int]) -> int:
    """The exit code of a run with subjects of these codes; 5 if there are none."""
    return max(codes, key=(0, 5, 1, 2, 3).index, default=5)


def fails_run(verdict: Verdict, gate: str) -> bool:
    """Whether the verdict fails the run."""
    if verdict.status is Status.STALE:
        return True
    if verdict.status is not Status.FAILED:
        return False
    return verdict.level is Level.MUST or (verdict.level is Level.SHOULD and gate == "should")


def rerun_command(about: SubjectInfo, check: str, arguments: Iterable[str]) -> str:
    """The command that runs this one check again."""
    node = f"llm-conformance::{about.spec}::{check.replace('.', '::', 1)}"
    return shlex.join(["pytest", node, *arguments])


def _snapshot_lines(verdict: Verdict, rerun: str) -> list[str]:
    """One snapshot that differs: the difference, the rerun command, and the command that accepts it."""
    lines = [f"{verdict.level.upper()} {verdict.check}: {SNAPSHOTS[verdict.check].rule}"]
    # The lines of the difference show what the finding shows.
    for finding in verdict.findings if not verdict.details else ():
        lines.extend(_finding(finding))
    lines += [f"  {escape_line(line)}" for line in verdict.details.splitlines()]
    if not rerun:
        return lines
    # One change shows in several snapshots, so one command accepts them all.
    accept = rerun.replace(f"::{verdict.check.replace('.', '::')}", "::snapshots", 1)
    return [*lines, f"  rerun      {rerun}", f"  accept     {accept} --snapshot-update"]


def _finding(finding: Finding) -> list[str]:
    lines = [f"  where      {cut(escape_line(finding.location), WIDTH)}"] if finding.location else []
    expected, _ = display_line(finding.expected, WIDTH, finding.at)
    actual, column = display_line(finding.actual, WIDTH, finding.at)
    lines += [f"  expected   {expected}", f"  actual     {actual}"]
    if column is not None:
        lines.append(" " * (_INDENT + 2 + column) + f"^ first difference at character {finding.at}")
    lines += [f"  hint       {cut(escape_line(finding.hint), WIDTH)}"] if finding.hint else []
    return [*lines, f"  code       {finding.code}"]


def _text(chunk: Any) -> str:
    """The text of a chunk in JSON data."""
    if isinstance(chunk, str):
        return chunk
    text = chunk.get("text", "") if "codepoints" not in chunk else chunk
    return "".join(map(chr, text["codepoints"])) if isinstance(text, dict) else str(text)
