"""`stream()`, `astream()` and `transform()`: one prompt, many chunks."""

from __future__ import annotations

from llm_conformance.checks.failures import call_failed
from llm_conformance.checks.hints import (
    BUFFERED,
    KEPT_STATE,
    chunk_type_hint,
    chunks_hint,
    iterator_hint,
    one_chunk_hint,
)
from llm_conformance.checks.reasons import ONE_CHUNK
from llm_conformance.checks.registry import MUST, SHOULD, Claim, check
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
    inconclusive,
    not_applicable,
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
        yield call_failed("ends without an exception", astream)


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


@check("stream.yields-text", MUST, clause="TYPE-003", for_each=("stream", "astream"), kinds=(Kind.LLM,))
def chunks_of_a_string_model_are_str(stream: Stream) -> Findings:
    """Every chunk of a string model is a `str`, not a `GenerationChunk`, a message or a dict."""
    for index, chunk in enumerate(stream.chunks):
        if not chunk.is_text:
            yield Finding(
                "chunks of type str",
                f"a chunk of type {chunk.type}",
                code="chunk-type",
                where=f"chunk {index}",
                hint=chunk_type_hint(chunk),
            )
            return


@check("stream.yields-messages", MUST, clause="TYPE-004", for_each=("stream", "astream"), kinds=(Kind.CHAT,))
def chunks_of_a_chat_model_add_up(stream: Stream) -> Findings:
    """The chunks of a chat model are message chunks, and `+` adds them up to one message with their whole text."""
    for index, chunk in enumerate(stream.chunks):
        if chunk.base != "object":
            yield Finding("message chunks", f"a chunk of type {chunk.type}", code="chunk-type", where=f"chunk {index}")
            return
    if len(stream.chunks) > 1 and stream.total_raised is not None:
        yield Finding(
            "chunks that `+` adds up",
            f"`+` {stream.total_raised.text}",
            code="addition-raised",
            exception=stream.total_raised.bases[0],
        )
    elif stream.total is not None and stream.total.text != stream.text:
        at = first_difference(stream.text, stream.total.text or "")
        yield Finding(stream.display, stream.total.display, code="sum-differs", at=at, sides=("joined", "added up"))


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
            hint=chunks_hint(stream.text, astream.texts),
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
            hint=chunks_hint(expected.whole, stream.texts),
        )


@check(
    "stream.boundaries",
    MUST,
    clause="STREAM-004",
    vacuous=(no_text,),
    for_each=("stream", "astream"),
    control=Control.SCRIPT,
    claim=Claim("token-exact"),
)
def one_chunk_per_token(stream: Stream, subject: SubjectInfo) -> Findings:
    """A model declared token-exact yields one chunk per token, empty tokens aside."""
    expected = Text(tuple(token for token in subject.tokens[0] if token))
    actual = Text(tuple(text for text in stream.texts if text))
    if actual.whole != expected.whole:
        yield inconclusive("the text differs from the scripted text")
    elif actual != expected:
        yield Finding(expected, actual, code="boundaries-differ")


@check(
    "stream.one-chunk-fallback",
    MUST,
    clause="STREAM-003",
    for_each=("stream", "astream"),
    claim=Claim("streams", declared=False),
)
def a_model_without_streaming_yields_one_chunk(stream: Stream) -> Findings:
    """A model declared not to stream yields exactly one chunk, the whole answer."""
    if len(stream.chunks) != 1:
        actual = stream.display if stream.chunks else "no chunk"
        yield Finding("one chunk (the profile says streams = false)", actual, code="not-one-chunk")


@check(
    "stream.many-chunks",
    MUST,
    clause="STREAM-004",
    vacuous=(no_text,),
    for_each=("stream", "astream"),
    claim=Claim("streams"),
)
def a_model_with_streaming_yields_several_chunks(stream: Stream, subject: SubjectInfo) -> Findings:
    """A model declared to stream yields an answer of several words in more than one chunk."""
    if len(stream.text.split()) < 2:  # noqa: PLR2004 - several words
        yield inconclusive("the answer has fewer than two words")
    elif not stream.streamed:
        expected = "more than one chunk (the profile says streams = true)"
        yield Finding(expected, stream.display, code="one-chunk", hint=one_chunk_hint(subject.method_owners))


@check("stream.native-async", SHOULD, clause="STREAM-017", vacuous=(no_text,), deterministic=True)
def a_native_astream_yields_several_chunks(stream: Stream, astream: Stream, subject: SubjectInfo) -> Findings:
    """If `stream()` yields several chunks, so does `astream()` of a model with its own asynchronous stream."""
    hooks = {"_stream", "_astream"} & subject.method_owners.keys()
    owner = subject.method_owners.get("_astream") or subject.method_owners["astream"]
    if hooks == {"_stream"} or owner.startswith("langchain_core."):
        yield not_applicable("the model has no asynchronous stream of its own")
    elif not stream.streamed:
        yield not_applicable(ONE_CHUNK)
    elif len([text for text in astream.texts if text]) == 1:
        yield Finding(stream.display, astream.display, code="one-chunk", hint=BUFFERED, sides=("stream()", "astream()"))


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


@check("stream.whole-characters", SHOULD, clause="STREAM-015", vacuous=(no_text,), for_each=("stream", "astream"))
def chunks_are_valid_unicode(stream: Stream) -> Findings:
    """Each chunk is valid Unicode by itself, without half of a surrogate pair."""
    for index, text in enumerate(stream.texts):
        if any("\ud800" <= character <= "\udfff" for character in text):
            yield Finding(
                "text that can be encoded as UTF-8", f"{text!a}", code="lone-surrogate", where=f"chunk {index}"
            )
            return


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
