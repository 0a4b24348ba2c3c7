"""The chunks of `stream()` and `astream()`: their type, their number, and where the text is cut."""

from __future__ import annotations

from llm_conformance.checks.hints import BUFFERED, chunk_type_hint, merged_blocks_hint, one_chunk_hint
from llm_conformance.checks.reasons import ONE_CHUNK
from llm_conformance.checks.registry import MUST, SHOULD, Claim, check
from llm_conformance.checks.vacuity import no_text
from llm_conformance.records import (
    Control,
    Finding,
    Findings,
    Kind,
    Stream,
    SubjectInfo,
    Text,
    first_difference,
    inconclusive,
    not_applicable,
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
        hint = merged_blocks_hint(stream.chunks)
        sides = ("joined", "added by +")
        yield Finding(stream.display, stream.total.display, code="sum-differs", at=at, sides=sides, hint=hint)


@check(
    "stream.boundaries",
    MUST,
    clause="STREAM-004",
    vacuous=(no_text,),
    for_each=("stream", "astream"),
    control=Control.SCRIPT,
    requires=("stream.many-chunks",),
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


@check("stream.whole-characters", SHOULD, clause="STREAM-015", vacuous=(no_text,), for_each=("stream", "astream"))
def chunks_are_valid_unicode(stream: Stream) -> Findings:
    """Each chunk is valid Unicode by itself, without half of a surrogate pair."""
    for index, text in enumerate(stream.texts):
        if any("\ud800" <= character <= "\udfff" for character in text):
            yield Finding(
                "text that can be encoded as UTF-8", f"{text!a}", code="lone-surrogate", where=f"chunk {index}"
            )
            return
