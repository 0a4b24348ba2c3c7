"""State of a call that is kept on the instance: streams that mix, and streams that remember."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator
from typing import Any

from llm_reference import CallbackManagerForLLMRun, EchoLLM, GenerationChunk
from llm_zoo.bases.text import TextDefect
from llm_zoo.defect import defect


@defect(
    "shared-buffer",
    story="The parser's buffer is kept on the instance: two simultaneous streams get pieces of each other's text.",
    citation="D127: oracle/langchain-oracle#255, waybarrios/vllm-mlx#649",
    caught_by=("isolation.interleaved",),
    also_fails={
        "stream.usable-after-close": "the next stream begins with the buffer of a stream that was closed early"
    },
)
class SharedBuffer(TextDefect):
    _buffer: str = ""

    def _transform_tokens(self, tokens: Iterable[str]) -> Iterator[str]:
        for token in tokens:
            ready, self._buffer = self._buffer, token
            if ready:
                yield ready
        ready, self._buffer = self._buffer, ""
        yield ready


@defect(
    "shared-buffer-on-a-loop",
    story="The asynchronous stream keeps the piece that it holds back on the instance: tasks get each other's text.",
    citation="STREAM-013",
    caught_by=("isolation.concurrent",),
)
class SharedBufferOnALoop(EchoLLM):
    _held: GenerationChunk | None = None

    async def _astream(self, *args: Any, **kwargs: Any) -> AsyncIterator[GenerationChunk]:
        self._held = None
        async for chunk in super()._astream(*args, **kwargs):
            ready: GenerationChunk | None = self._held
            self._held = chunk
            if ready is not None:
                yield ready
        if self._held is not None:
            yield self._held


@defect(
    "shared-parts-on-a-loop",
    story="`ainvoke()` collects its answer on the instance: of two users who ask at the same time, each gets words of "
    "the other answer. One stream at a time, and every test with one user, is right.",
    citation="STREAM-013",
    caught_by=("isolation.concurrent-invokes",),
)
class SharedPartsOnALoop(EchoLLM):
    _parts: list[str] = []  # noqa: RUF012 - copied for each instance

    async def _acall(self, *args: Any, **kwargs: Any) -> str:
        self._parts.clear()
        async for chunk in super()._astream(*args, **kwargs):
            self._parts.append(chunk.text)
            await asyncio.sleep(0)
        return "".join(self._parts)


@defect(
    "shared-flag-reset",
    story="A flag on the instance is set while a stream is read. The stream that ends first resets it, and the rest of "
    "the other stream is garbled.",
    citation="D128: headroomlabs-ai/headroom#1287, crewAIInc/crewAI#6360",
    caught_by=("isolation.interleaved",),
)
class SharedFlagReset(TextDefect):
    _streaming: bool = False

    def _transform_tokens(self, tokens: Iterable[str]) -> Iterator[str]:
        self._streaming = True
        for token in tokens:
            yield token if self._streaming else token.strip()
        self._streaming = False


@defect(
    "closed-stream-resumed",
    story="The position in the answer is kept on the instance: after the consumer leaves a stream early, the next "
    "stream continues from that position.",
    citation="STREAM-012",
    caught_by=("stream.usable-after-close",),
)
class ClosedStreamResumed(TextDefect):
    _places: dict[str, int] = {}  # noqa: RUF012 - copied for each instance

    def _transform_tokens(self, tokens: Iterable[str]) -> Iterator[str]:
        parts = list(tokens)
        answer = "".join(parts)
        while (place := self._places.get(answer, 0)) < len(parts):
            self._places[answer] = place + 1
            yield parts[place]
        del self._places[answer]


@defect(
    "answers-accumulate",
    story="Streamed text is kept on the instance and repeated before the next answer: each stream is longer than the "
    "one before.",
    citation="STREAM-013",
    caught_by=("stream.repeats",),
)
class AnswersAccumulate(EchoLLM):
    _history: list[GenerationChunk] = []  # noqa: RUF012 - copied for each instance

    def _stream(self, *args: Any, **kwargs: Any) -> Iterator[GenerationChunk]:
        chunks = list(super()._stream(*args, **kwargs))
        yield from (*self._history, *chunks)
        self._history += chunks


@defect(
    "run-manager-on-instance",
    story="The hooks keep their run manager on the model: of two calls at the same time, the handlers of the second "
    "get the tokens of both, and those of the first get none.",
    citation="STREAM-013",
    caught_by=("isolation.own-handlers",),
)
class RunManagerOnInstance(EchoLLM):
    def _stream(
        self, prompt: str, stop: Any = None, run_manager: CallbackManagerForLLMRun | None = None, **_kwargs: Any
    ) -> Iterator[GenerationChunk]:
        self._manager: Any = run_manager
        for token in self._tokens(prompt, stop):
            if self._manager:
                self._manager.on_llm_new_token(token)
            yield GenerationChunk(text=token)
