"""Models that a slow consumer breaks, or one that changes its context."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from contextvars import ContextVar
from typing import Any

from llm_reference import EchoLLM, GenerationChunk
from llm_reference.aio.tasks import cancel_and_wait
from llm_zoo.bases.scripted import ScriptedModel
from llm_zoo.defect import defect

_REQUEST: ContextVar[str] = ContextVar("request", default="")
_PLACES, _SECONDS = 128, 60


@defect(
    "full-queue-drops",
    story="A background task puts the tokens into a bounded queue and drops what does not fit: a slow consumer gets an "
    "answer with holes.",
    citation="D149: manthanguptaa/water#64",
    caught_by=("stream.slow-consumer",),
    also_fails={"stream.backpressure": "the task never waits for the consumer"},
    script=True,
)
class FullQueueDrops(ScriptedModel):
    async def _astream(self, *args: Any, **kwargs: Any) -> AsyncIterator[GenerationChunk]:
        ready: asyncio.Queue[GenerationChunk | Exception | None] = asyncio.Queue(_PLACES)

        async def produce() -> None:
            try:
                async for chunk in super(FullQueueDrops, self)._astream(*args, **kwargs):
                    with suppress(asyncio.QueueFull):
                        ready.put_nowait(chunk)
                    await asyncio.sleep(0)
                await ready.put(None)
            except Exception as error:  # noqa: BLE001  # raised to the consumer
                await ready.put(error)

        producer = asyncio.create_task(produce())
        try:
            while (item := await ready.get()) is not None:
                if isinstance(item, Exception):
                    raise item
                yield item
        finally:
            await cancel_and_wait([producer])


@defect(
    "timeout-around-yields",
    story="The timeout of a request is open across the `yield`: a consumer that needs a minute for one chunk is "
    "cancelled, although the model is quick.",
    citation="D148: NVIDIA/NeMo-Agent-Toolkit#2158",
    caught_by=("stream.paused-consumer",),
    script=True,
)
class TimeoutAroundYields(ScriptedModel):
    async def _astream(self, *args: Any, **kwargs: Any) -> AsyncIterator[GenerationChunk]:
        async with asyncio.timeout(_SECONDS):
            async for chunk in super()._astream(*args, **kwargs):
                yield chunk


@defect(
    "context-token-reset-at-end",
    story="The stream sets a `ContextVar` and resets it by its token at the end: a web server that takes each chunk in "
    "a thread of a pool gets ValueError instead of the end.",
    citation="D147: jaseci-labs/jac#6015",
    caught_by=("stream.any-context",),
    also_fails={"live.nested": "a chain takes each chunk of its model in another context"},
)
class ContextTokenResetAtEnd(EchoLLM):
    def stream(self, *args: Any, **kwargs: Any) -> Any:
        token = _REQUEST.set("streaming")
        try:
            yield from super().stream(*args, **kwargs)
        finally:
            _REQUEST.reset(token)
