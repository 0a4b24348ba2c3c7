"""Chat models whose streams of version v3 start too early, run on, mix, or lose an error."""

import asyncio
import weakref
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import suppress
from typing import Any

from llm_reference.aio.closing import aclosing
from llm_zoo.bases.scripted_v3 import ScriptedV3
from llm_zoo.bases.v3_events import Event, text_of
from llm_zoo.bases.v3_stream import Answer, AsyncV3Stream, V3Stream
from llm_zoo.defect import defect

_END: Any = None


class _InTask:
    """Reads a source in a background task, as far ahead as it can; the task does not refer to this object."""

    def __init__(self, source: AsyncGenerator[Event, None]) -> None:
        self._source = source
        self._ready: asyncio.Queue[Any] = asyncio.Queue()
        self._task: asyncio.Task[None] | None = None
        self._ended = False

    def start(self) -> asyncio.Task[None]:
        if self._task is None:
            self._task = asyncio.create_task(_pump(self._source, self._ready))
        return self._task

    async def __anext__(self) -> Any:
        self.start()
        event = _END if self._ended else await self._ready.get()
        self._ended = event is _END or isinstance(event, Exception)
        if isinstance(event, Exception):
            raise event
        if event is _END:
            raise StopAsyncIteration
        return event

    async def aclose(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait({self._task})


async def _pump(source: AsyncGenerator[Event, None], ready: asyncio.Queue[Any]) -> None:
    try:
        async with aclosing(source):
            async for event in source:
                await ready.put(event)
        await ready.put(_END)
    except Exception as error:  # noqa: BLE001  # raised to the consumer
        await ready.put(error)


@defect(
    "v3-error-hidden",
    story="When the provider breaks off, the events end as if the message were whole: a client keeps half an answer.",
    citation="V3-011",
    caught_by=("events-v3.errors",),
    script=True,
)
class V3ErrorHidden(ScriptedV3):
    def _events(self, *args: Any) -> Iterator[Event]:
        with suppress(Exception):
            yield from super()._events(*args)
            return
        yield {"event": "message-finish"}


@defect(
    "v3-goes-on-after-error",
    story="The hook has its end in a `finally`: after an `error` event comes a `message-finish`, and a client that "
    "waits for one shows half an answer as whole.",
    citation="V3-011",
    caught_by=("events-v3.errors",),
    script=True,
)
class V3GoesOnAfterError(ScriptedV3):
    async def _aevents(self, *args: Any) -> AsyncGenerator[Event, None]:
        try:
            async for event in super()._aevents(*args):
                yield event
        except Exception as error:
            yield {"event": "error", "message": str(error)}
            yield {"event": "message-finish"}
            raise


@defect(
    "v3-partial-output",
    story="When the provider breaks off, the events raise, and `.output` returns what came before: who awaits it alone "
    "takes a part of the message for the whole.",
    citation="V3-011",
    caught_by=("events-v3.errors",),
    script=True,
)
class V3PartialOutput(ScriptedV3):
    def _astream_of(self, prompt: str, stop: Any) -> Any:
        return _PartialOutput(self._aevents(prompt, stop))


class _PartialOutput(AsyncV3Stream):
    @property
    async def output(self) -> Any:
        with suppress(Exception):
            await self._all()
        return Answer(self._events).message


@defect(
    "v3-close-without-effect",
    story="`aclose()` is there and does nothing: the task that reads the provider reads to the end.",
    citation="V3-012",
    caught_by=("events-v3.close",),
    script=True,
)
class V3CloseWithoutEffect(ScriptedV3):
    def _astream_of(self, prompt: str, stop: Any) -> Any:
        return _Unclosed(_InTask(self._aevents(prompt, stop)))


class _Unclosed(AsyncV3Stream):
    async def aclose(self) -> None:
        """Nothing waits for the task, so nothing stops it."""


@defect(
    "v3-runs-on-when-dropped",
    story="A task reads the provider ahead of the consumer. Only `aclose()` stops it: after a `break`, or when the "
    "request of the user is cancelled, the provider goes on generating billed tokens.",
    citation="V3-012",
    caught_by=("events-v3.drop",),
    script=True,
)
class V3RunsOnWhenDropped(ScriptedV3):
    def _astream_of(self, prompt: str, stop: Any) -> Any:
        return AsyncV3Stream(_InTask(self._aevents(prompt, stop)))


@defect(
    "v3-reads-ahead",
    story="A task reads the provider as fast as it can, into a queue without bound: for a slow reader the whole answer "
    "is in memory.",
    citation="V3-015",
    caught_by=("events-v3.backpressure",),
    script=True,
)
class V3ReadsAhead(ScriptedV3):
    def _astream_of(self, prompt: str, stop: Any) -> Any:
        return _Stopping(_InTask(self._aevents(prompt, stop)))


class _Stopping(AsyncV3Stream):
    """Stops its task when it is dropped."""

    async def _read(self) -> bool:
        if not self._events:
            weakref.finalize(self, self._source.start().cancel)
        return await super()._read()


@defect(
    "v3-cancellation-swallowed",
    story="The stream takes the cancellation of its reader for its own end: a cancelled task goes on with half "
    "an answer.",
    citation="V3-013",
    caught_by=("events-v3.cancel",),
    script=True,
)
class V3CancellationSwallowed(ScriptedV3):
    async def _aevents(self, *args: Any) -> AsyncGenerator[Event, None]:
        async with aclosing(super()._aevents(*args)) as events:
            with suppress(asyncio.CancelledError):
                async for event in events:
                    yield event


@defect(
    "v3-eager",
    story="The call opens the connection before anybody reads: a stream that is made and not read is billed.",
    citation="V3-014",
    caught_by=("events-v3.lazy",),
    script=True,
)
class V3Eager(ScriptedV3):
    def _stream_of(self, prompt: str, stop: Any) -> Any:
        events = self._events(prompt, stop)
        begun = [next(events) for _ in range(3)]
        return V3Stream(_joined(begun, events))


def _joined(begun: list[Event], events: Iterator[Event]) -> Iterator[Event]:
    yield from begun
    yield from events


@defect(
    "v3-buffered",
    story="The events are made of the whole message: a client that draws them one by one shows nothing, and then all.",
    citation="V3-018",
    caught_by=("events-v3.live",),
    script=True,
)
class V3Buffered(ScriptedV3):
    async def _aevents(self, *args: Any) -> AsyncGenerator[Event, None]:
        for event in [event async for event in super()._aevents(*args)]:
            yield event


@defect(
    "v3-text-after-all",
    story="`.text` waits for the whole message, and then yields its deltas: only the raw events are live.",
    citation="V3-018",
    caught_by=("events-v3.live",),
    script=True,
)
class V3TextAfterAll(ScriptedV3):
    def _stream_of(self, prompt: str, stop: Any) -> Any:
        return _TextAfterAll(self._events(prompt, stop))


class _TextAfterAll(V3Stream):
    @property
    def text(self) -> Any:
        self._all()
        return super().text


@defect(
    "v3-shared-prompt",
    story="The hook keeps its prompt in the instance, and reads it when the stream is begun: of two users who ask at "
    "once, one gets the answer of the other.",
    citation="V3-017",
    caught_by=("events-v3.isolated",),
    script=True,
)
class V3SharedPrompt(ScriptedV3):
    _asked: str = ""

    def _astream_of(self, prompt: str, stop: Any) -> Any:
        self._asked = prompt
        return super()._astream_of(prompt, stop)

    async def _aevents(self, prompt: str, stop: Any = None) -> AsyncGenerator[Event, None]:
        await asyncio.sleep(0)
        async for event in _of(super()._aevents(self._asked or prompt, stop)):
            yield event


async def _of(events: AsyncGenerator[Event, None]) -> AsyncIterator[Event]:
    async with aclosing(events):
        async for event in events:
            yield event


@defect(
    "v3-shared-finish",
    story="The hook adds the deltas up in the instance: of two users who ask at once, each reads its own deltas, and "
    "the whole text has parts of the other answer.",
    citation="V3-017",
    caught_by=("events-v3.isolated",),
    script=True,
)
class V3SharedFinish(ScriptedV3):
    _sum: str = ""

    async def _aevents(self, *args: Any) -> AsyncGenerator[Event, None]:
        self._sum = ""
        async with aclosing(super()._aevents(*args)) as events:
            async for event in events:
                self._sum += text_of(event)
                content = event.get("content", {})
                if event["event"] == "content-block-finish" and content.get("type") == "text":
                    event["content"] = {**content, "text": self._sum}
                yield event
