"""A consumer that leaves, and a model that does not notice, or that takes others down with it."""

# every hook takes what any model may need

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from typing import Any, final

from llm_reference import EchoLLM, GenerationChunk, StreamEvent
from llm_zoo.bases.scripted import ScriptedModel
from llm_zoo.defect import defect

_END: Any = object()


async def _pumped(source: AsyncIterator[Any], tasks: list[Any]) -> AsyncGenerator[Any, None]:
    """The items of the source, read by a task beside the reader."""
    ready: asyncio.Queue[Any] = asyncio.Queue(1)

    async def pump() -> None:
        try:
            async for item in source:
                await ready.put(item)
            await ready.put(_END)
        except Exception as error:  # noqa: BLE001  # raised by whoever reads
            await ready.put(error)

    tasks.append(asyncio.create_task(pump()))
    while (item := await ready.get()) is not _END:
        if isinstance(item, Exception):
            raise item
        yield item


@defect(
    "pump-outlives-reader",
    story="A task reads the provider and fills a queue. Nobody ends it when the reader leaves: "
    "the connection stays open, and the provider goes on billing.",
    citation="D081: edly-io/sparkth#693; D078: openai/openai-python#667",
    caught_by=("close.astream",),
    script=True,
)
class PumpOutlivesReader(ScriptedModel):
    """Leaves its task alone."""

    _tasks: list[Any] = []  # noqa: RUF012 - copied for each instance

    async def _astream(self, *args: Any, **kwargs: Any) -> AsyncIterator[GenerationChunk]:
        async for chunk in _pumped(super()._astream(*args, **kwargs), self._tasks):
            yield chunk


@defect(
    "closed-by-the-collector",
    story="What close() leaves of a stream, the response that it reads above all, hangs in a cycle of references: it "
    "goes on until the collector of garbage comes by, in a second or in an hour.",
    citation="D078: openai/openai-python#667",
    caught_by=("close.without-gc",),
    script=True,
)
class ClosedByTheCollector(ScriptedModel):
    """Lets go of nothing."""

    def _stream(self, *args: Any, **kwargs: Any) -> Iterator[GenerationChunk]:
        response: list[Any] = [super()._stream(*args, **kwargs)]
        response.append(response)
        # Not by "yield from", which would pass the close on.
        for chunk in response[0]:  # noqa: UP028
            yield chunk

    async def _astream(self, *args: Any, **kwargs: Any) -> AsyncIterator[GenerationChunk]:
        response: list[Any] = [super()._astream(*args, **kwargs)]
        response.append(response)
        async for chunk in response[0]:
            yield chunk


@defect(
    "stream-kept-by-model",
    story="The model keeps a list of its open streams: one that was left by break is never collected, "
    "so its request never ends.",
    citation="D087: BerriAI/litellm#6404, BerriAI/litellm#8620",
    caught_by=("close.break",),
    script=True,
)
class StreamKeptByModel(ScriptedModel):
    """Holds on to what it gave away."""

    _open: list[Any] = []  # noqa: RUF012 - copied for each instance

    def astream(self, *args: Any, **kwargs: Any) -> Any:
        """The stream of the reference, remembered."""
        stream = super().astream(*args, **kwargs)
        self._open.append(stream)
        return stream


@defect(
    "events-leave-model-running",
    story="astream_events() runs the model in a task of its own, and leaves it there when the reader is gone.",
    citation="CLOSE-005",
    caught_by=("close.events",),
    script=True,
)
class EventsLeaveModelRunning(ScriptedModel):
    """Tells from afar."""

    _tasks: list[Any] = []  # noqa: RUF012 - copied for each instance

    async def astream_events(self, *args: Any, **kwargs: Any) -> AsyncGenerator[StreamEvent, None]:
        """The events of the reference, by way of a task."""
        async for event in _pumped(super().astream_events(*args, **kwargs), self._tasks):
            yield event


@defect(
    "watchdog-left-behind",
    story="Each stream starts a task that watches for a timeout. It is cancelled when the stream ends, and not when "
    "it is left: a server that streams to browsers collects one for every closed tab.",
    citation="CLOSE-009",
    caught_by=("close.no-leaks",),
    script=True,
)
class WatchdogLeftBehind(ScriptedModel):
    """Feeds its dogs, and forgets them."""

    _dogs: list[Any] = []  # noqa: RUF012 - copied for each instance

    async def _astream(self, *args: Any, **kwargs: Any) -> AsyncIterator[GenerationChunk]:
        dog = asyncio.create_task(asyncio.sleep(3600))
        self._dogs.append(dog)
        async for chunk in super()._astream(*args, **kwargs):
            yield chunk
        dog.cancel()


class Sharing(ScriptedModel):
    """Its streams share a connection, as long as one of them is open."""

    _connection: list[str] = []  # noqa: RUF012 - copied for each instance

    def _shared(self) -> list[str]:
        if self._connection[-1:] != ["open"]:
            self._connection = ["open"]
        return self._connection


@defect(
    "close-closes-all",
    story="Closing one stream closes the connection that all streams of the model share: "
    "one user stops, and the answers of the others break off.",
    citation="CLOSE-008",
    caught_by=("close.isolated",),
    script=True,
)
class CloseClosesAll(Sharing):
    """Turns off the light for everybody."""

    def _stream(self, *args: Any, **kwargs: Any) -> Iterator[GenerationChunk]:
        connection = self._shared()
        try:
            for chunk in super()._stream(*args, **kwargs):
                if connection[-1] == "closed":
                    return
                yield chunk
        except GeneratorExit:
            connection.append("closed")
            raise


@final
@defect(
    "goodbye-ignored",
    story="The stream catches everything and goes on with the next token, the end of its reader too: "
    "close() raises 'generator ignored GeneratorExit' in the middle of the request handler.",
    citation="D082: langchain-ai/langchain#24914",
    caught_by=("close.returns",),
)
class GoodbyeIgnored(EchoLLM):
    """Will have the last word. It is final, so that nobody holds its hooks."""

    def stream(self, *args: Any, **kwargs: Any) -> Any:
        """The stream of the reference, which nothing can stop."""
        for chunk in super().stream(*args, **kwargs):
            try:
                yield chunk
            except BaseException:  # noqa: BLE001, S112  # what it does wrong
                continue
