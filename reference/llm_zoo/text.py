"""Streams whose text is not the text of invoke: something lost, doubled or garbled on the way."""

from collections.abc import Iterable, Iterator
from itertools import islice

from llm_zoo.bases.text import TextDefect
from llm_zoo.defect import defect


@defect(
    "first-chunk-dropped",
    story="The first chunk is peeked at to see whether the stream is alive, and its text is thrown away: "
    "every streamed answer lacks its first word.",
    citation="D026: run-llama/llama_index#8014, callstackincubator/ai#167",
    caught_by=("stream.concat",),
)
class FirstChunkDropped(TextDefect):
    """Peeks, and forgets what it saw."""

    def _transform_tokens(self, tokens: Iterable[str]) -> Iterator[str]:
        spoken = iter(tokens)
        next(spoken)
        return spoken


@defect(
    "last-chunk-dropped",
    story="The last chunk carries text together with the finish reason, and the branch of the finish reason comes "
    "first: every streamed answer lacks its last word.",
    citation="D027: jeremychone/rust-genai#164, ai-dynamo/dynamo#3531",
    caught_by=("stream.concat",),
)
class LastChunkDropped(TextDefect):
    """Gives a token only when there is another one behind it."""

    def _transform_tokens(self, tokens: Iterable[str]) -> Iterator[str]:
        return iter(list(tokens)[:-1])


@defect(
    "whitespace-stripped",
    story="Each delta is stripped, so streamed words run together, and Markdown loses its line breaks.",
    citation="D031: hydall/Glaze#247, mpetazzoni/sse.js#33",
    caught_by=("stream.concat",),
)
class WhitespaceStripped(TextDefect):
    """Strips what it should pass on."""

    def _transform_tokens(self, tokens: Iterable[str]) -> Iterator[str]:
        return (token.strip() for token in tokens)


@defect(
    "cumulative-text",
    story="The provider sends everything said so far, and it is passed on as if it were news: "
    "the reader sees each word again and again.",
    citation="D018: reka-ai/reka-sdk-python#8, CherryHQ/cherry-studio#833",
    caught_by=("stream.concat",),
)
class CumulativeText(TextDefect):
    """Each chunk repeats all chunks before it."""

    def _transform_tokens(self, tokens: Iterable[str]) -> Iterator[str]:
        said = ""
        for token in tokens:
            said += token
            yield said


@defect(
    "repeats-eaten",
    story="A chunk equal to the one before it is taken for a duplicate and dropped: 6666 becomes 66, "
    "and a row of dashes a single one.",
    citation="D020: Quorinex/Kiro-Go#138",
    caught_by=("stream.concat",),
)
class RepeatsEaten(TextDefect):
    """De-duplicates what is no duplicate."""

    suffix = (" 20", "6", "6", " -", "-")

    def _transform_tokens(self, tokens: Iterable[str]) -> Iterator[str]:
        before = None
        for token in tokens:
            if token != before:
                yield token
            before = token


@defect(
    "first-token-twice",
    story="The first token is looked at to choose a route, and then said again: the answer begins TheThe.",
    citation="D024: run-llama/llama_index#17322, langflow-ai/langflow#5338",
    caught_by=("stream.concat",),
)
class FirstTokenTwice(TextDefect):
    """Says the token that it peeked at, and starts from the beginning."""

    def _transform_tokens(self, tokens: Iterable[str]) -> Iterator[str]:
        first, *rest = tokens
        yield from (first, first, *rest)


@defect(
    "full-text-appended",
    story="The closing event carries the whole message, and is passed on as one more delta: the answer comes twice.",
    citation="D021: abundantbeing/hermes-browser-extension#11, lofcz/LLMTornado#129",
    caught_by=("stream.concat",),
)
class FullTextAppended(TextDefect):
    """Says everything, and then everything."""

    def _transform_tokens(self, tokens: Iterable[str]) -> Iterator[str]:
        said = list(tokens)
        yield from (*said, "".join(said))


@defect(
    "end-token-leaks",
    story="The end token of the model is filtered out of whole answers, and left in streamed ones.",
    citation="D134: langchain-ai/langchainjs#4233",
    caught_by=("stream.concat",),
)
class EndTokenLeaks(TextDefect):
    """Streams its special token too."""

    def _transform_tokens(self, tokens: Iterable[str]) -> Iterator[str]:
        yield from (*tokens, "</s>")


@defect(
    "replacement-characters",
    story="A character that the tokenizer cuts in two is decoded half by half: whole answers are right, "
    "streamed ones show replacement characters.",
    citation="D033: oobabooga/textgen#1603, abetlen/llama-cpp-python#372",
    caught_by=("stream.concat",),
)
class ReplacementCharacters(TextDefect):
    """Decodes two bytes at a time."""

    suffix = (" for", " 5", " \N{EURO SIGN}")

    def _transform_tokens(self, tokens: Iterable[str]) -> Iterator[str]:
        said = "".join(tokens).encode()
        for start in range(0, len(said), 2):
            yield said[start : start + 2].decode(errors="replace")


@defect(
    "half-characters",
    story="Tokens are cut by UTF-16 units, so a chunk may hold half of an emoji: whoever writes it to a file, "
    "a socket or a terminal gets UnicodeEncodeError.",
    citation="STREAM-015",
    caught_by=("stream.whole-characters",),
)
class HalfCharacters(TextDefect):
    """Hands over surrogates, as they come."""

    suffix = (" \ud83c", "\udf7e")


@defect(
    "never-ends",
    story="The end of the answer is not recognised, and the last token comes for ever.",
    citation="STREAM-001",
    caught_by=("stream.completes",),
)
class NeverEnds(TextDefect):
    """Does not know when to stop."""

    def _transform_tokens(self, tokens: Iterable[str]) -> Iterator[str]:
        for token in tokens:
            yield token
        while True:
            yield token


@defect(
    "snapshot-subtracted",
    story="The provider sends everything said so far, and what is new in it is found by taking away what was said "
    "before, wherever that stands: of an answer that begins ha ha only one ha is left.",
    citation="D019: langchain-ai/langchain-community#475",
    caught_by=("stream.concat",),
)
class SnapshotSubtracted(TextDefect):
    """Subtracts with replace()."""

    def _tokens(self, prompt: str, stop: list[str] | None) -> list[str]:
        return super()._tokens(f"ha ha {prompt}", stop)

    def _transform_tokens(self, tokens: Iterable[str]) -> Iterator[str]:
        before = ""
        for token in tokens:
            said = before + token
            yield said.replace(before, "") if before else said
            before = said


@defect(
    "last-token-twice",
    story="The last chunk of the provider says what the answer cost, and no text. "
    "The variable of the loop still holds the token before it: the answer ends endsends.",
    citation="D022: run-llama/llama_index#22337",
    caught_by=("stream.concat",),
)
class LastTokenTwice(TextDefect):
    """Does not put its variable back."""

    def _transform_tokens(self, tokens: Iterable[str]) -> Iterator[str]:
        delta = ""
        for choice in (*tokens, None):
            if choice is not None:
                delta = choice
            yield delta


@defect(
    "stream-ends-early",
    story="The first two chunks come, and then the end: invoke() has the whole answer.",
    citation="D028: langchain-ai/langchain#16352, maximhq/bifrost#597",
    caught_by=("stream.concat",),
)
class StreamEndsEarly(TextDefect):
    """Takes a pause for the end."""

    def _transform_tokens(self, tokens: Iterable[str]) -> Iterator[str]:
        return islice(tokens, 2)
