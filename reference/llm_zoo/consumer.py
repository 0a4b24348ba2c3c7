"""Models that a slow consumer breaks, or one that changes its context."""

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import closing, suppress
from contextvars import ContextVar
from queue import Empty, Full, Queue
from typing import Any

from llm_reference import EchoLLM, GenerationChunk
from llm_reference.aio.tasks import cancel_and_wait
from llm_zoo.bases.scripted import ScriptedModel
from llm_zoo.defect import defect

_REQUEST: ContextVar[str] = ContextVar("request", default="")
_PLACES, _SECONDS = 128, 60
_SHORT = 0.05


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
    "queue-timeout-drops",
    story="A thread reads the provider's stream into a queue of one place. It waits for the place for 50 ms, and goes "
    "on with the next chunk: each pause of the consumer makes a hole in the answer.",
    citation="STREAM-018",
    caught_by=("stream.slow-consumer",),
    script=True,
)
class QueueTimeoutDrops(ScriptedModel):
    def _stream(self, *args: Any, **kwargs: Any) -> Iterator[GenerationChunk]:
        chunks: Any = super()._stream(*args, **kwargs)
        ready: Queue[Any] = Queue(1)
        left = threading.Event()

        def read() -> None:
            end: Exception | None = None
            try:
                with closing(chunks):
                    for chunk in chunks:
                        if left.is_set():
                            return
                        with suppress(Full):
                            ready.put(chunk, timeout=_SHORT)
            except Exception as error:  # noqa: BLE001  # raised to the consumer
                end = error
            while not left.is_set():
                with suppress(Full):
                    ready.put(end, timeout=_SHORT)
                    return

        threading.Thread(target=read, daemon=True).start()
        try:
            while (item := ready.get()) is not None:
                if isinstance(item, Exception):
                    raise item
                yield item
        finally:
            left.set()
            # The thread may wait for the place.
            with suppress(Empty):
                ready.get_nowait()


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
