"""The stream of version v3 for an event loop."""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Generator
from typing import Any, Generic, Self, TypeVar

from llm_reference.blocks.answer import BlockAnswer
from llm_reference.blocks.cursor import Cursor
from llm_reference.blocks.event import Event
from llm_reference.blocks.projection import AsyncProjection
from llm_reference.blocks.select import any_event, fragment_of, part_of
from llm_reference.blocks.stream import CLOSED
from llm_reference.messages.chunk import AIMessageChunk
from llm_reference.messages.message import AIMessage
from llm_reference.messages.tool_call import ToolCallChunk

T = TypeVar("T")

_CANCELLED = "the task that waited for the next chunk was cancelled before the answer was complete"


class AsyncChatModelStream:
    """What `await astream_events(version="v3")` of a chat model returns: `ChatModelStream` without blocking the loop.

    The model runs in the task of the reader that is ahead. There is no task of its own that could run on: it stops
    when the stream is closed, when that reader is cancelled, or when it has no references any more. Then the
    other readers get what has arrived, and then a `RuntimeError`.
    """

    def __init__(self, chunks: AsyncGenerator[AIMessageChunk, None]) -> None:
        self._chunks = chunks
        self._answer = BlockAnswer()
        self._error: Exception | None = None
        self._closed = False
        self._lock = asyncio.Lock()
        # The task that waits for the next chunk.
        self._fetching: asyncio.Task[Any] | None = None

    def __aiter__(self) -> AsyncIterator[Event]:
        """Yield the events as the model generates them."""
        return self._read(any_event)

    @property
    def text(self) -> AsyncProjection[str, str]:
        """The text."""
        return self._projection(part_of("text"), lambda answer: answer.text("text"))

    @property
    def reasoning(self) -> AsyncProjection[str, str]:
        """The reasoning."""
        return self._projection(part_of("reasoning"), lambda answer: answer.text("reasoning"))

    @property
    def tool_calls(self) -> AsyncProjection[ToolCallChunk, list[Any]]:
        """The calls. Each delta has the id and the name of its call."""
        return self._projection(fragment_of(self._answer), BlockAnswer.calls)

    @property
    async def output(self) -> AIMessage:
        """The whole message. It waits for the end of the answer."""
        return (await self._whole()).message

    def __await__(self) -> Generator[Any, None, AIMessage]:
        """Wait for the whole message."""
        return self.output.__await__()

    async def aclose(self) -> None:
        """Stop the model, also while another task waits for its next chunk: that task gets the `RuntimeError`."""
        self._closed = True
        self._error = self._error or RuntimeError(CLOSED)
        if self._fetching is not None:
            self._fetching.cancel()
        async with self._lock:
            await self._chunks.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    def _projection(
        self, select: Callable[[Event], T | None], whole: Callable[[BlockAnswer], Any]
    ) -> AsyncProjection[T, Any]:
        async def awaited() -> Any:
            return whole(await self._whole())

        return AsyncProjection(lambda: self._read(select), awaited)

    def _read(self, select: Callable[[Event], T | None]) -> AsyncIterator[T]:
        cursor = Cursor(self._answer)
        return _Reader(lambda: self._news(cursor), select)

    async def _news(self, cursor: Cursor) -> list[Event]:
        """Return what is new to the reader; empty at the end."""
        async with self._lock:
            while not (events := cursor.news()) and await self._fetch():
                pass
            return events

    async def _whole(self) -> BlockAnswer:
        fetched = True
        while fetched:
            # Between two chunks the other readers have their turn.
            async with self._lock:
                fetched = await self._fetch()
        return self._answer

    async def _fetch(self) -> bool:
        """Add the next chunk to the answer, or its end. False if it has ended before."""
        if self._answer.complete:
            return False
        if self._error is not None:
            raise self._error
        task = asyncio.current_task()
        assert task is not None  # noqa: S101  # a coroutine of asyncio runs in one
        self._fetching, cancellations = task, task.cancelling()
        try:
            chunk = await anext(self._chunks, None)
            if chunk is None:
                self._answer.end()
            else:
                self._answer.add(chunk)
        except asyncio.CancelledError:
            # `aclose()` has cancelled this task to interrupt it, as `asyncio.timeout` does, or somebody else has.
            if self._closed and self._error is not None and task.uncancel() <= cancellations:
                raise self._error from None
            self._error = self._error or RuntimeError(_CANCELLED)
            raise
        except Exception as error:
            self._error = error
            await self._chunks.aclose()
            raise
        finally:
            self._fetching = None
        return True


class _Reader(Generic[T]):
    """An iterator that is no generator: when it is dropped, it lets its stream go at once, without the event loop."""

    def __init__(self, news: Callable[[], Awaitable[list[Event]]], select: Callable[[Event], T | None]) -> None:
        self._news, self._select = news, select
        self._ready: deque[T] = deque()
        self._ended = False

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> T:
        while not self._ready:
            events = [] if self._ended else await self._news()
            if not events:
                self._ended = True
                raise StopAsyncIteration
            self._ready.extend(item for event in events if (item := self._select(event)) is not None)
        return self._ready.popleft()
