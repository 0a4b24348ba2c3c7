"""The projections of a v3 stream, and its message: they say what the events say."""

from __future__ import annotations

import json
from collections.abc import Iterator

from llm_conformance.checks.calls import CHAT
from llm_conformance.checks.events_v3 import ALL_V3, FINISH
from llm_conformance.checks.registry import SHOULD, check
from llm_conformance.checks.same_message import same_calls, same_usage
from llm_conformance.checks.v3_deltas import blocks_of
from llm_conformance.checks.vacuity import no_v3_block
from llm_conformance.records import (
    Finding,
    Findings,
    Message,
    Projection,
    Text,
    V3Stream,
    V3Streams,
    Value,
    data,
    first_difference,
)

_TEXTS = {".text": "text", ".reasoning": "reasoning"}
_LONGEST = 200


@check(
    "events-v3.projections",
    SHOULD,
    clause="V3-005",
    for_each=ALL_V3,
    kinds=CHAT,
    requires=("events-v3.last", "events-v3.deltas"),
    vacuous=(no_v3_block,),
)
def projections_say_what_the_events_say(stream: V3Stream | V3Streams) -> Findings:
    """`.text`, `.reasoning` and `.tool_calls` give what the blocks say: as a whole, and added up from their deltas."""
    for name, one in stream.streams.items():
        finding = next(_differences(one, name), None)
        if finding is not None:
            yield finding
            return


@check(
    "events-v3.output",
    SHOULD,
    clause="V3-005",
    for_each=ALL_V3,
    kinds=CHAT,
    requires=("events-v3.projections",),
    vacuous=(no_v3_block,),
)
def the_message_says_what_the_events_say(stream: V3Stream | V3Streams) -> Findings:
    """`.output` is the message that the events say: its text, its calls, and the usage that `message-finish` tells."""
    for name, one in stream.streams.items():
        finding = _other_output(one, name)
        if finding is not None:
            yield finding
            return


def text_of(stream: V3Stream, kind: str) -> str:
    """What the finished blocks of a type say: "text" or "reasoning"."""
    blocks = (block.finish or {} for block in blocks_of(stream))
    return "".join(str(block.get(kind) or "") for block in blocks if block.get("type") == kind)


def _differences(stream: V3Stream, name: str) -> Iterator[Finding]:
    for attribute, projection in stream.projections.items():
        where = ", ".join(part for part in (name, attribute) if part)
        if projection.raised is not None:
            raised = projection.raised
            yield Finding("a projection", raised.text, code="projection-raised", where=where, exception=raised.bases[0])
        elif attribute in _TEXTS:
            expected = text_of(stream, _TEXTS[attribute])
            for code, actual in (("whole-differs", _text(projection.whole)), ("deltas-differ", _joined(projection))):
                if actual != expected:
                    at = first_difference(expected, actual)
                    yield Finding(Text((expected,)), Text((actual,)), code=code, at=at, where=where)
        else:
            yield from _other_calls(stream, projection, where)


def _other_calls(stream: V3Stream, projection: Projection, where: str) -> Iterator[Finding]:
    calls = [block for block in blocks_of(stream) if (block.finish or {}).get("type") == "tool_call"]
    expected = [_named(block.finish) for block in calls]
    whole = data(projection.whole) if projection.whole is not None else None
    actual = [_named(one) for one in whole] if isinstance(whole, list) else []
    # The calls are in the order in which they finished, or in that of their blocks.
    if sorted(expected) != sorted(actual):
        yield Finding(_listed(expected), _listed(actual), code="calls-differ", where=where)
        return
    ids = [(block.finish or {}).get("id") for block in calls]
    # The deltas of a call are those with its id.
    for block in (one for one, id_ in zip(calls, ids, strict=True) if ids.count(id_) == 1):
        fragments = str(block.start.get("args") or "") + block.added("args")
        joined = "".join(
            str(delta.get("args") or "")
            for delta in map(data, projection.deltas)
            if isinstance(delta, dict) and delta.get("id") == (block.finish or {}).get("id")
        )
        if (block.start.get("id") or not projection.deltas) and joined != fragments:
            place = f"{where}, block {block.index}"
            yield Finding(f"{fragments!r:.200}", f"{joined!r:.200}", code="fragments-differ", where=place)


def _other_output(stream: V3Stream, name: str) -> Finding | None:
    where = ", ".join(part for part in (name, ".output") if part)
    if stream.output_raised is not None:
        raised = stream.output_raised
        return Finding("a message", raised.text, code="output-raised", where=where, exception=raised.bases[0])
    if stream.output is None:
        return Finding("a message", "nothing", code="no-message", where=where)
    expected, actual = text_of(stream, "text"), stream.output.text or ""
    if expected != actual:
        at = first_difference(expected, actual)
        return Finding(Text((expected,)), Text((actual,)), code="text-differs", at=at, where=where)
    message = Message(stream.output)
    said = Message(Value("dict", "object", fields={"tool_calls": _whole(stream.tool_calls), **_usage(stream)}))
    sides = ("its events", ".output")
    found = [*same_calls(said, message, sides), *same_usage(said, message, sides)]
    return next((one for one in found if isinstance(one, Finding)), None)


def _usage(stream: V3Stream) -> dict[str, Value]:
    finish = next((event.value.fields for event in stream.events if event.event == FINISH), {})
    return {"usage_metadata": finish["usage"]} if "usage" in finish else {}


def _whole(projection: Projection | None) -> Value:
    whole = projection.whole if projection is not None else None
    return whole if whole is not None else Value("list", "list")


def _text(value: Value | None) -> str:
    return (value.text or "") if value is not None else ""


def _joined(projection: Projection) -> str:
    return "".join(delta.text or "" for delta in projection.deltas)


def _named(call: object) -> str:
    """A call in one line, with its id."""
    if not isinstance(call, dict):
        return repr(call)
    return f"{call.get('name')} {call.get('id')} {json.dumps(call.get('args'), sort_keys=True)}"


def _listed(calls: list[str]) -> str:
    text = "; ".join(calls) or "no call"
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}… ({len(text)} characters)"
