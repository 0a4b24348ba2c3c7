"""One question, many chunks: stream, astream and their kin."""

from llm_conformance.checks.registry import MUST, SHOULD, check
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
    not_applicable,
)


@check("stream.completes", MUST, clause="STREAM-001")
def stream_ends(stream: Stream) -> Findings:
    """stream() comes to its end: it neither raises, nor hangs, nor goes on for ever."""
    if stream.failed:
        yield Finding(expected="a stream that ends", actual=stream.ended_with)


@check("astream.completes", MUST, clause="STREAM-002")
def astream_ends(astream: Stream) -> Findings:
    """astream() comes to its end: it neither raises, nor hangs, nor goes on for ever."""
    if astream.failed:
        yield Finding(expected="a stream that ends", actual=astream.ended_with)


@check("stream.is-iterator", MUST, clause="TYPE-006")
def stream_returns_its_own_iterator(stream: Stream) -> Findings:
    """stream() returns an iterator: its own, with close()."""
    if not stream.is_iterator:
        yield Finding(expected="an iterator (with __next__)", actual=f"an object of type {stream.returned_type}")
    elif not stream.has_close:
        yield Finding(expected="an iterator with close()", actual=f"a {stream.returned_type} without it")


@check("astream.is-async-iterator", MUST, clause="TYPE-006", for_each=("astream", "events_v1", "events_v2"))
def astream_returns_an_async_iterator(stream: IteratorOutcome) -> Findings:
    """astream() and astream_events() return an async iterator, with aclose(), without being awaited."""
    if stream.needed_await:
        yield Finding(expected="an async iterator", actual=f"a {stream.returned_type} that must be awaited first")
    elif not stream.is_iterator:
        yield Finding(expected="an async iterator (with __anext__)", actual=f"an object of type {stream.returned_type}")
    elif not stream.has_close:
        yield Finding(expected="an async iterator with aclose()", actual=f"a {stream.returned_type} without it")


@check("stream.yields-text", MUST, clause="TYPE-003", for_each=("stream", "astream"), kinds=(Kind.LLM,))
def chunks_of_a_string_model_are_text(stream: Stream) -> Findings:
    """Every chunk of a string model is a str, never a GenerationChunk, a message or a dict."""
    for index, chunk in enumerate(stream.chunks):
        if not chunk.is_text:
            yield Finding(expected="chunks of type str", actual=f"chunk {index} is {chunk.type}")
            return


@check("stream.yields-messages", MUST, clause="TYPE-004", for_each=("stream", "astream"), kinds=(Kind.CHAT,))
def chunks_of_a_chat_model_add_up(stream: Stream) -> Findings:
    """The chunks of a chat model are messages that add up with `+`, to the text of them all."""
    for index, chunk in enumerate(stream.chunks):
        if chunk.base != "object":
            yield Finding(expected="message chunks", actual=f"chunk {index} is {chunk.type}")
            return
    if len(stream.chunks) > 1 and stream.total_raised is not None:
        yield Finding(expected="chunks that add up with +", actual=stream.total_raised.text)
    elif stream.total is not None and stream.total.text != stream.text:
        yield Finding(stream.display, stream.total.display, at=first_difference(stream.text, stream.total.text or ""))


@check("stream.concat", MUST, clause="STREAM-001", requires=("invoke.exact", "stream.exact"), deterministic=True)
def chunks_add_up(invoke: Reply, stream: Stream) -> Findings:
    """The chunks of stream(), added up, are what invoke() returns."""
    if stream.text != invoke.text:
        yield Finding(Text((invoke.text,)), stream.display, at=first_difference(invoke.text, stream.text))


@check("stream.async-parity", MUST, clause="STREAM-002", requires=("stream.exact",), deterministic=True)
def astream_says_what_stream_says(stream: Stream, astream: Stream) -> Findings:
    """The chunks of astream(), added up, are the chunks of stream(), added up."""
    if astream.text != stream.text:
        yield Finding(stream.display, astream.display, at=first_difference(stream.text, astream.text))


@check("stream.exact", MUST, clause="STREAM-001", for_each=("stream", "astream"), control=Control.SCRIPT)
def streams_give_what_was_said(stream: Stream, about: SubjectInfo) -> Findings:
    """The chunks of stream() and astream(), added up, are exactly the text that the model was made to say."""
    said = Text(about.tokens[0])
    if stream.text != said.whole:
        yield Finding(said, stream.display, at=first_difference(said.whole, stream.text))


@check(
    "stream.boundaries",
    MUST,
    clause="STREAM-004",
    for_each=("stream", "astream"),
    control=Control.SCRIPT,
    claim="token-exact",
)
def one_chunk_a_token(stream: Stream, about: SubjectInfo) -> Findings:
    """A model declared token-exact gives one chunk for each token that is not empty."""
    said = Text(tuple(token for token in about.tokens[0] if token))
    given = Text(tuple(text for text in stream.texts if text))
    if given != said and given.whole == said.whole:
        yield Finding(said, given)


@check("stream.one-chunk-fallback", MUST, clause="STREAM-003", for_each=("stream", "astream"), claim="no streams")
def a_model_without_streaming_gives_one_chunk(stream: Stream) -> Findings:
    """A model declared not to stream gives exactly one chunk: the whole answer."""
    if len(stream.chunks) != 1:
        yield Finding(expected="one chunk (the profile says streams = false)", actual=stream.display)


@check("stream.many-chunks", MUST, clause="STREAM-004", for_each=("stream", "astream"), claim="streams")
def a_model_with_streaming_gives_many_chunks(stream: Stream) -> Findings:
    """A model declared to stream gives an answer of several words in more than one chunk."""
    if len(stream.text.split()) > 1 and len([text for text in stream.texts if text]) == 1:
        yield Finding(expected="more than one chunk (the profile says streams = true)", actual=stream.display)


@check("stream.native-async", SHOULD, clause="STREAM-017")
def native_async_streams_too(stream: Stream, astream: Stream, about: SubjectInfo) -> Findings:
    """A model with an asynchronous stream of its own, and many chunks from stream(), gives many from astream()."""
    owner = about.method_owners.get("_astream") or about.method_owners["astream"]
    if owner.startswith("langchain_core."):
        yield not_applicable("it inherits langchain-core's asynchronous stream")
        return
    if len([text for text in stream.texts if text]) > 1 and len([text for text in astream.texts if text]) == 1:
        yield Finding(expected=stream.display, actual=astream.display)


@check("stream.single-use", MUST, clause="STREAM-007", for_each=("stream", "astream"))
def an_exhausted_stream_stays_exhausted(stream: Stream) -> Findings:
    """After its end a stream is exhausted: one more next stops again."""
    if stream.after_end is not None:
        yield Finding(expected="nothing more after the end", actual=stream.after_end)


@check("stream.whole-characters", SHOULD, clause="STREAM-015", for_each=("stream", "astream"))
def chunks_are_whole_characters(stream: Stream) -> Findings:
    """Each chunk is valid Unicode by itself: no half of a surrogate pair."""
    for index, text in enumerate(stream.texts):
        if any("\ud800" <= character <= "\udfff" for character in text):
            yield Finding(expected="chunks that can be encoded as UTF-8", actual=f"chunk {index} is {text!a}")
            return


@check("stream.repeats", MUST, clause="STREAM-013", deterministic=True)
def a_second_stream_is_like_the_first(stream: Stream, restream: Stream) -> Findings:
    """A second stream of the same prompt from the same instance gives the text of the first."""
    if restream.failed:
        yield Finding(expected="a second stream that ends", actual=restream.ended_with)
    elif restream.text != stream.text:
        yield Finding(stream.display, restream.display, at=first_difference(stream.text, restream.text))


@check("stream.usable-after-close", MUST, clause="STREAM-012", deterministic=True)
def an_abandoned_stream_does_no_harm(stream: Stream, after_leaving: Stream) -> Findings:
    """A stream that was closed at its first chunk leaves the model usable: the next one is whole."""
    if after_leaving.failed:
        yield Finding(expected="a stream after one that was closed early", actual=after_leaving.ended_with)
    elif after_leaving.text != stream.text:
        yield Finding(stream.display, after_leaving.display, at=first_difference(stream.text, after_leaving.text))


@check(
    "stream.transform",
    SHOULD,
    clause="STREAM-016",
    for_each=("transform", "atransform"),
    requires=("astream.is-async-iterator", "stream.async-parity", "stream.repeats"),
    deterministic=True,
    kinds=(Kind.LLM,),
)
def transform_joins_its_input(transformed: Stream, stream: Stream) -> Findings:
    """transform() and atransform() join the pieces of the prompt, then stream once."""
    if transformed.failed:
        yield Finding(expected="a stream that ends", actual=transformed.ended_with)
    elif transformed.text != stream.text:
        yield Finding(stream.display, transformed.display, at=first_difference(stream.text, transformed.text))
