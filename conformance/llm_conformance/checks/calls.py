"""Calls of tools: every entry point gives the calls that `invoke()` gives, and the fragments of a stream merge."""

from __future__ import annotations

import json

from llm_conformance.checks.hints import CALL_INDEX, CALL_REPEATED
from llm_conformance.checks.reasons import BROKEN_CALLS
from llm_conformance.checks.registry import MUST, SHOULD, check
from llm_conformance.checks.same_message import (
    async_parity,
    changes,
    cut_off,
    no_calls,
    of,
    of_callbacks,
    of_events,
    repeated,
    same_calls,
)
from llm_conformance.records import (
    Batch,
    CallbackLog,
    Events,
    Finding,
    Findings,
    Kind,
    Message,
    Replies,
    Reply,
    Stream,
    not_applicable,
)

CHAT = (Kind.CHAT,)
_WHAT = "calls of tools"


@check("calls.index", MUST, clause="CALL-002", for_each=("stream", "astream"), kinds=CHAT, vacuous=(no_calls,))
def fragments_say_which_call_they_belong_to(stream: Stream) -> Findings:
    """A fragment of a call that has neither a name nor an id has the `index` of its call."""
    for place, chunk in enumerate(stream.chunks):
        for fragment in Message(chunk).fragments:
            if fragment.index is None and not fragment.name and not fragment.id and fragment.args:
                yield Finding(
                    "a fragment with the `index` of its call",
                    f"a fragment without one: {fragment.args!r}",
                    code="index-missing",
                    where=f"chunk {place}",
                    hint=CALL_INDEX,
                )
                return


@check(
    "calls.one-name",
    MUST,
    clause="CALL-003",
    for_each=("stream", "astream"),
    kinds=CHAT,
    vacuous=(no_calls,),
    requires=("stream.yields-messages", "calls.index"),
)
def a_call_has_one_name_and_one_id(stream: Stream) -> Findings:
    """In the sum of the chunks each call has its name and its id once, and the ids differ."""
    total, fragments = of(stream), [one for chunk in stream.chunks for one in Message(chunk).fragments]
    for place, call in enumerate((*total.calls, *total.invalid_calls)):
        where = f"call {place}"
        for what, value, told in (
            ("name", call.name, {one.name for one in fragments if one.name}),
            ("id", call.id, {one.id for one in fragments if one.id}),
        ):
            once = repeated(value, told)
            if once is not None:
                yield Finding(
                    f"{what} {once!r}",
                    f"{what} {value!r}",
                    code=f"{what}-repeated",
                    where=where,
                    hint=CALL_REPEATED,
                )
                return
            if not value:
                yield Finding(f"a call with one {what}", f"a call without {what}", code=f"{what}-missing", where=where)
                return
    ids = [call.id for call in total.calls]
    if len(set(ids)) < len(ids):
        again = next(one for one in ids if ids.count(one) > 1)
        yield Finding("each call has an id of its own", f"{ids.count(again)} calls with id {again!r}", code="id-shared")


@check(
    "calls.valid-arguments",
    MUST,
    clause="CALL-004",
    for_each=("stream", "astream"),
    kinds=CHAT,
    vacuous=(no_calls,),
    requires=("stream.yields-messages", "calls.index", "calls.one-name"),
    deterministic=True,
)
def whole_arguments_are_valid(stream: Stream, invoke: Reply, repeat: Replies) -> Findings:
    """If the calls of `invoke()` are valid, so are those of the sum: the fragments of each, joined, are JSON."""
    invalid = of(stream).invalid_calls
    garbled = next((one for one in of(stream).fragments if not _is_json(one.args)), None)
    if any(of(reply).invalid_calls for reply in (invoke, *repeat.by_label.values())):
        yield not_applicable(BROKEN_CALLS)
    elif cut_off(of(stream)) or cut_off(of(invoke)):
        yield not_applicable("the token limit cuts the answer off")
    elif invalid:
        yield Finding(
            "nothing in `invalid_tool_calls`, as of `invoke()`",
            f"{len(invalid)} in it: {invalid[0].text[:200]}",
            code="invalid-call",
            hint=CALL_INDEX if len(invalid) > 1 else "",
        )
    elif garbled is not None:
        yield Finding("fragments that join to JSON", f"fragments that join to {garbled.text[:200]}", code="not-json")


@check(
    "calls.concat",
    MUST,
    clause="CALL-001",
    kinds=CHAT,
    vacuous=(no_calls,),
    requires=("stream.yields-messages", "calls.index", "calls.one-name", "calls.valid-arguments", "stream.concat"),
    deterministic=True,
)
def the_calls_of_the_sum_are_those_of_invoke(invoke: Reply, stream: Stream, repeat: Replies) -> Findings:
    """The calls in the sum of the chunks of `stream()` are those of `invoke()`: number, order, names and arguments."""
    if of(invoke).invalid_calls:
        yield not_applicable(BROKEN_CALLS)
    elif (reason := changes(invoke, repeat, same_calls, _WHAT)) is not None:
        yield reason
    else:
        yield from same_calls(of(invoke), of(stream), ("invoke()", "stream()"))


@check(
    "calls.async-parity",
    MUST,
    clause="CALL-001",
    kinds=CHAT,
    vacuous=(no_calls,),
    requires=(
        "stream.yields-messages",
        "calls.index",
        "calls.one-name",
        "calls.valid-arguments",
        "invoke.async-parity",
        "stream.async-parity",
    ),
    deterministic=True,
)
def asynchronous_calls_give_the_same_calls(
    invoke: Reply, ainvoke: Reply, stream: Stream, astream: Stream, repeat: Replies
) -> Findings:
    """The calls of `ainvoke()` are those of `invoke()`, and those of `astream()` are those of `stream()`."""
    yield from async_parity((invoke, ainvoke), (stream, astream), repeat, same_calls, _WHAT)


@check(
    "calls.batch",
    MUST,
    clause="BATCH-002",
    for_each=("batch", "abatch"),
    kinds=CHAT,
    vacuous=(no_calls,),
    requires=("batch.returns-list", "batch.order", "calls.async-parity"),
    deterministic=True,
)
def a_batch_gives_the_calls_of_invoke(batch: Batch, invoke: Reply, repeat: Replies) -> Findings:
    """The first answer of `batch()` and `abatch()` has the calls that `invoke()` gives for the first prompt."""
    if (reason := changes(invoke, repeat, same_calls, _WHAT)) is not None:
        yield reason
    elif batch.slots:
        yield from same_calls(of(invoke), of(batch.slots[0]), ("invoke()", "batch"))


@check(
    "calls.events",
    MUST,
    clause="EVENT-014",
    for_each=("events_v1", "events_v2"),
    kinds=CHAT,
    vacuous=(no_calls,),
    requires=("stream.yields-messages", "events.data", "calls.async-parity", "events.parity"),
    deterministic=True,
)
def events_carry_the_calls(run: Events, astream: Stream, invoke: Reply, repeat: Replies) -> Findings:
    """The chunks of the root's stream events, added, and the output of its end have the calls of `astream()`."""
    if (reason := changes(invoke, repeat, same_calls, _WHAT)) is not None:
        yield reason
        return
    for name, message in of_events(run):
        yield from same_calls(of(astream), message, ("astream()", name))


@check(
    "calls.callbacks",
    SHOULD,
    clause="CONF-007",
    for_each=("callbacks[stream]", "callbacks[astream]"),
    kinds=CHAT,
    vacuous=(no_calls,),
    requires=("stream.yields-messages", "callbacks.start-end", "callbacks.tokens"),
)
def handlers_get_the_calls(call: CallbackLog) -> Findings:
    """Handlers get the calls of the answer: with the chunks of `on_llm_new_token`, added, and with `on_llm_end`."""
    if call.total is None or not of_callbacks(call):
        yield not_applicable("the model reports no messages to callback handlers")
        return
    for name, message in of_callbacks(call):
        yield from same_calls(Message(call.total), message, ("chunks", name))


def _is_json(arguments: object) -> bool:
    """Whether a text is JSON, or empty: a call without arguments. Parsers of partial JSON read more than that."""
    if not isinstance(arguments, str) or not arguments:
        return True
    try:
        json.loads(arguments, strict=False)
    except (ValueError, RecursionError):
        return False
    return True
