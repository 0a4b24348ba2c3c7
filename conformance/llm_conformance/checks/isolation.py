"""Calls of one instance, one after the other and at the same time."""

from __future__ import annotations

from llm_conformance.checks.failures import call_failed
from llm_conformance.checks.hints import KEPT_STATE, SHARED_STATE
from llm_conformance.checks.registry import MAY, MUST, SHOULD, check
from llm_conformance.checks.vacuity import no_text, same_answers
from llm_conformance.records import (
    Batch,
    CallbackLog,
    Finding,
    Findings,
    Kind,
    Replies,
    Reply,
    Stream,
    Streams,
    first_difference,
    inconclusive,
    not_applicable,
)


@check("isolation.repeated-calls", MUST, clause="STREAM-013", for_each=("repeat", "other_prompts"))
def an_instance_answers_repeatedly(answers: Replies) -> Findings:
    """After one answer, `invoke()` returns answers again: on the same instance, on a new one, and to other prompts."""
    for name, reply in answers.by_label.items():
        if reply.failed:
            yield call_failed("returns an answer", reply, where=name, hint=KEPT_STATE)


@check(
    "isolation.interleaved",
    MUST,
    clause="STREAM-013",
    vacuous=(no_text, same_answers),
    requires=("stream.concat",),
    deterministic=True,
)
def interleaved_streams_do_not_mix(interleaved: Streams, invoke: Reply, other_prompts: Replies) -> Findings:
    """Two streams of one instance, read chunk by chunk in turn, each yield the answer to their own prompt."""
    if interleaved.failed:
        yield call_failed("both streams end without an exception", interleaved, hint=SHARED_STATE)
        return
    expected = {
        "the first prompt": invoke,
        "the second prompt": other_prompts.by_label.get("the second prompt", Reply()),
    }
    yield from _own_answers(interleaved, expected)


@check(
    "isolation.concurrent",
    MUST,
    clause="STREAM-013",
    vacuous=(no_text, same_answers),
    requires=("stream.concat", "stream.async-parity", "isolation.interleaved"),
    deterministic=True,
)
def concurrent_streams_do_not_mix(concurrent: Streams, invoke: Reply, other_prompts: Replies) -> Findings:
    """Three streams of one instance, read concurrently on one event loop, each yield the answer to their own prompt."""
    if concurrent.failed:
        yield call_failed("all three streams end without an exception", concurrent, hint=SHARED_STATE)
        return
    yield from _own_answers(concurrent, {"the first prompt": invoke, **other_prompts.by_label})


@check(
    "isolation.concurrent-invokes",
    MUST,
    clause="STREAM-013",
    vacuous=(no_text, same_answers),
    requires=("invoke.async-parity", "isolation.repeated-calls", "isolation.concurrent"),
    deterministic=True,
)
def concurrent_answers_do_not_mix(concurrent_invokes: Batch, invoke: Reply, other_prompts: Replies) -> Findings:
    """Three calls of `ainvoke()` on one instance at the same time each return the answer to their own prompt."""
    if concurrent_invokes.failed:
        yield call_failed("all three calls return an answer", concurrent_invokes, hint=SHARED_STATE)
        return
    alone = {"the first prompt": invoke, **other_prompts.by_label}
    for (name, expected), actual in zip(alone.items(), concurrent_invokes.slots, strict=False):
        if actual.text != expected.text:
            yield Finding(
                expected.display,
                actual.display,
                code="text-differs",
                at=first_difference(expected.text, actual.text),
                where=name,
                hint=SHARED_STATE,
                sides=("alone", "at the same time"),
            )


@check(
    "isolation.own-handlers",
    SHOULD,
    clause="STREAM-013",
    for_each=("concurrent_handlers[stream]", "concurrent_handlers[astream]"),
    vacuous=(no_text, same_answers),
    kinds=(Kind.LLM, Kind.CHAT),
    requires=(
        "isolation.interleaved",
        "isolation.concurrent",
        "callbacks.start-end",
        "callbacks.tokens",
        "callbacks.async-parity",
    ),
    deterministic=True,
)
def handlers_hear_of_their_own_call(
    told: Streams, callbacks_stream: CallbackLog, invoke: Reply, other_prompts: Replies
) -> Findings:
    """Of two calls at the same time, the callback handlers of each get the tokens of that call alone."""
    if told.failed:
        yield call_failed("both streams end without an exception", told, hint=SHARED_STATE)
    elif not any(stream.text for stream in told.by_label.values()):
        yield not_applicable("the model reports no tokens to callback handlers")
    elif "".join(event.text or "" for event in callbacks_stream.tokens) != invoke.text:
        yield inconclusive("the tokens that the model reports are not its answer")
    else:
        expected = {"the first prompt": invoke, **other_prompts.by_label}
        for name, stream in told.by_label.items():
            if stream.text not in {"", expected[name].text}:
                yield Finding(
                    expected[name].display,
                    stream.display,
                    code="text-differs",
                    at=first_difference(expected[name].text, stream.text),
                    where=name,
                    hint=SHARED_STATE,
                    sides=("invoke()", "told to its handler"),
                )


@check(
    "isolation.second-loop",
    MAY,
    clause="STREAM-013",
    vacuous=(no_text,),
    requires=("stream.async-parity",),
    deterministic=True,
)
def an_instance_works_on_a_second_loop(second_loop: Stream, astream: Stream) -> Findings:
    """An instance that was used on one event loop works on another one."""
    if second_loop.failed:
        hint = "a pool keeps connections of the first loop: create the async client per event loop, not per instance"
        yield call_failed("ends without an exception on a second event loop", second_loop, hint=hint)
    elif second_loop.text != astream.text:
        at = first_difference(astream.text, second_loop.text)
        yield Finding(
            astream.display, second_loop.display, code="text-differs", at=at, sides=("first loop", "second loop")
        )


def _own_answers(streams: Streams, expected: dict[str, Reply]) -> Findings:
    for name, stream in streams.by_label.items():
        reply = expected[name]
        if stream.text != reply.text:
            yield Finding(
                reply.display,
                stream.display,
                code="text-differs",
                at=first_difference(reply.text, stream.text),
                where=name,
                hint=SHARED_STATE,
                sides=("invoke()", "stream()"),
            )
