"""The content of a message in blocks, and reasoning: every entry point gives what `invoke()` gives."""

from __future__ import annotations

from dataclasses import replace

from llm_conformance.checks.calls import CHAT
from llm_conformance.checks.hints import BLOCK_INDEX
from llm_conformance.checks.registry import MUST, SHOULD, check
from llm_conformance.checks.same_message import (
    async_parity,
    changes,
    form_differs,
    no_blocks,
    of,
    of_callbacks,
    of_events,
    same_blocks,
)
from llm_conformance.records import (
    CallbackLog,
    Events,
    Finding,
    Findings,
    Message,
    Replies,
    Reply,
    Stream,
    inconclusive,
    not_applicable,
)

_WHAT = "blocks"


@check(
    "blocks.concat",
    MUST,
    clause="BLOCK-001",
    kinds=CHAT,
    vacuous=(no_blocks,),
    requires=("stream.yields-messages", "stream.concat", "calls.concat"),
    deterministic=True,
)
def the_blocks_of_the_sum_are_those_of_invoke(invoke: Reply, stream: Stream, repeat: Replies) -> Findings:
    """Blocks and reasoning in the sum of `stream()`'s chunks are those of `invoke()`: types, order, fields."""
    if (reason := changes(invoke, repeat, same_blocks, _WHAT)) is not None:
        yield reason
        return
    expected, actual = of(invoke), of(stream)
    divided = len(actual.blocks) > len(expected.blocks)
    for one in same_blocks(expected, actual, ("invoke()", "stream()")):
        yield replace(one, hint=BLOCK_INDEX) if divided and isinstance(one, Finding) else one


@check(
    "blocks.async-parity",
    MUST,
    clause="BLOCK-001",
    kinds=CHAT,
    vacuous=(no_blocks,),
    requires=("stream.yields-messages", "stream.async-parity", "invoke.async-parity", "calls.async-parity"),
    deterministic=True,
)
def asynchronous_calls_give_the_same_blocks(
    invoke: Reply, ainvoke: Reply, stream: Stream, astream: Stream, repeat: Replies
) -> Findings:
    """Blocks and reasoning of `ainvoke()` are those of `invoke()`, of `astream()` those of `stream()`."""
    yield from async_parity((invoke, ainvoke), (stream, astream), repeat, same_blocks, _WHAT)


@check(
    "blocks.same-form",
    SHOULD,
    clause="BLOCK-002",
    kinds=CHAT,
    requires=("stream.yields-messages", "stream.concat", "blocks.concat"),
)
def content_has_one_form(invoke: Reply, stream: Stream) -> Findings:
    """The content is a str in `stream()` and in `invoke()`, or a list of blocks in both."""
    one, other = of(invoke), of(stream)
    if not one.blocks or not other.blocks:
        yield inconclusive("an answer has no content")
    elif one.has_blocks != other.has_blocks:
        yield form_differs(one, other, ("invoke()", "stream()"))


@check(
    "blocks.events",
    MUST,
    clause="EVENT-014",
    for_each=("events_v1", "events_v2"),
    kinds=CHAT,
    vacuous=(no_blocks,),
    requires=("stream.yields-messages", "events.data", "blocks.async-parity", "events.parity", "calls.events"),
    deterministic=True,
)
def events_carry_the_blocks(run: Events, astream: Stream, invoke: Reply, repeat: Replies) -> Findings:
    """The chunks of the root's stream events, added, and the output of its end have the blocks of `astream()`."""
    if (reason := changes(invoke, repeat, same_blocks, _WHAT)) is not None:
        yield reason
        return
    for name, message in of_events(run):
        yield from same_blocks(of(astream), message, ("astream()", name))


@check(
    "blocks.callbacks",
    SHOULD,
    clause="CONF-007",
    for_each=("callbacks[stream]", "callbacks[astream]"),
    kinds=CHAT,
    vacuous=(no_blocks,),
    requires=("stream.yields-messages", "callbacks.start-end", "callbacks.tokens", "calls.callbacks"),
)
def handlers_get_the_blocks(call: CallbackLog) -> Findings:
    """Handlers get the blocks of the answer: with the chunks of `on_llm_new_token`, added, and with `on_llm_end`."""
    if call.total is None or not of_callbacks(call):
        yield not_applicable("the model reports no messages to callback handlers")
        return
    for name, message in of_callbacks(call):
        yield from same_blocks(Message(call.total), message, ("chunks", name))
