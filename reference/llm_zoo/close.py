"""Models that do not notice that a consumer has left, or that close other streams with it."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from typing import Any, final

from llm_reference import EchoLLM, GenerationChunk, StreamEvent
from llm_zoo.bases.scripted import ScriptedModel
from llm_zoo.defect import defect

_END: Any = object()


async def _read_in_task(source: AsyncIterator[Any], tasks: list[Any]) -> AsyncGenerator[Any, None]:
    """The items of `source`, read by a background task."""
    ready: asyncio.Queue[Any] = asyncio.Queue(1)

    async def pump() -> None:
        try:
            async for item in source:
                await ready.put(item)
            await ready.put(_END)
        except Exception as error:  # noqa: BLE001  # raised to the consumer
            await ready.put(error)

    tasks.append(asyncio.create_task(pump()))
    while (item := await ready.get()) is not _END:
        if isinstance(item, Exception):
            raise item
        yield item


@defect(
    "background-task-not-cancelled",
    story="A background task reads the provider and fills a queue. The task is not cancelled when the consumer leaves: "
    "the connection stays open, and the provider goes on generating billed tokens.",
    citation="D081: edly-io/sparkth#693; D078: openai/openai-python#667",
    caught_by=("close.astream",),
    script=True,
)
class BackgroundTaskNotCancelled(ScriptedModel):
    _tasks: list[Any] = []  # noqa: RUF012 - copied for each instance

    async def _astream(self, *args: Any, **kwargs: Any) -> AsyncIterator[GenerationChunk]:
        async for chunk in _read_in_task(super()._astream(*args, **kwargs), self._tasks):
            yield chunk


@defect(
    "closed-by-gc",
    story="After `close()`, the provider's response stays in a reference cycle: it remains open until the next garbage "
    "collection, in a second or in an hour.",
    citation="D078: openai/openai-python#667",
    caught_by=("close.without-gc",),
    script=True,
)
class ClosedByGc(ScriptedModel):
    def _stream(self, *args: Any, **kwargs: Any) -> Iterator[GenerationChunk]:
        response: list[Any] = [super()._stream(*args, **kwargs)]
        response.append(response)
        # Not "yield from": it would close the response as well.
        for chunk in response[0]:  # noqa: UP028
            yield chunk

    async def _astream(self, *args: Any, **kwargs: Any) -> AsyncIterator[GenerationChunk]:
        response: list[Any] = [super()._astream(*args, **kwargs)]
        response.append(response)
        async for chunk in response[0]:
            yield chunk


@defect(
    "open-streams-kept-by-model",
    story="The model keeps a list of its open streams: a stream that the consumer left by `break` is never collected, "
    "and its request never ends.",
    citation="D087: BerriAI/litellm#6404, BerriAI/litellm#8620",
    caught_by=("close.break",),
    script=True,
)
class OpenStreamsKeptByModel(ScriptedModel):
    _open: list[Any] = []  # noqa: RUF012 - copied for each instance

    def astream(self, *args: Any, **kwargs: Any) -> Any:
        stream = super().astream(*args, **kwargs)
        self._open.append(stream)
        return stream


@defect(
    "events-leave-model-running",
    story="`astream_events()` runs the model in a task and does not cancel the task when the consumer leaves: the "
    "model goes on generating.",
    citation="CLOSE-005",
    caught_by=("close.events",),
    script=True,
)
class EventsLeaveModelRunning(ScriptedModel):
    _tasks: list[Any] = []  # noqa: RUF012 - copied for each instance

    async def astream_events(self, *args: Any, **kwargs: Any) -> AsyncGenerator[StreamEvent, None]:
        async for event in _read_in_task(super().astream_events(*args, **kwargs), self._tasks):
            yield event


@defect(
    "watchdog-task-leaked",
    story="Each stream starts a task that watches for a timeout. The task is cancelled when the stream ends, but not "
    "when the consumer leaves early: a web server leaks a task per closed browser tab.",
    citation="CLOSE-009",
    caught_by=("close.no-leaks",),
    script=True,
)
class WatchdogTaskLeaked(ScriptedModel):
    _watchdogs: list[Any] = []  # noqa: RUF012 - copied for each instance

    async def _astream(self, *args: Any, **kwargs: Any) -> AsyncIterator[GenerationChunk]:
        watchdog = asyncio.create_task(asyncio.sleep(3600))
        self._watchdogs.append(watchdog)
        async for chunk in super()._astream(*args, **kwargs):
            yield chunk
        watchdog.cancel()


class SharedConnection(ScriptedModel):
    """Its open streams share one connection. A subclass without overrides is a conforming model."""

    _connection: list[str] = []  # noqa: RUF012 - copied for each instance

    def _shared(self) -> list[str]:
        if self._connection[-1:] != ["open"]:
            self._connection = ["open"]
        return self._connection


@defect(
    "close-closes-all",
    story="Closing one stream closes the connection that all streams of the model share: one user stops, and the "
    "answers of the others break off.",
    citation="CLOSE-008",
    caught_by=("close.isolated",),
    script=True,
)
class CloseClosesAll(SharedConnection):
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


@defect(
    "failure-closes-all",
    story="A stream that fails closes the connection that all streams of the model share: the provider refuses one "
    "request, and the answers of all other users break off.",
    citation="STREAM-013",
    caught_by=("errors.isolated",),
    script=True,
)
class FailureClosesAll(SharedConnection):
    def _stream(self, *args: Any, **kwargs: Any) -> Iterator[GenerationChunk]:
        connection = self._shared()
        try:
            for chunk in super()._stream(*args, **kwargs):
                if connection[-1] == "closed":
                    return
                yield chunk
        except Exception:
            connection.append("closed")
            raise


@defect(
    "hook-ignores-generator-exit",
    story="The hook retries on every exception, even on GeneratorExit: `close()` raises 'generator ignored "
    "GeneratorExit', and the connection stays open.",
    citation="CLOSE-001",
    caught_by=("close.stream",),
)
class HookIgnoresGeneratorExit(EchoLLM):
    def _stream(self, *args: Any, **kwargs: Any) -> Iterator[GenerationChunk]:
        for chunk in super()._stream(*args, **kwargs):
            try:
                yield chunk
            except BaseException:  # noqa: BLE001  # this is the defect
                yield chunk


@defect(
    "finaliser-raises",
    story="`__del__` closes the response of the last stream, also of an instance that never made one: Python prints "
    "'Exception ignored in', and what comes after that line in `__del__` is not done.",
    citation="CLOSE-010",
    caught_by=("close.finaliser",),
)
class FinaliserRaises(EchoLLM):
    _response: Any

    def _stream(self, *args: Any, **kwargs: Any) -> Iterator[GenerationChunk]:
        self._response = super()._stream(*args, **kwargs)
        yield from self._response

    def __del__(self) -> None:
        self._response.close()


@final
@defect(
    "generator-exit-ignored",
    story="The stream catches every exception and continues with the next token, even for GeneratorExit: `close()` "
    "raises 'generator ignored GeneratorExit' in the middle of a request handler.",
    citation="D082: langchain-ai/langchain#24914",
    caught_by=("close.returns",),
)
class GeneratorExitIgnored(EchoLLM):
    def stream(self, *args: Any, **kwargs: Any) -> Any:
        for chunk in super().stream(*args, **kwargs):
            try:
                yield chunk
            except BaseException:  # noqa: BLE001, S112  # this is the defect
                continue
