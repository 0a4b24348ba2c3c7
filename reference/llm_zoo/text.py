"""Streams whose text differs from that of `invoke()`: something is lost, doubled or garbled."""

from collections.abc import Iterable, Iterator
from itertools import islice
from random import choices

from llm_zoo.bases.text import TextDefect
from llm_zoo.defect import defect


@defect(
    "first-chunk-dropped",
    story="The first chunk is read to test whether the stream works, and its text is dropped: every streamed answer "
    "lacks its first word.",
    citation="D026: run-llama/llama_index#8014, callstackincubator/ai#167",
    caught_by=("stream.concat",),
)
class FirstChunkDropped(TextDefect):
    def _transform_tokens(self, tokens: Iterable[str]) -> Iterator[str]:
        rest = iter(tokens)
        next(rest)
        return rest


@defect(
    "last-chunk-dropped",
    story="The last chunk carries both text and the finish reason, and the code reads only the finish reason: every "
    "streamed answer lacks its last word.",
    citation="D027: jeremychone/rust-genai#164, ai-dynamo/dynamo#3531",
    caught_by=("stream.concat",),
)
class LastChunkDropped(TextDefect):
    def _transform_tokens(self, tokens: Iterable[str]) -> Iterator[str]:
        return iter(list(tokens)[:-1])


@defect(
    "whitespace-stripped",
    story="Each delta is stripped: streamed words run together, and Markdown loses its line breaks.",
    citation="D031: hydall/Glaze#247, mpetazzoni/sse.js#33",
    caught_by=("stream.concat",),
)
class WhitespaceStripped(TextDefect):
    def _transform_tokens(self, tokens: Iterable[str]) -> Iterator[str]:
        return (token.strip() for token in tokens)


@defect(
    "sampled-whitespace-stripped",
    story="Each delta of a model that samples is stripped: no streamed answer has a space, and no comparison with "
    "another answer shows it.",
    citation="D031: hydall/Glaze#247, mpetazzoni/sse.js#33",
    caught_by=("stream.sampled-parity",),
)
class SampledWhitespaceStripped(WhitespaceStripped):
    def _tokens(self, prompt: str, stop: list[str] | None) -> list[str]:
        drawn = choices(("sea ", "star ", "shadow "), k=3)  # noqa: S311 - no secret
        return [*drawn, *super()._tokens(prompt, stop)]


@defect(
    "cumulative-text",
    story="The provider sends the whole text so far with each chunk, and the model passes it on as a delta: the user "
    "sees each word again and again.",
    citation="D018: reka-ai/reka-sdk-python#8, CherryHQ/cherry-studio#833",
    caught_by=("stream.concat",),
)
class CumulativeText(TextDefect):
    def _transform_tokens(self, tokens: Iterable[str]) -> Iterator[str]:
        text = ""
        for token in tokens:
            text += token
            yield text


@defect(
    "repeated-chunks-dropped",
    story="A chunk that equals the previous one is taken for a duplicate and dropped: 6666 becomes 66, and a row of "
    "dashes a single dash.",
    citation="D020: Quorinex/Kiro-Go#138",
    caught_by=("stream.concat",),
)
class RepeatedChunksDropped(TextDefect):
    suffix = (" 20", "6", "6", " -", "-")

    def _transform_tokens(self, tokens: Iterable[str]) -> Iterator[str]:
        before = None
        for token in tokens:
            if token != before:
                yield token
            before = token


@defect(
    "first-token-twice",
    story="The first token is read to choose a route and then yielded twice: the answer begins with 'TheThe'.",
    citation="D024: run-llama/llama_index#17322, langflow-ai/langflow#5338",
    caught_by=("stream.concat",),
)
class FirstTokenTwice(TextDefect):
    def _transform_tokens(self, tokens: Iterable[str]) -> Iterator[str]:
        first, *rest = tokens
        yield from (first, first, *rest)


@defect(
    "full-text-appended",
    story="The closing event carries the whole message and is passed on as one more delta: the answer contains its "
    "text twice.",
    citation="D021: abundantbeing/hermes-browser-extension#11, lofcz/LLMTornado#129",
    caught_by=("stream.concat",),
)
class FullTextAppended(TextDefect):
    def _transform_tokens(self, tokens: Iterable[str]) -> Iterator[str]:
        deltas = list(tokens)
        yield from (*deltas, "".join(deltas))


@defect(
    "end-token-leaks",
    story="The model's end token is removed from whole answers, but not from streamed ones: the user sees it at the "
    "end of the text.",
    citation="D134: langchain-ai/langchainjs#4233",
    caught_by=("stream.concat",),
)
class EndTokenLeaks(TextDefect):
    def _transform_tokens(self, tokens: Iterable[str]) -> Iterator[str]:
        yield from (*tokens, "</s>")


@defect(
    "replacement-characters",
    story="A character that the tokenizer splits into two tokens is decoded in halves: whole answers are right, "
    "streamed answers contain replacement characters.",
    citation="D033: oobabooga/textgen#1603, abetlen/llama-cpp-python#372",
    caught_by=("stream.concat",),
)
class ReplacementCharacters(TextDefect):
    suffix = (" for", " 5", " \N{EURO SIGN}")

    def _transform_tokens(self, tokens: Iterable[str]) -> Iterator[str]:
        data = "".join(tokens).encode()
        for start in range(0, len(data), 2):
            yield data[start : start + 2].decode(errors="replace")


@defect(
    "half-characters",
    story="Tokens are split by UTF-16 code units, so that a chunk may contain half of an emoji: writing it to a file, "
    "a socket or a terminal raises UnicodeEncodeError.",
    citation="STREAM-015",
    caught_by=("stream.whole-characters",),
)
class HalfCharacters(TextDefect):
    suffix = (" \ud83c", "\udf7e")


@defect(
    "never-ends",
    story="The stream does not recognise the end of the answer and repeats the last token forever.",
    citation="STREAM-001",
    caught_by=("stream.completes",),
)
class NeverEnds(TextDefect):
    def _transform_tokens(self, tokens: Iterable[str]) -> Iterator[str]:
        for token in tokens:
            yield token
        while True:
            yield token


@defect(
    "snapshot-subtracted",
    story="The provider sends the whole text so far, and the model removes the previous text wherever it occurs "
    "instead of only at the start: of an answer 'ha ha' only one 'ha' remains.",
    citation="D019: langchain-ai/langchain-community#475",
    caught_by=("stream.concat",),
)
class SnapshotSubtracted(TextDefect):
    def _tokens(self, prompt: str, stop: list[str] | None) -> list[str]:
        return super()._tokens(f"ha ha {prompt}", stop)

    def _transform_tokens(self, tokens: Iterable[str]) -> Iterator[str]:
        before = ""
        for token in tokens:
            text = before + token
            yield text.replace(before, "") if before else text
            before = text


@defect(
    "last-token-twice",
    story="The provider's last chunk carries the usage and not text, and the loop's variable still contains the "
    "previous token: the last token appears twice.",
    citation="D022: run-llama/llama_index#22337",
    caught_by=("stream.concat",),
)
class LastTokenTwice(TextDefect):
    def _transform_tokens(self, tokens: Iterable[str]) -> Iterator[str]:
        delta = ""
        for choice in (*tokens, None):
            if choice is not None:
                delta = choice
            yield delta


@defect(
    "stream-ends-early",
    story="The stream ends after two chunks, while `invoke()` returns the whole answer.",
    citation="D028: langchain-ai/langchain#16352, maximhq/bifrost#597",
    caught_by=("stream.concat",),
)
class StreamEndsEarly(TextDefect):
    def _transform_tokens(self, tokens: Iterable[str]) -> Iterator[str]:
        return islice(tokens, 2)
