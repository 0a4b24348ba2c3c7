"""A run in words: the header of a subject, a line a group, the findings, and what was achieved."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Mapping
from typing import Any

from llm_conformance.catalogue.catalogue import SNAPSHOTS
from llm_conformance.checks.registry import CHECKS
from llm_conformance.records import Control, Finding, Level, Status, SubjectInfo, Text, Verdict
from llm_conformance.report.escape import cut, display_line, escape

CONCLUSIVE = {Status.PASSED, Status.FAILED, Status.INHERITED, Status.EXPECTED, Status.STALE}
LINES = 15
WIDTH = 108
_INDENT = 11
_NOT_JUDGED = (Status.BLOCKED, Status.NOT_TESTABLE)
_SHOWN_ONLY = (Status.INHERITED, Status.EXPECTED)
_REST = (Status.FAILED, Status.STALE, *_SHOWN_ONLY, Status.BLOCKED, Status.NOT_TESTABLE, Status.NOT_APPLICABLE)
_NOT_CONCLUSIVE = (Status.NOT_APPLICABLE, Status.NOT_TESTABLE, Status.BLOCKED)


def header(about: SubjectInfo) -> list[str]:
    """Who is judged: implementation, kind, control, profile and versions."""
    versions = ", ".join(f"{name} {version}" for name, version in about.versions.items())
    profile = about.profile or "none"
    return [
        f"{about.spec} ({about.source_kind}, kind: {about.kind}, control: {about.control}, profile: {profile})",
        f"  {versions}",
    ]


def sample_lines(observations: Mapping[str, Any]) -> list[str]:
    """What the model said to the first prompt, as it streamed: the record of stream and astream, where there is one."""
    lines = []
    for name in ("stream", "astream"):
        chunks = observations.get(name, {}).get("chunks", [])
        texts = tuple(_text(chunk) for chunk in chunks)
        if texts:
            line, _ = display_line(Text(texts), WIDTH - 24)
            lines.append(f"  {name + '()':<10} {len(texts):>4} chunk{'s' * (len(texts) != 1):<1}  {line}")
    return lines


def group_lines(verdicts: Iterable[Verdict]) -> list[str]:
    """A line for each group of checks: how many passed of those that reached a verdict, and what became of the rest.

    A group of which nothing can be seen under this control has its place in `unseen`.
    """
    by_group: dict[str, list[Verdict]] = {}
    for verdict in verdicts:
        by_group.setdefault(verdict.check.partition(".")[0], []).append(verdict)
    lines = []
    for group, members in by_group.items():
        unclaimed = [verdict for verdict in members if verdict.status is Status.NOT_APPLICABLE]
        out_of_reach = [verdict for verdict in members if _out_of_reach(verdict)]
        if out_of_reach and len(out_of_reach) + len(unclaimed) == len(members):
            continue
        judged = [verdict for verdict in members if verdict.status not in (*_NOT_CONCLUSIVE, *_SHOWN_ONLY)]
        passed = sum(verdict.status is Status.PASSED for verdict in judged)
        rest = [f"{count} {word}" for word in _REST if (count := sum(verdict.status is word for verdict in members))]
        lines.append("  " + " · ".join([f"{group:<10} {passed:>2}/{len(judged)}", *rest]))
    return lines


def verdict_lines(verdict: Verdict, rerun: str = "", *, verbose: bool = False) -> list[str]:
    """One failed check: level and id, clause, rule, both sides with the first difference marked, how to repeat it."""
    if verdict.check in SNAPSHOTS:
        return _snapshot_lines(verdict, rerun)
    rule = CHECKS[verdict.check].rule if verdict.check in CHECKS else ""
    lines = [f"{verdict.level.upper()} {verdict.check} ({verdict.clause}): {rule.partition(chr(10))[0]}"]
    if verdict.status in (*_SHOWN_ONLY, Status.STALE):
        label = "declared" if verdict.status is Status.EXPECTED else verdict.status
        more = (
            f" (more: --llm-explain={verdict.reason.partition(':')[0]})" if verdict.status is Status.INHERITED else ""
        )
        lines.append(f"  {label:<10} {escape_line(verdict.reason)}{more}")
    room = LINES - 2
    for index, finding in enumerate(verdict.findings):
        shown = _finding(finding)
        if len(lines) + len(shown) > room:
            lines.append(f"  and {len(verdict.findings) - index} more like it")
            break
        lines.extend(shown)
    if verdict.details:
        trace = verdict.details.rstrip("\n").splitlines()
        left = len(trace) if verbose else max(LINES - 1 - len(lines), 0)
        lines.extend(f"  {cut(escape_line(line), WIDTH)}" for line in trace[max(len(trace) - left, 0) :])
    return [*lines, f"  repeat     {rerun}"] if rerun else lines


def accepted_lines(verdicts: Iterable[Verdict]) -> list[str]:
    """A line for each snapshot that was accepted in this run."""
    return [
        f"  {escape_line(one.reason)}"
        for one in verdicts
        if one.check in SNAPSHOTS and one.status is Status.PASSED and one.reason
    ]


def escape_line(line: str) -> str:
    """A line of a traceback, harmless in a terminal and otherwise as it is."""
    return "".join(character if character.isprintable() else escape(character) for character in line)


def summary_line(about: SubjectInfo, verdicts: Iterable[Verdict], gate: str) -> str:
    """The last line: whether the subject conforms, and what was judged to say so."""
    verdicts = list(verdicts)
    counts = []
    for level in (Level.MUST, Level.SHOULD):
        # What is the framework's own is shown, and neither for nor against the subject.
        judged = [one for one in verdicts if one.level is level and one.status not in (*_NOT_CONCLUSIVE, *_SHOWN_ONLY)]
        counts.append(f"{level} {sum(one.status is Status.PASSED for one in judged)}/{len(judged)}")
    rest = ((word, sum(one.status is word for one in verdicts)) for word in (Status.STALE, *_SHOWN_ONLY, *_NOT_JUDGED))
    counts += [f"{count} {word}" for word, count in rest if count]
    return f"{_outcome(verdicts, gate)}: {', '.join(counts)} (control: {about.control})"


def control_hint(about: SubjectInfo, verdicts: Iterable[Verdict]) -> list[str]:
    """What this control cannot show, and how to get more; nothing where it shows all."""
    groups = [one.check.partition(".")[0] for one in verdicts if _out_of_reach(one)]
    if not groups:
        return []
    lines = [
        f"{len(groups)} checks need a model that is held in hand, and {_who(about)}:",
        f"  {', '.join(dict.fromkeys(groups))}; --llm-explain=script tells how",
    ]
    if about.not_hookable:
        lines.append(f"  some need only hooks that can be held, _stream or _astream of a class: {about.not_hookable}")
    return lines


def _who(about: SubjectInfo) -> str:
    if about.control is Control.WIRE:
        return "a model behind a simulated provider is not"
    if about.hooks:
        return f"a black box is held in {' and '.join(about.hooks)} alone"
    return "a black box is not"


def _out_of_reach(verdict: Verdict) -> bool:
    return verdict.status is Status.NOT_TESTABLE and verdict.needs == Control.SCRIPT


def _outcome(verdicts: list[Verdict], gate: str) -> str:
    words = {verdict.status for verdict in verdicts}
    if Status.HARNESS_ERROR in words:
        return "harness error"
    if not words & CONCLUSIVE:
        return "no verdict"
    if any(fails_run(one, gate) for one in verdicts):
        return "not conformant"
    broken = any(one.status is Status.EXPECTED and one.level is Level.MUST for one in verdicts)
    return "conformant but for what is declared" if broken else "conformant"


def exit_code(verdicts: Iterable[Verdict], gate: str) -> int:
    """What a run with these verdicts ends with, in pytest's numbers; never 0 where no verdict was reached."""
    verdicts = list(verdicts)
    words = {verdict.status for verdict in verdicts}
    if Status.HARNESS_ERROR in words:
        return 3
    if any(fails_run(verdict, gate) for verdict in verdicts):
        return 1
    return 0 if words & CONCLUSIVE else 5


def fails_run(verdict: Verdict, gate: str) -> bool:
    """Whether the verdict fails the run."""
    if verdict.status is Status.STALE:
        return True
    if verdict.status is not Status.FAILED:
        return False
    return verdict.level is Level.MUST or (verdict.level is Level.SHOULD and gate == "should")


def rerun_command(about: SubjectInfo, check: str, arguments: Iterable[str]) -> str:
    """The command that judges that one check again."""
    node = f"llm-conformance::{about.spec}::{check.replace('.', '::', 1)}"
    return shlex.join(["pytest", node, *arguments])


def _snapshot_lines(verdict: Verdict, repeat: str) -> list[str]:
    """One snapshot that differs: the difference, how to see it again, and how to accept it."""
    lines = [f"{verdict.level.upper()} {verdict.check}: {SNAPSHOTS[verdict.check].rule}"]
    # The lines of the difference say what a finding would.
    for finding in verdict.findings if not verdict.details else ():
        lines.extend(_finding(finding))
    lines += [f"  {escape_line(line)}" for line in verdict.details.splitlines()]
    if not repeat:
        return lines
    # One change shows in several snapshots, so they are accepted together.
    accept = repeat.replace(f"::{verdict.check.replace('.', '::')}", "::snapshots", 1)
    return [*lines, f"  repeat     {repeat}", f"  accept     {accept} --snapshot-update"]


def _finding(finding: Finding) -> list[str]:
    lines = [f"  where      {cut(escape_line(finding.where), WIDTH)}"] if finding.where else []
    expected, _ = display_line(finding.expected, WIDTH, finding.at)
    seen, column = display_line(finding.actual, WIDTH, finding.at)
    lines += [f"  expected   {expected}", f"  seen       {seen}"]
    if column is not None:
        lines.append(" " * (_INDENT + 2 + column) + f"^ they differ at character {finding.at}")
    return lines


def _text(chunk: Any) -> str:
    """The text of a chunk in JSON data."""
    if isinstance(chunk, str):
        return chunk
    text = chunk.get("text", "") if "codepoints" not in chunk else chunk
    return "".join(map(chr, text["codepoints"])) if isinstance(text, dict) else str(text)
