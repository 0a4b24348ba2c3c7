"""Synchronous and asynchronous ways that part: one of the two is wrong, the other shows how it should be."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

from llm_reference import EchoLLM, GenerationChunk
from llm_zoo.defect import defect


@defect(
    "astream-falls-back",
    story="There is a stream for synchronous callers only: astream() asks for the whole answer and yields it as one "
    "chunk, so a web page stays empty until the model is done.",
    citation="D001: langchain-ai/langchain#18920, langchain-ai/langchain#15640",
    caught_by=("stream.native-async",),
)
class AstreamFallsBack(EchoLLM):
    """Has an asynchronous stream in name only."""

    async def _astream(self, prompt: str, *args: Any, **kwargs: Any) -> AsyncIterator[GenerationChunk]:
        yield GenerationChunk(text=await self._acall(prompt, *args, **kwargs))


@defect(
    "astream-says-nothing",
    story="The asynchronous stream reads another key of the response than the synchronous one: every chunk is empty.",
    citation="D011: langchain-ai/langchain#24737",
    caught_by=("stream.async-parity",),
)
class AstreamSaysNothing(EchoLLM):
    """Looks for the text where it is not."""

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
    """Repeats everything as often as there are tokens."""

    async def _astream(self, prompt: str, *args: Any, **kwargs: Any) -> AsyncIterator[GenerationChunk]:
        async for _ in super()._astream(prompt, *args, **kwargs):
            yield GenerationChunk(text=self._call(prompt, *args, **kwargs))


@defect(
    "astream-raises",
    story="The asynchronous stream trips over a token that the synchronous one handles.",
    citation="D012: langchain-ai/langchain#6225",
    caught_by=("astream.completes",),
)
class AstreamRaises(EchoLLM):
    """Its asynchronous side was never run."""

    async def _astream(self, *args: Any, **kwargs: Any) -> AsyncIterator[GenerationChunk]:
        async for chunk in super()._astream(*args, **kwargs):
            info: Any = chunk.generation_info
            yield GenerationChunk(text=chunk.text + info["function_call"])


@defect(
    "ainvoke-doubled",
    story="ainvoke() collects the asynchronous stream and then the synchronous one as well: the answer comes twice.",
    citation="D013: ninehills/langchain-wenxin#5",
    caught_by=("invoke.async-parity",),
)
class AinvokeDoubled(EchoLLM):
    """Asks twice for one answer."""

    async def _acall(self, prompt: str, stop: list[str] | None = None, *_args: Any, **_kwargs: Any) -> str:
        said = [chunk.text async for chunk in self._astream(prompt, stop)]
        return "".join([*said, *(chunk.text for chunk in self._stream(prompt, stop))])


@defect(
    "ainvoke-not-written",
    story="The asynchronous call was left for later: ainvoke() raises where invoke() answers.",
    citation="TYPE-001",
    caught_by=("ainvoke.completes",),
)
class AinvokeNotWritten(EchoLLM):
    """Half a model."""

    async def _acall(self, *_args: Any, **_kwargs: Any) -> str:
        raise NotImplementedError


@defect(
    "stream-in-one-piece",
    story="stream() makes the whole request and wraps its answer in one chunk, though it is said to stream: "
    "the first word comes with the last.",
    citation="D002: UiPath/uipath-langchain-python#197, langchain-ai/langserve#218",
    caught_by=("stream.many-chunks",),
    declares={"streams": True},
)
class StreamInOnePiece(EchoLLM):
    """Streams, after a fashion."""

    def _stream(self, prompt: str, *args: Any, **kwargs: Any) -> Iterator[GenerationChunk]:
        yield GenerationChunk(text=self._call(prompt, *args, **kwargs))

    async def _astream(self, prompt: str, *args: Any, **kwargs: Any) -> AsyncIterator[GenerationChunk]:
        yield GenerationChunk(text=await self._acall(prompt, *args, **kwargs))


@defect(
    "streams-in-secret",
    story="The model is said not to stream, and gives its answer piece by piece: "
    "a caller who takes the first chunk for the answer has one word.",
    citation="STREAM-003",
    caught_by=("stream.one-chunk-fallback",),
    declares={"streams": False},
)
class StreamsInSecret(EchoLLM):
    """Does what it is said not to do."""


@defect(
    "streaming-off-by-default",
    story="A field streaming=False is declared, as other adapters have one, and is taken for the wish not to stream: "
    "stream() asks for the whole answer, and no warning says so.",
    citation="D003: oracle/langchain-oracle#277",
    caught_by=("stream.many-chunks",),
    declares={"streams": True},
)
class StreamingOffByDefault(EchoLLM):
    """Has a switch that nobody knows of."""

    streaming: bool = False

    def _overrides(self, hook: str) -> bool:
        return self.streaming and super()._overrides(hook)


@defect(
    "new-names-do-not-stream",
    story="A table of model names says which of them can stream: a model that came out later is not in it, "
    "and gives its answer in one piece.",
    citation="D004: langchain-ai/langchain-aws#763",
    caught_by=("stream.many-chunks",),
    declares={"streams": True},
)
class NewNamesDoNotStream(EchoLLM):
    """Knows the models of last year."""

    model: str = "echo-2"

    def _overrides(self, hook: str) -> bool:
        return self.model in {"echo", "echo-1"} and super()._overrides(hook)
