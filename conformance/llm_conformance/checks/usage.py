"""Usage: the numbers of tokens in a stream are those of `invoke()`, and a stream reports them once."""

from __future__ import annotations

from llm_conformance.checks.batch_usage import PLACES, by_prompt
from llm_conformance.checks.calls import CHAT
from llm_conformance.checks.hints import USAGE_CUMULATIVE
from llm_conformance.checks.registry import MUST, SHOULD, check
from llm_conformance.checks.same_message import changes, no_usage, of, of_callbacks, of_events, same_usage
from llm_conformance.records import (
    Batch,
    CallbackLog,
    Events,
    Finding,
    Findings,
    Message,
    Replies,
    Reply,
    Stream,
    SubjectInfo,
    inconclusive,
    not_applicable,
)

_WHAT = "numbers of tokens"
_NOT_TOLD = not_applicable("the stream does not report usage")
_CACHED = inconclusive("only some calls of `invoke()` report usage, such as those of a model with a cache")
# Which tokens a detail is a part of.
_PARTS = (("input_token_details.", "input_tokens"), ("output_token_details.", "output_tokens"))


@check(
    "usage.once",
    MUST,
    clause="USAGE-002",
    for_each=("stream", "astream"),
    kinds=CHAT,
    vacuous=(no_usage,),
    requires=("stream.yields-messages",),
)
def input_tokens_are_told_by_one_chunk(stream: Stream) -> Findings:
    """No two chunks of a stream tell the same number of input tokens: `+` adds usage up."""
    told = [count for chunk in stream.chunks if (count := Message(chunk).usage.get("input_tokens"))]
    if len(told) > 1 and len(set(told)) == 1:
        yield Finding(
            f"input_tokens = {told[0]} in one chunk",
            f"input_tokens = {told[0]} in {len(told)} chunks",
            code="input-repeated",
            hint=USAGE_CUMULATIVE,
        )


@check(
    "usage.total",
    MUST,
    clause="USAGE-002",
    for_each=("invoke", "ainvoke", "stream", "astream"),
    kinds=CHAT,
    vacuous=(no_usage,),
    requires=("stream.yields-messages", "usage.once"),
)
def total_is_input_plus_output(answer: Reply | Stream) -> Findings:
    """In a message with usage, `total_tokens` is the sum of `input_tokens` and `output_tokens`."""
    usage = of(answer).usage
    total, *parts = (usage.get(name) for name in ("total_tokens", "input_tokens", "output_tokens"))
    counts = [part for part in parts if isinstance(part, int)]
    if total is not None and len(counts) == len(parts) and total != sum(counts):
        yield Finding(f"total_tokens = {' + '.join(map(str, counts))}", f"total_tokens = {total}", code="total-differs")


@check(
    "usage.details",
    SHOULD,
    clause="USAGE-002",
    for_each=("invoke", "stream"),
    kinds=CHAT,
    vacuous=(no_usage,),
    requires=("stream.yields-messages", "usage.once", "usage.total"),
)
def details_are_parts(answer: Reply | Stream) -> Findings:
    """A detail of the usage, such as cached or reasoning tokens, is not larger than what it is a part of."""
    usage = of(answer).usage
    for name, count in usage.items():
        whole = next((whole for prefix, whole in _PARTS if name.startswith(prefix)), None)
        most = usage.get(whole) if whole is not None else None
        if isinstance(count, int) and isinstance(most, int) and count > most:
            yield Finding(f"at most {whole} = {most}", f"{name} = {count}", code="detail-too-large", where=name)
            return


@check(
    "usage.concat",
    MUST,
    clause="USAGE-001",
    kinds=CHAT,
    vacuous=(no_usage,),
    requires=("stream.yields-messages", "stream.concat", "usage.once", "usage.total"),
    deterministic=True,
    steady_usage=True,
)
def the_usage_of_the_sum_is_that_of_invoke(invoke: Reply, stream: Stream, repeat: Replies) -> Findings:
    """If `stream()` reports usage, the numbers in the sum of its chunks are those of `invoke()`."""
    if not of(stream).usage or not of(invoke).usage:
        yield _NOT_TOLD
    elif (reason := changes(invoke, repeat, same_usage, _WHAT)) is not None:
        yield reason
    else:
        yield from same_usage(of(invoke), of(stream), ("invoke()", "stream()"))


@check(
    "usage.async-parity",
    MUST,
    clause="USAGE-001",
    kinds=CHAT,
    vacuous=(no_usage,),
    requires=("stream.yields-messages", "stream.async-parity", "invoke.async-parity", "usage.once", "usage.total"),
    deterministic=True,
    steady_usage=True,
)
def asynchronous_calls_report_the_same_usage(
    invoke: Reply, ainvoke: Reply, stream: Stream, astream: Stream, repeat: Replies
) -> Findings:
    """The usage of `ainvoke()` is that of `invoke()`; that of `astream()` is that of `stream()`, where both have it."""
    if (reason := changes(invoke, repeat, same_usage, _WHAT)) is not None:
        yield reason
        return
    for one, other, sides in (
        (invoke, ainvoke, ("invoke()", "ainvoke()")),
        (stream, astream, ("stream()", "astream()")),
    ):
        if of(one).usage and of(other).usage:
            yield from same_usage(of(one), of(other), sides)


@check(
    "usage.streamed",
    SHOULD,
    clause="USAGE-003",
    for_each=("stream", "astream"),
    kinds=CHAT,
    vacuous=(no_usage,),
    requires=(
        "stream.yields-messages",
        "stream.concat",
        "usage.once",
        "usage.total",
        "usage.concat",
        "usage.async-parity",
    ),
    steady_usage=True,
)
def a_stream_reports_usage(stream: Stream, invoke: Reply, repeat: Replies, subject: SubjectInfo) -> Findings:
    """If `invoke()` reports usage, so does a stream, with its details, unless the profile says `usage = false`."""
    if subject.claims.get("usage") is False:
        yield not_applicable("the profile says usage = false")
    elif not of(invoke).usage:
        yield not_applicable("`invoke()` does not report usage")
    elif _sometimes(invoke, repeat):
        yield _CACHED
    else:
        yield from lost_usage(of(invoke), of(stream), *map(of, repeat.by_label.values()))


def lost_usage(invoke: Message, other: Message, *again: Message) -> Findings:
    """What the message of `invoke()` tells of the usage and the other one does not: all of it, or a detail.

    again: those of further calls of `invoke()`, which have the detail as well: some tokens are cached only for once.
    """
    if invoke.usage and not other.usage:
        yield Finding(f"usage, as of `invoke()`: {_listed(invoke)}", "no usage", code="usage-missing")
        return
    told = [name for name, count in invoke.usage.items() if count and all(one.usage.get(name) for one in again)]
    lost = next((name for name in told if name not in other.usage), None)
    if lost is not None:
        yield Finding(f"{lost} in the usage, as of `invoke()`", f"no {lost}", code="detail-missing", where=lost)


def _sometimes(invoke: Reply, repeat: Replies) -> bool:
    """Whether some calls of `invoke()` report usage and others do not: a cached answer has cost no tokens."""
    return any(bool(of(reply).usage) != bool(of(invoke).usage) for reply in repeat.by_label.values())


@check(
    "usage.invoked",
    SHOULD,
    clause="USAGE-004",
    for_each=("invoke", "ainvoke", "batch", "abatch"),
    kinds=CHAT,
    vacuous=(no_usage,),
    requires=("stream.yields-messages", "stream.concat", "invoke.async-parity"),
    steady_usage=True,
)
def a_whole_answer_reports_usage(
    answer: Reply | Batch, invoke: Reply, stream: Stream, other_prompts: Replies, repeat: Replies
) -> Findings:
    """If a stream reports usage, so does `invoke()`, and if `invoke()` does, so do `ainvoke()` and batches."""
    if not of(invoke).usage and not of(stream).usage:
        yield not_applicable("neither `invoke()` nor the stream reports usage")
    elif _sometimes(invoke, repeat):
        yield _CACHED
    elif isinstance(answer, Batch):
        yield from _without_usage(answer, by_prompt(invoke, other_prompts))
    elif not of(answer).usage:
        other = "invoke()" if of(invoke).usage else "stream()"
        usage = _listed(of(invoke)) or _listed(of(stream))
        yield Finding(
            f"usage, as another call reports it: {usage}", "no usage", code="usage-missing", sides=(other, "this call")
        )


def _without_usage(batch: Batch, expected: tuple[Message, ...]) -> Findings:
    """The first prompt to which no answer of the batch has usage; of the others, only if it is so for all of them."""
    lost = [
        places[0]
        for message, places in zip(expected, PLACES, strict=True)
        if message.usage and not any(of(slot).usage for place, slot in enumerate(batch.slots) if place in places)
    ]
    if 0 in lost or len(lost) == len(PLACES) - 1:
        usage = _listed(next(message for message, places in zip(expected, PLACES, strict=True) if places[0] == lost[0]))
        yield Finding(
            f"usage, as another call reports it: {usage}",
            "no usage",
            code="usage-missing",
            where=f"result[{lost[0]}]",
            sides=("invoke()", "batch"),
        )


@check(
    "usage.events",
    MUST,
    clause="EVENT-014",
    for_each=("events_v1", "events_v2"),
    kinds=CHAT,
    vacuous=(no_usage,),
    requires=(
        "stream.yields-messages",
        "events.data",
        "usage.async-parity",
        "events.parity",
        "calls.events",
        "blocks.events",
    ),
    deterministic=True,
    steady_usage=True,
)
def events_carry_the_usage(run: Events, astream: Stream, invoke: Reply, repeat: Replies) -> Findings:
    """The chunks of the root's stream events, added, and the output of its end have the usage of `astream()`."""
    if not of(astream).usage:
        yield _NOT_TOLD
    elif (reason := changes(invoke, repeat, same_usage, _WHAT)) is not None:
        yield reason
    else:
        for name, message in of_events(run):
            yield from same_usage(of(astream), message, ("astream()", name))


@check(
    "usage.callbacks",
    SHOULD,
    clause="CONF-011",
    for_each=("callbacks[invoke]", "callbacks[stream]", "callbacks[astream]"),
    kinds=CHAT,
    vacuous=(no_usage,),
    requires=("stream.yields-messages", "callbacks.start-end", "calls.callbacks", "blocks.callbacks"),
)
def handlers_get_the_usage_at_the_end(call: CallbackLog) -> Findings:
    """The message that handlers get with `on_llm_end` has the usage of the answer: traces and bills are made of it."""
    ends = [message for name, message in of_callbacks(call) if name == "on_llm_end"]
    if call.total is None or not ends:
        yield not_applicable("the model reports no messages to callback handlers")
    elif not Message(call.total).usage:
        yield not_applicable("the answers have no usage")
    else:
        yield from same_usage(Message(call.total), ends[-1], ("chunks", "on_llm_end"))


def _listed(message: Message) -> str:
    return ", ".join(f"{name} = {count}" for name, count in message.usage.items())
