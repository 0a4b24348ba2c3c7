"""The answer that a v3 stream gives: it is that of `stream()`, read on the event loop or not."""

from __future__ import annotations

import json
from dataclasses import replace

from llm_conformance.checks.calls import CHAT
from llm_conformance.checks.chat_answers import place
from llm_conformance.checks.events_v3 import V3
from llm_conformance.checks.reasons import no_tools
from llm_conformance.checks.registry import SHOULD, check
from llm_conformance.checks.same_message import (
    changes,
    cut_off,
    no_calls,
    no_end,
    no_usage,
    of,
    same_blocks,
    same_calls,
    same_end,
    same_usage,
)
from llm_conformance.checks.v3_deltas import blocks_of
from llm_conformance.checks.v3_projections import text_of
from llm_conformance.checks.vacuity import no_text
from llm_conformance.records import (
    Control,
    Finding,
    Findings,
    Message,
    Replies,
    Reply,
    Stream,
    Text,
    V3Stream,
    V3Streams,
    Value,
    data,
    first_difference,
    not_applicable,
)

_SIDES = ("stream()", ".output")
_WHOLE = ("events-v3.output", "stream.yields-messages", "stream.concat", "stream.async-parity")
# Where a message has reasoning: the types of its blocks, with the key of each, and keys of `additional_kwargs`.
_BLOCKS = {"thinking": "thinking", "reasoning": "reasoning"}
_KWARGS = ("reasoning_content", "reasoning", "thinking")


@check(
    "events-v3.text",
    SHOULD,
    clause="V3-005",
    for_each=V3,
    kinds=CHAT,
    requires=_WHOLE,
    vacuous=(no_text,),
    deterministic=True,
)
def v3_has_the_text_of_the_stream(events: V3Stream, stream: Stream) -> Findings:
    """The text of the events of version v3 is that of the joined chunks of `stream()`."""
    actual = text_of(events, "text")
    if actual != stream.text:
        at = first_difference(stream.text, actual)
        yield Finding(stream.display, Text((actual,)), code="text-differs", at=at, sides=("stream()", "events"))


@check(
    "events-v3.calls",
    SHOULD,
    clause="V3-005",
    for_each=V3,
    kinds=CHAT,
    requires=(*_WHOLE, "events-v3.text", "calls.concat", "calls.async-parity"),
    vacuous=(no_calls,),
    deterministic=True,
)
def v3_has_the_calls_of_the_stream(events: V3Stream, stream: Stream, invoke: Reply, repeat: Replies) -> Findings:
    """The calls of `.output` are those of the sum of `stream()`: number, order, names and arguments."""
    if cut_off(of(stream)):
        yield not_applicable("the token limit cuts the answer off")
        return
    if (reason := changes(invoke, repeat, same_calls, "calls of tools")) is not None:
        yield reason
        return
    yield from same_calls(of(stream), _message(events), _SIDES)


@check(
    "events-v3.reasoning",
    SHOULD,
    clause="V3-005",
    for_each=V3,
    kinds=CHAT,
    requires=(*_WHOLE, "blocks.concat", "blocks.async-parity"),
    deterministic=True,
)
def v3_has_the_reasoning_of_the_stream(events: V3Stream, stream: Stream, invoke: Reply, repeat: Replies) -> Findings:
    """If the sum of `stream()` has reasoning, the events of version v3 have the same reasoning."""
    expected, actual = _reasoning(of(stream)), text_of(events, "reasoning") or _untyped_reasoning(events)
    if not expected:
        yield not_applicable("the sum of `stream()` has no reasoning in plain text")
    elif (reason := changes(invoke, repeat, same_blocks, "reasoning")) is not None:
        yield reason
    elif expected != actual:
        at = first_difference(expected, actual)
        yield Finding(
            Text((expected,)), Text((actual,)), code="reasoning-differs", at=at, sides=("stream()", ".reasoning")
        )


@check(
    "events-v3.usage",
    SHOULD,
    clause="V3-008",
    for_each=V3,
    kinds=CHAT,
    requires=(*_WHOLE, "usage.once", "usage.total", "usage.concat", "usage.streamed", "usage.async-parity"),
    vacuous=(no_usage,),
    deterministic=True,
)
def v3_tells_the_usage_of_the_stream(events: V3Stream, stream: Stream, invoke: Reply, repeat: Replies) -> Findings:
    """If `stream()` reports usage, `.output` has the same numbers of tokens."""
    expected, actual = of(stream), _message(events)
    if not expected.usage:
        yield not_applicable("the stream has no usage")
    elif (reason := changes(invoke, repeat, same_usage, "usage")) is not None:
        yield reason
    elif not actual.usage:
        yield Finding("usage, as of `stream()`", "no usage", code="usage-missing", sides=_SIDES)
    else:
        yield from same_usage(expected, actual, _SIDES)


@check(
    "events-v3.metadata",
    SHOULD,
    clause="V3-008",
    for_each=V3,
    kinds=CHAT,
    requires=(*_WHOLE, "metadata.once", "metadata.concat", "metadata.async-parity"),
    vacuous=(no_end,),
    deterministic=True,
)
def v3_tells_the_end_of_the_stream(events: V3Stream, stream: Stream, invoke: Reply, repeat: Replies) -> Findings:
    """If `stream()` tells a finish reason or the name of the model, `.output` tells the same."""
    expected, actual = of(stream), _message(events)
    if (reason := changes(invoke, repeat, same_end, "ends")) is not None:
        yield reason
        return
    for name, one, other in (
        ("finish reason", expected.finish, actual.finish),
        ("model name", expected.model, actual.model),
    ):
        if one and not other:
            yield Finding(f"{name} {one!r}, as of `stream()`", f"no {name}", code="missing", where=name, sides=_SIDES)
            return
    yield from same_end(expected, actual, _SIDES)


@check(
    "events-v3.async-parity",
    SHOULD,
    clause="V3-007",
    kinds=CHAT,
    requires=("events-v3.output", "stream.async-parity", "calls.async-parity", "blocks.async-parity"),
    vacuous=(no_text,),
    deterministic=True,
)
def asynchronous_events_are_the_same(
    stream_events_v3: V3Stream, astream_events_v3: V3Stream, invoke: Reply, repeat: Replies
) -> Findings:
    """`astream_events(version="v3")` gives the text, the reasoning and the calls that `stream_events()` gives."""
    sides = ("stream_events()", "astream_events()")
    for kind in ("text", "reasoning") if changes(invoke, repeat, same_blocks, "blocks") is None else ("text",):
        one, other = text_of(stream_events_v3, kind), text_of(astream_events_v3, kind)
        if one != other:
            at = first_difference(one, other)
            yield Finding(Text((one,)), Text((other,)), code=f"{kind}-differs", at=at, sides=sides)
            return
    if changes(invoke, repeat, same_calls, "calls of tools") is None:
        yield from same_calls(_message(stream_events_v3), _message(astream_events_v3), sides)


def _message(events: V3Stream) -> Message:
    """The message of `.output`, with its calls in the order of their blocks: the second may be the first to finish."""
    if events.output is None:
        return Message(Value("NoneType", "NoneType"))
    calls = events.output.fields.get("tool_calls")
    if calls is None:
        return Message(events.output)
    order = [_call(block.finish) for block in blocks_of(events) if block.finish is not None]
    found = sorted(calls.fields.values(), key=lambda one: _place(_call(data(one)), order))
    ordered = replace(calls, fields={str(place): one for place, one in enumerate(found)})
    return Message(replace(events.output, fields={**events.output.fields, "tool_calls": ordered}))


def _call(call: object) -> tuple[str, ...]:
    keys = ("id", "name", "args")
    return tuple(json.dumps(call.get(key), sort_keys=True) for key in keys) if isinstance(call, dict) else ()


def _place(call: tuple[str, ...], order: list[tuple[str, ...]]) -> int:
    return order.index(call) if call in order else len(order)


def _untyped_reasoning(events: V3Stream) -> str:
    """Reasoning in blocks of a type that only their provider knows."""
    values = (block.finish.get("value") for block in blocks_of(events) if block.finish)
    return "".join(str(value.get("thinking") or "") for value in values if isinstance(value, dict))


def _reasoning(message: Message) -> str:
    """The reasoning of a message as one text, where a provider gives it as text."""
    blocks = (block for block in message.blocks if block.get("type") in _BLOCKS)
    parts = [str(block.get(_BLOCKS[str(block.get("type"))]) or "") for block in blocks]
    beside = next((part for key in _KWARGS if isinstance(part := message.beside_content.get(key), str)), "")
    return "".join(parts) or beside


@check(
    "events-v3.exact",
    SHOULD,
    clause="V3-005",
    for_each=("v3_answers[*]",),
    kinds=CHAT,
    control=Control.SCRIPT,
    requires=("events-v3.completes", "events-v3.output", "calls.exact", "calls.keeps-text", "usage.exact"),
)
def v3_has_what_the_model_was_made_to_say(answers: V3Streams) -> Findings:
    """`.output` has the text, the calls and the usage that the model was made to say."""
    compared = [
        (name, Message(one.said), _message(one)) for name, one in answers.streams.items() if one.said is not None
    ]
    if not compared:
        yield no_tools(answers)
    for name, said, message in compared:
        expected, actual = said.value.text or "", message.value.text or ""
        if expected not in actual:
            at = first_difference(expected, actual)
            yield Finding(Text((expected,)), Text((actual,)), code="text-differs", at=at, where=name)
            return
        found = [*same_calls(said, message, ()), *(same_usage(said, message, ()) if message.usage else ())]
        if found:
            yield from (replace(one, where=place(name, one)) for one in found[:1] if isinstance(one, Finding))
            return
