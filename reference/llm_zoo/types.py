"""Answers and iterators of the wrong type."""

# ruff: noqa: A002  # callers pass the first parameter as "input"

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Generator, Iterator
from functools import partial
from typing import Any

from llm_reference import EchoLLM, GenerationChunk
from llm_zoo.bases.text import TextDefect
from llm_zoo.defect import defect


@defect(
    "invoke-returns-chunk",
    story="With streaming switched on, `invoke()` goes through the stream and returns a chunk object: the caller's "
    "`text.split()` raises AttributeError.",
    citation="D016: langchain-ai/langchain-ibm#9",
    caught_by=("invoke.returns-text",),
)
class InvokeReturnsChunk(EchoLLM):
    def _call(self, prompt: str, *args: Any, **kwargs: Any) -> Any:
        return GenerationChunk(text=super()._call(prompt, *args, **kwargs))


@defect(
    "stream-yields-chunk-objects",
    story="`stream()` yields the chunk objects of the hooks instead of their text: `''.join()` of a stream raises "
    "TypeError.",
    citation="TYPE-003",
    caught_by=("stream.yields-text",),
)
class StreamYieldsChunkObjects(EchoLLM):
    def stream(self, *args: Any, **kwargs: Any) -> Any:
        texts = super().stream(*args, **kwargs)
        return (GenerationChunk(text=text) for text in texts)


@defect(
    "stream-returns-list",
    story="`stream()` returns a list, and only when the model is done: `next()` raises TypeError.",
    citation="TYPE-006",
    caught_by=("stream.is-iterator",),
)
class StreamReturnsList(EchoLLM):
    def stream(self, *args: Any, **kwargs: Any) -> Any:
        return list(super().stream(*args, **kwargs))


class _Traced:
    """An iterator that counts the chunks of another and lacks a `close()`."""

    def __init__(self, chunks: Generator[str, None, None]) -> None:
        self._chunks = chunks
        self.count = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        chunk = next(self._chunks)
        self.count += 1
        return chunk


@defect(
    "close-missing",
    story="A tracing wrapper around the stream lacks a `close()` method: a consumer that leaves early cannot stop the "
    "model, which goes on generating billed tokens.",
    citation="D079: langfuse/langfuse-python#899, traceloop/openllmetry#4394",
    caught_by=("stream.is-iterator",),
)
class CloseMissing(EchoLLM):
    def stream(self, *args: Any, **kwargs: Any) -> Any:
        return _Traced(super().stream(*args, **kwargs))


class _Rewinding(_Traced):
    """An iterator that starts again after its end."""

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
        """Close the current stream."""
        self._chunks.close()


@defect(
    "stream-restarts",
    story="A stream that has ended starts again at a later `next()`: a consumer that reads once more after the end "
    "shows the answer twice.",
    citation="STREAM-007",
    caught_by=("stream.single-use",),
)
class StreamRestarts(EchoLLM):
    def stream(self, *args: Any, **kwargs: Any) -> Any:
        return _Rewinding(partial(super().stream, *args, **kwargs))


@defect(
    "astream-must-be-awaited",
    story="`astream()` is a coroutine that returns the stream: `async for` over it raises TypeError.",
    citation="TYPE-006",
    caught_by=("astream.is-async-iterator",),
)
class AstreamMustBeAwaited(EchoLLM):
    async def _opened(self, *args: Any, **kwargs: Any) -> AsyncGenerator[str, None]:
        return super().astream(*args, **kwargs)

    def astream(self, *args: Any, **kwargs: Any) -> Any:
        return self._opened(*args, **kwargs)


@defect(
    "transform-answers-each-piece",
    story="`transform()` answers every piece of its input separately: after a step that streams, the model is called "
    "once per token of its prompt.",
    citation="STREAM-016",
    caught_by=("stream.transform",),
)
class TransformAnswersEachPiece(TextDefect):
    suffix = (" Over.",)

    def transform(self, input: Iterator[Any], *args: Any, **kwargs: Any) -> Any:
        for piece in input:
            yield from self.stream(piece, *args, **kwargs)

    async def atransform(self, input: AsyncIterator[Any], *args: Any, **kwargs: Any) -> Any:
        async for piece in input:
            async for chunk in self.astream(piece, *args, **kwargs):
                yield chunk
