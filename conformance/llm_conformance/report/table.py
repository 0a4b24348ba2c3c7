"""What was judged: the header of a subject, a sample of its answer, and one line per group of checks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from llm_conformance.catalogue.catalogue import CHECKS, GROUPS
from llm_conformance.records import Status, SubjectInfo, Text, Verdict
from llm_conformance.report.escape import cut_middle, shown_in_full
from llm_conformance.report.lines import escape_line, wrap, wrap_items

ORDER = (
    Status.FAILED,
    Status.STALE,
    Status.EXPECTED,
    Status.INHERITED,
    Status.BLOCKED,
    Status.INCONCLUSIVE,
    Status.NOT_TESTABLE,
    Status.NOT_APPLICABLE,
)
_JUDGED = {Status.PASSED, Status.FAILED, Status.STALE}
_GROUP_WIDTH = max(map(len, GROUPS))
_SAMPLES = {"stream": "stream()", "astream": "astream()"}
_WIDEST = 108


def header(about: SubjectInfo, width: int | None) -> list[str]:
    """The subject: implementation, kind, control, profile and versions."""
    versions = ", ".join(f"{name} {version}" for name, version in about.versions.items())
    profile = about.profile or "none"
    scored = f", set: {about.requirement_set}" if about.requirement_set else ""
    facts = f"{about.source_kind}, kind: {about.kind}, control: {about.control}, profile: {profile}{scored}"
    first = f"{about.spec} ({facts})"
    # In a saved run, each of them may be any text.
    return [escape_line(first), *(wrap(escape_line(f"  {versions}"), width, "    ") if versions else [])]


def sample_lines(observations: Mapping[str, Any], width: int | None) -> list[str]:
    """The answer to the first prompt in chunks, as `stream` and `astream` gave it, if they are recorded."""
    lines = []
    for name, call in _SAMPLES.items():
        if name not in observations or "chunks" not in observations[name]:
            continue
        texts = tuple(map(_text, observations[name]["chunks"]))
        head = f"  {call:<10} {len(texts):>4} chunk{'s' * (len(texts) != 1):<1}  "
        if len(texts) == 1 and texts[0]:
            head += "(does not stream) "
        lines.append(head + cut_middle(shown_in_full(Text(texts)), max((width or _WIDEST) - len(head), 20)))
    return lines


def group_lines(verdicts: Iterable[Verdict], about: SubjectInfo, width: int | None) -> list[str]:
    """One line per group of checks: how many passed of those that are conclusive, then the other statuses.

    Groups for another kind of subject are left out.
    """
    by_group: dict[str, list[Verdict]] = {}
    for verdict in verdicts:
        by_group.setdefault(verdict.check.partition(".")[0], []).append(verdict)
    lines = []
    for group, members in by_group.items():
        if all(_is_for_another_kind(verdict, about) for verdict in members):
            continue
        scored = [verdict for verdict in members if not verdict.not_scored]
        judged = [verdict for verdict in scored if verdict.status in _JUDGED]
        passed = sum(verdict.status is Status.PASSED for verdict in judged)
        rest = [f"{count} {status}" for status in ORDER if (count := sum(one.status is status for one in scored))]
        rest += [f"{len(members) - len(scored)} not scored"] if len(members) > len(scored) else []
        own = f"  {group:<{_GROUP_WIDTH}} {passed:>2}/{len(judged)}"
        lines += wrap_items([own, *rest], " · ", width, " " * (_GROUP_WIDTH + 9))
    return lines


def _is_for_another_kind(verdict: Verdict, about: SubjectInfo) -> bool:
    check = CHECKS.get(verdict.check)
    return verdict.status is Status.NOT_APPLICABLE and check is not None and about.kind not in check.kinds


def _text(chunk: Any) -> str:
    """The text of a chunk in JSON data."""
    if isinstance(chunk, str):
        return chunk
    text = chunk.get("text", "") if "codepoints" not in chunk else chunk
    return "".join(map(chr, text["codepoints"])) if isinstance(text, dict) else str(text or "")
