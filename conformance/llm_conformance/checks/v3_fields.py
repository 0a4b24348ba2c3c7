"""The keys of the events of version v3, as the published types of langchain-protocol have them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from llm_conformance.checks.calls import CHAT
from llm_conformance.checks.events_v3 import ALL_V3, BLOCK_DELTA, BLOCK_FINISH, BLOCK_START, ERROR, FINISH, START
from llm_conformance.checks.registry import SHOULD, check
from llm_conformance.records import Finding, Findings, V3Event, V3Stream, V3Streams

# The required keys of an event, of a delta and of a finished block, each with its type; other events, deltas and blocks
# may have any key. `events-v3.blocks` finds an index that is missing.
_EVENTS: Mapping[str, Mapping[str, str]] = {
    START: {"role": "str", "id": "str"},
    BLOCK_START: {"content": "dict"},
    BLOCK_DELTA: {"delta": "dict"},
    BLOCK_FINISH: {"content": "dict"},
    ERROR: {"message": "str"},
}
_DELTAS: Mapping[str, Mapping[str, str]] = {
    "text-delta": {"text": "str"},
    "reasoning-delta": {"reasoning": "str"},
    "tool-call-delta": {"args": "str"},
    "data-delta": {"data": "str"},
    "block-delta": {"fields": "dict"},
}
_BLOCKS: Mapping[str, Mapping[str, str]] = {
    "text": {"text": "str"},
    "tool_call": {"name": "str", "args": "dict"},
    "non_standard": {"value": "dict"},
}
_TOKENS = ("input_tokens", "output_tokens", "total_tokens")
_NO_KEYS: Mapping[str, str] = {}


@check("events-v3.fields", SHOULD, clause="V3-009", for_each=ALL_V3, kinds=CHAT)
def events_have_the_keys_of_the_protocol(stream: V3Stream | V3Streams) -> Findings:
    """Each event of version v3 is a dict with a text `event`, and with the keys and types of the protocol."""
    for name, one in stream.streams.items():
        for place, event in enumerate(one.events):
            found = next(_problems(event), None)
            if found is not None:
                expected, actual, code, inside = found
                where = ", ".join(part for part in (name, f"event {place} ({inside})") if part)
                yield Finding(expected, actual, code=code, where=where)
                return


def _problems(event: V3Event) -> Iterator[tuple[str, str, str, str]]:
    """What is expected, what is there instead, the code of the finding, and in which part of the event it is."""
    if event.value.base != "dict" or not event.event:
        yield "a dict with a text `event`", f"a {event.value.type} without one", "no-event", event.value.type
        return
    yield from _keys(event.value.fields, _EVENTS.get(event.event, _NO_KEYS), event.event)
    if "index" in event.value.fields:
        yield from _keys(event.value.fields, {"index": "int"}, event.event)
    if event.event == BLOCK_DELTA:
        yield from _keys(
            event.value.fields["delta"].fields, _DELTAS.get(str(event.delta.get("type")), _NO_KEYS), "delta"
        )
    if event.event == BLOCK_FINISH:
        kind = str(event.content.get("type"))
        yield from _keys(event.value.fields["content"].fields, _BLOCKS.get(kind, _NO_KEYS), f"finish of type {kind}")
    if event.event == FINISH:
        told = {name: event.value.fields["usage"].fields[name] for name in _TOKENS if name in event.usage}
        yield from _keys(told, dict.fromkeys(told, "int"), "usage")


def _keys(fields: Mapping[str, object], keys: Mapping[str, str], what: str) -> Iterator[tuple[str, str, str, str]]:
    for key, base in keys.items():
        value = fields.get(key)
        found = getattr(value, "base", None)
        if value is None:
            yield f"key {key!r} with a {base}", f"no key {key!r}", "key-missing", what
        elif found != base:
            yield f"key {key!r} with a {base}", f"key {key!r} with a {found}", f"not-{base}", what
