"""The table of a comparison: what each suite noticed, and what it was not judged by."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import version

from peers.subjects import Subject

_PACKAGES = ("langchain-tests", "langchain-core", "pytest", "pytest-llm-conformance")
# Bases and defects. In the wrapping, events, callbacks, batches, the sum of chunks, structured output,
# `disable_streaming`, `output_version`, the forms of tools and the parser of arguments are langchain-core's.
_HIDDEN = {
    "AnswerDefect",
    "ChatCallbackDefect",
    "ChatEventDefect",
    "ScriptedV3",
    "V3Defect",
    "VersionedChat",
    "arguments-appended-whole",
    "async-arguments-appended-whole",
    "call-missing-in-chain-events",
    "call-missing-when-not-streamed",
    "calls-lost-in-batch",
    "chunks-raise-on-add",
    "class-without-end-in-streams",
    "function-tools-lost-on-loops",
    "function-tools-refused",
    "last-object-missing",
    "last-object-missing-in-events",
    "message-repeats-prefixes",
    "object-in-pieces",
    "object-when-whole",
    "own-object-without-end",
    "parameters-of-functions-not-sent",
    "parsed-missing-in-streams",
}
Found = Mapping[str, set[str]]


def lines(judged: Sequence[Subject], ours: Found, theirs: Found, passed: Found) -> Iterator[str]:
    """The table in lines. theirs and passed: the standard tests that failed and passed, by subject."""
    versions = ", ".join(f"{package} {version(package)}" for package in _PACKAGES)
    yield f"{datetime.now(UTC):%Y-%m-%d}: {versions}"
    bases = [each for each in judged if each.base]
    yield ""
    yield "| sound base | standard tests passed | failed | checks | failed |"
    yield "|---|---|---|---|---|"
    for each in bases:
        sound = (len(passed[each.name]), len(theirs[each.name]), len(each.checks), len(ours[each.name]))
        yield f"| {each.name} | {' | '.join(map(str, sound))} |"
    for each in bases:
        if failed := sorted(theirs[each.name] | ours[each.name]):
            yield f"- {each.name} fails: {', '.join(failed)}"
    yield ""
    yield "| defect | base | this suite | langchain-tests |"
    yield "|---|---|---|---|"
    counted: Counter[tuple[bool, bool]] = Counter()
    for each in judged:
        if each.base:
            continue
        own = sorted(ours[each.name] - ours[each.base_name])
        standard = sorted(theirs[each.name] & passed[each.base_name])
        counted[bool(own), bool(standard)] += 1
        yield f"| {each.name} | {each.base_name} | {', '.join(own)} | {', '.join(standard)} |"
    yield ""
    yield f"defects: {counted.total()}"
    hidden = [each.name for each in judged if not each.base and {each.name, each.base_name} & _HIDDEN]
    yield f"hidden from langchain-tests by the wrapping: {len(hidden)}"
    yield f"noticed by both: {counted[True, True]}, by neither: {counted[False, False]}"
    yield f"by this suite: {counted[True, True] + counted[True, False]}, alone: {counted[True, False]}"
    yield f"by langchain-tests: {counted[True, True] + counted[False, True]}, alone: {counted[False, True]}"
