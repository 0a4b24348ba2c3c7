"""Synchronous and asynchronous calls that differ: one of the two is wrong."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

from llm_reference import EchoLLM, GenerationChunk
from llm_zoo.defect import defect


@defect(
    "astream-falls-back",
    story="Only the synchronous path streams. `astream()` requests the whole answer and yields it as one chunk: a web "
    "page stays empty until the model is done.",
    citation="D001: langchain-ai/langchain#18920, langchain-ai/langchain#15640",
    caught_by=("stream.native-async",),
)
class AstreamFallsBack(EchoLLM):
    async def _astream(self, prompt: str, *args: Any, **kwargs: Any) -> AsyncIterator[GenerationChunk]:
        yield GenerationChunk(text=await self._acall(prompt, *args, **kwargs))


@defect(
    "astream-yields-empty-chunks",
    story="The asynchronous stream reads another key of the response than the synchronous stream does: every chunk is "
    "empty.",
    citation="D011: langchain-ai/langchain#24737",
    caught_by=("stream.async-parity",),
)
class AstreamYieldsEmptyChunks(EchoLLM):
    async def _astream(self, *args: Any, **kwargs: Any) -> AsyncIterator[GenerationChunk]:
        async for _ in super()._astream(*args, **kwargs):
            yield GenerationChunk(text="")


@defect(
    "full-text-in-every-delta",
    story="The asynchronous stream puts the whole answer into each of its chunks.",
    citation="D014: BerriAI/litellm#4168",
    caught_by=("stream.async-parity",),
)
class FullTextInEveryDelta(EchoLLM):
    async def _astream(self, prompt: str, *args: Any, **kwargs: Any) -> AsyncIterator[GenerationChunk]:
        async for _ in super()._astream(prompt, *args, **kwargs):
            yield GenerationChunk(text=self._call(prompt, *args, **kwargs))


@defect(
    "astream-raises",
    story="The asynchronous stream raises at a token that the synchronous stream handles.",
    citation="D012: langchain-ai/langchain#6225",
    caught_by=("astream.completes",),
)
class AstreamRaises(EchoLLM):
    async def _astream(self, *args: Any, **kwargs: Any) -> AsyncIterator[GenerationChunk]:
        async for chunk in super()._astream(*args, **kwargs):
            info: Any = chunk.generation_info
            yield GenerationChunk(text=chunk.text + info["function_call"])


@defect(
    "ainvoke-doubled",
    story="`ainvoke()` collects the asynchronous stream and then the synchronous stream as well: the answer contains "
    "its text twice.",
    citation="D013: ninehills/langchain-wenxin#5",
    caught_by=("invoke.async-parity",),
)
class AinvokeDoubled(EchoLLM):
    async def _acall(self, prompt: str, stop: list[str] | None = None, *_args: Any, **_kwargs: Any) -> str:
        texts = [chunk.text async for chunk in self._astream(prompt, stop)]
        return "".join([*texts, *(chunk.text for chunk in self._stream(prompt, stop))])


@defect(
    "ainvoke-not-implemented",
    story="`ainvoke()` is not implemented: it raises where `invoke()` answers.",
    citation="TYPE-001",
    caught_by=("ainvoke.completes",),
)
class AinvokeNotImplemented(EchoLLM):
    async def _acall(self, *_args: Any, **_kwargs: Any) -> str:
        raise NotImplementedError


@defect(
    "stream-in-one-chunk",
    story="The model claims to stream, but `stream()` requests the whole answer and yields it as one chunk: the first "
    "word arrives together with the last.",
    citation="D002: UiPath/uipath-langchain-python#197, langchain-ai/langserve#218",
    caught_by=("stream.many-chunks",),
    declares={"streams": True},
)
class StreamInOneChunk(EchoLLM):
    def _stream(self, prompt: str, *args: Any, **kwargs: Any) -> Iterator[GenerationChunk]:
        yield GenerationChunk(text=self._call(prompt, *args, **kwargs))

    async def _astream(self, prompt: str, *args: Any, **kwargs: Any) -> AsyncIterator[GenerationChunk]:
        yield GenerationChunk(text=await self._acall(prompt, *args, **kwargs))


@defect(
    "streams-against-its-claim",
    story="The model claims not to stream, but yields its answer in several chunks: a caller that takes the first "
    "chunk for the answer gets one word.",
    citation="STREAM-003",
    caught_by=("stream.one-chunk-fallback",),
    declares={"streams": False},
)
class StreamsAgainstItsClaim(EchoLLM):
    """Streams, as `EchoLLM` does; its profile claims the opposite."""


@defect(
    "streaming-off-by-default",
    story="The model has a field `streaming=False`, as other adapters do, and reads the default as a request not to "
    "stream: `stream()` yields the whole answer as one chunk, without a warning.",
    citation="D003: oracle/langchain-oracle#277",
    caught_by=("stream.many-chunks",),
    declares={"streams": True},
)
class StreamingOffByDefault(EchoLLM):
    streaming: bool = False

    def _overrides(self, hook: str) -> bool:
        return self.streaming and super()._overrides(hook)


@defect(
    "new-model-names-do-not-stream",
    story="A table of model names lists the models that stream. A newer model is not in the table, and its answer "
    "arrives as one chunk.",
    citation="D004: langchain-ai/langchain-aws#763",
    caught_by=("stream.many-chunks",),
    declares={"streams": True},
)
class NewModelNamesDoNotStream(EchoLLM):
    model: str = "echo-2"

    def _overrides(self, hook: str) -> bool:
        return self.model in {"echo", "echo-1"} and super()._overrides(hook)
