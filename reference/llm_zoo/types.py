"""Answers and iterators of the wrong type: what a caller has in the hand is not what the interface promises."""

# ruff: noqa: A002  # callers know the first parameter as "input"

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Generator, Iterator
from functools import partial
from typing import Any

from llm_reference import EchoLLM, GenerationChunk
from llm_zoo.bases.text import TextDefect
from llm_zoo.defect import defect


@defect(
    "invoke-returns-a-chunk",
    story="With streaming switched on, invoke() goes through the stream and returns a chunk of its inner type: "
    "the caller's text.split() is an AttributeError.",
    citation="D016: langchain-ai/langchain-ibm#9",
    caught_by=("invoke.returns-text",),
)
class InvokeReturnsAChunk(EchoLLM):
    """Forgets to take the text out."""

    def _call(self, prompt: str, *args: Any, **kwargs: Any) -> Any:
        return GenerationChunk(text=super()._call(prompt, *args, **kwargs))


@defect(
    "stream-yields-chunk-objects",
    story="stream() yields the chunks that the hooks make, not their text: ''.join() of a stream is a TypeError.",
    citation="TYPE-003",
    caught_by=("stream.yields-text",),
)
class StreamYieldsChunkObjects(EchoLLM):
    """Hands out what is its own business."""

    def stream(self, *args: Any, **kwargs: Any) -> Any:
        """The texts of the reference, wrapped again."""
        texts = super().stream(*args, **kwargs)
        return (GenerationChunk(text=text) for text in texts)


@defect(
    "stream-is-a-list",
    story="stream() returns a list: next() of it is a TypeError, and it is full only when the model is done.",
    citation="TYPE-006",
    caught_by=("stream.is-iterator",),
)
class StreamIsAList(EchoLLM):
    """Collects before it gives."""

    def stream(self, *args: Any, **kwargs: Any) -> Any:
        """Everything at once."""
        return list(super().stream(*args, **kwargs))


class _Traced:
    """An iterator around another; it notes how many chunks passed, and has no close()."""

    def __init__(self, chunks: Generator[str, None, None]) -> None:
        self._chunks = chunks
        self.seen = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        chunk = next(self._chunks)
        self.seen += 1
        return chunk


@defect(
    "close-is-hidden",
    story="A tracing wrapper around the stream has no close(): whoever leaves early cannot tell the model, "
    "which goes on generating and billing.",
    citation="D079: langfuse/langfuse-python#899, traceloop/openllmetry#4394",
    caught_by=("stream.is-iterator",),
)
class CloseIsHidden(EchoLLM):
    """Is watched by somebody who stands in the way."""

    def stream(self, *args: Any, **kwargs: Any) -> Any:
        """The stream of the reference, traced."""
        return _Traced(super().stream(*args, **kwargs))


class _Rewinding(_Traced):
    """An iterator that begins anew once it has ended."""

    def __init__(self, begin: Callable[[], Generator[str, None, None]]) -> None:
        self._begin = begin
        super().__init__(begin())

    def __next__(self) -> str:
        try:
            return super().__next__()
        except StopIteration:
            self._chunks = self._begin()
            raise

    def close(self) -> None:
        """Leave the stream that is being read."""
        self._chunks.close()


@defect(
    "stream-starts-again",
    story="A stream that has ended starts again at the next next(): a consumer that looks once more for a late chunk "
    "shows the answer twice.",
    citation="STREAM-007",
    caught_by=("stream.single-use",),
)
class StreamStartsAgain(EchoLLM):
    """Rewinds at its end."""

    def stream(self, *args: Any, **kwargs: Any) -> Any:
        """The stream of the reference, rewound."""
        return _Rewinding(partial(super().stream, *args, **kwargs))


@defect(
    "astream-must-be-awaited",
    story="astream() is a coroutine that returns the stream: 'async for' over it is a TypeError.",
    citation="TYPE-006",
    caught_by=("astream.is-async-iterator",),
)
class AstreamMustBeAwaited(EchoLLM):
    """Was declared with one word too many."""

    async def _opened(self, *args: Any, **kwargs: Any) -> AsyncGenerator[str, None]:
        return super().astream(*args, **kwargs)

    def astream(self, *args: Any, **kwargs: Any) -> Any:
        """A coroutine."""
        return self._opened(*args, **kwargs)


@defect(
    "each-piece-is-a-prompt",
    story="transform() answers every piece of its input by itself: behind a step that streams, "
    "the model is asked once for each token of its prompt.",
    citation="STREAM-016",
    caught_by=("stream.transform",),
)
class EachPieceIsAPrompt(TextDefect):
    """Answers before the question is over."""

    suffix = (" Over.",)

    def transform(self, input: Iterator[Any], *args: Any, **kwargs: Any) -> Any:
        """A stream for each piece."""
        for piece in input:
            yield from self.stream(piece, *args, **kwargs)

    async def atransform(self, input: AsyncIterator[Any], *args: Any, **kwargs: Any) -> Any:
        """The same on a loop."""
        async for piece in input:
            async for chunk in self.astream(piece, *args, **kwargs):
                yield chunk
