"""`stream()`, `astream()` and `transform()`: they end, can be repeated, and their chunks add up to the answer."""

from __future__ import annotations

from llm_conformance.checks.failures import call_failed
from llm_conformance.checks.hints import KEPT_STATE, chunks_hint, dropped_hint, iterator_hint, refused_hint
from llm_conformance.checks.registry import MUST, SHOULD, check
from llm_conformance.checks.vacuity import no_text
from llm_conformance.records import (
    Control,
    Finding,
    Findings,
    IteratorOutcome,
    Kind,
    Reply,
    Stream,
    SubjectInfo,
    Text,
    first_difference,
)


@check("stream.completes", MUST, clause="STREAM-001", empty_passes="a stream that yields nothing has ended")
def stream_completes(stream: Stream) -> Findings:
    """`stream()` ends: it neither raises nor hangs, and the number of its chunks is finite."""
    if stream.failed:
        yield call_failed("ends without an exception", stream)


@check("astream.completes", MUST, clause="STREAM-002", empty_passes="a stream that yields nothing has ended")
def astream_completes(astream: Stream) -> Findings:
    """`astream()` ends: it neither raises nor hangs, and the number of its chunks is finite."""
    if astream.failed:
        yield call_failed("ends without an exception", astream, hint=refused_hint(astream.raised))


@check("stream.is-iterator", MUST, clause="TYPE-006", empty_passes="the iterator is judged, not what it yields")
def stream_returns_an_iterator(stream: Stream) -> Findings:
    """`stream()` returns an iterator that has `close()`."""
    hint = iterator_hint(stream.returned_type)
    if not stream.is_iterator:
        yield Finding(
            "an iterator (with `__next__()`)",
            f"an object of type {stream.returned_type}",
            code="no-iterator",
            hint=hint,
        )
    elif not stream.has_close:
        yield Finding(
            "an iterator with `close()`", f"a {stream.returned_type} without `close()`", code="no-close", hint=hint
        )


@check(
    "astream.is-async-iterator",
    MUST,
    clause="TYPE-006",
    empty_passes="the iterator is judged, not what it yields",
    for_each=("astream", "events_v1", "events_v2"),
)
def astream_returns_an_async_iterator(stream: IteratorOutcome) -> Findings:
    """`astream()` and `astream_events()` return an async iterator that has `aclose()`, not an awaitable."""
    hint = iterator_hint(stream.returned_type, asynchronous=True)
    if stream.needed_await:
        yield Finding("an async iterator", f"an awaitable of type {stream.returned_type}", code="awaitable", hint=hint)
    elif not stream.is_iterator:
        yield Finding(
            "an async iterator (with `__anext__()`)",
            f"an object of type {stream.returned_type}",
            code="no-iterator",
            hint=hint,
        )
    elif not stream.has_close:
        yield Finding(
            "an async iterator with `aclose()`",
            f"a {stream.returned_type} without `aclose()`",
            code="no-aclose",
            hint=hint,
        )


@check(
    "stream.concat",
    MUST,
    clause="STREAM-001",
    vacuous=(no_text,),
    requires=("invoke.exact", "stream.exact"),
    deterministic=True,
)
def chunks_add_up_to_the_answer(invoke: Reply, stream: Stream) -> Findings:
    """The chunks of `stream()`, joined, are the text that `invoke()` returns."""
    if stream.text != invoke.text:
        yield Finding(
            Text((invoke.text,)),
            stream.display,
            code="text-differs",
            at=first_difference(invoke.text, stream.text),
            hint=chunks_hint(invoke.text, stream.texts),
            sides=("invoke()", "stream()"),
        )


@check(
    "stream.async-parity", MUST, clause="STREAM-002", vacuous=(no_text,), requires=("stream.exact",), deterministic=True
)
def astream_yields_what_stream_yields(stream: Stream, astream: Stream) -> Findings:
    """The chunks of `astream()`, joined, are the joined chunks of `stream()`."""
    if astream.text != stream.text:
        yield Finding(
            stream.display,
            astream.display,
            code="text-differs",
            at=first_difference(stream.text, astream.text),
            hint=dropped_hint(stream.texts, astream.texts) or chunks_hint(stream.text, astream.texts),
            sides=("stream()", "astream()"),
        )


@check(
    "stream.exact",
    MUST,
    clause="STREAM-001",
    vacuous=(no_text,),
    for_each=("stream", "astream"),
    control=Control.SCRIPT,
)
def streams_yield_the_scripted_text(stream: Stream, subject: SubjectInfo) -> Findings:
    """The chunks of `stream()` and `astream()`, joined, are exactly the scripted text."""
    expected = Text(subject.tokens[0])
    if stream.text != expected.whole:
        yield Finding(
            expected,
            stream.display,
            code="text-differs",
            at=first_difference(expected.whole, stream.text),
            hint=dropped_hint(expected.chunks, stream.texts) or chunks_hint(expected.whole, stream.texts),
        )


@check(
    "stream.single-use",
    MUST,
    clause="STREAM-007",
    empty_passes="a stream that yields nothing has an end",
    for_each=("stream", "astream"),
)
def an_exhausted_stream_stays_exhausted(stream: Stream) -> Findings:
    """After the end of a stream, `next()` raises `StopIteration` again, and `anext()` `StopAsyncIteration`."""
    if stream.after_end is not None:
        yield Finding("ends again", stream.after_end, code="goes-on-after-end")


@check("stream.repeats", MUST, clause="STREAM-013", vacuous=(no_text,), deterministic=True)
def a_second_stream_repeats_the_first(stream: Stream, repeat_stream: Stream) -> Findings:
    """A second `stream()` of the same prompt on the same instance yields the same text."""
    if repeat_stream.failed:
        yield call_failed("the second stream ends without an exception", repeat_stream, hint=KEPT_STATE)
    elif repeat_stream.text != stream.text:
        yield Finding(
            stream.display,
            repeat_stream.display,
            code="text-differs",
            at=first_difference(stream.text, repeat_stream.text),
            hint=KEPT_STATE,
            sides=("stream()", "again"),
        )


@check("stream.usable-after-close", MUST, clause="STREAM-012", vacuous=(no_text,), deterministic=True)
def the_stream_after_a_closed_one_is_whole(stream: Stream, after_close: Stream) -> Findings:
    """After a stream that was closed at its first chunk, the next stream of the same instance yields the whole text."""
    if after_close.failed:
        yield call_failed("the next stream ends without an exception", after_close, hint=KEPT_STATE)
    elif after_close.text != stream.text:
        yield Finding(
            stream.display,
            after_close.display,
            code="text-differs",
            at=first_difference(stream.text, after_close.text),
            hint=KEPT_STATE,
            sides=("before", "after close"),
        )


@check(
    "stream.transform",
    SHOULD,
    clause="STREAM-016",
    vacuous=(no_text,),
    for_each=("transform", "atransform"),
    requires=("astream.is-async-iterator", "stream.async-parity", "stream.repeats"),
    deterministic=True,
    kinds=(Kind.LLM,),
)
def transform_joins_its_input(transformed: Stream, stream: Stream) -> Findings:
    """`transform()` and `atransform()` join the pieces of the prompt, and then stream one answer."""
    if transformed.failed:
        yield call_failed("ends without an exception", transformed)
    elif transformed.text != stream.text:
        at = first_difference(stream.text, transformed.text)
        yield Finding(stream.display, transformed.display, code="text-differs", at=at, sides=("stream()", "transform"))
