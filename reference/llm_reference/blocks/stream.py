"""The stream of version v3: one answer, which its readers read as events, or by its projections."""

from collections.abc import Callable, Generator, Iterator
from threading import RLock
from typing import Any, Self, TypeVar

from llm_reference.blocks.answer import BlockAnswer
from llm_reference.blocks.cursor import Cursor
from llm_reference.blocks.event import Event
from llm_reference.blocks.projection import Projection
from llm_reference.blocks.select import any_event, fragment_of, part_of
from llm_reference.messages.chunk import AIMessageChunk
from llm_reference.messages.message import AIMessage
from llm_reference.messages.tool_call import ToolCallChunk

T = TypeVar("T")

CLOSED = "the stream was closed before its answer was complete"


class ChatModelStream:
    """What `stream_events(version="v3")` of a chat model returns.

    chunks: the answer. The reader that is ahead fetches the next chunk; nothing is fetched before somebody reads.

    It can be read several times, and by several readers at once: by their events, or by `text`, `reasoning`,
    `tool_calls` and `output`. What the model raises, every reader gets. The model stops when the stream is closed, or
    when it has no references any more.
    """

    def __init__(self, chunks: Generator[AIMessageChunk, None, None]) -> None:
        self._chunks = chunks
        self._answer = BlockAnswer()
        self._error: BaseException | None = None
        # Readers may be in several threads.
        self._lock = RLock()

    def __iter__(self) -> Iterator[Event]:
        """Yield the events as the model generates them."""
        return self._read(any_event)

    @property
    def text(self) -> Projection[str, str]:
        """The text."""
        return Projection(lambda: self._read(part_of("text")), lambda: self._whole().text("text"))

    @property
    def reasoning(self) -> Projection[str, str]:
        """The reasoning."""
        return Projection(lambda: self._read(part_of("reasoning")), lambda: self._whole().text("reasoning"))

    @property
    def tool_calls(self) -> Projection[ToolCallChunk, list[Any]]:
        """The calls. Each delta has the id and the name of its call."""
        return Projection(lambda: self._read(fragment_of(self._answer)), lambda: self._whole().calls())

    @property
    def output(self) -> AIMessage:
        """The whole message. It waits for the end of the answer."""
        return self._whole().message

    def close(self) -> None:
        """Stop the model. A reader that goes on gets what has arrived, and then a `RuntimeError`.

        A thread cannot be interrupted: if another one waits for a chunk, this waits, too.
        """
        with self._lock:
            self._chunks.close()
            self._error = self._error or RuntimeError(CLOSED)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _read(self, select: Callable[[Event], T | None]) -> Iterator[T]:
        cursor = Cursor(self._answer)
        while events := self._news(cursor):
            yield from (item for event in events if (item := select(event)) is not None)

    def _news(self, cursor: Cursor) -> list[Event]:
        """Return what is new to the reader; empty at the end."""
        with self._lock:
            while not (events := cursor.news()) and self._fetch():
                pass
            return events

    def _whole(self) -> BlockAnswer:
        fetched = True
        while fetched:
            # Between two chunks the other readers have their turn.
            with self._lock:
                fetched = self._fetch()
        return self._answer

    def _fetch(self) -> bool:
        """Add the next chunk to the answer, or its end. False if it has ended before."""
        if self._answer.complete:
            return False
        if self._error is not None:
            raise self._error
        try:
            chunk = next(self._chunks, None)
            if chunk is None:
                self._answer.end()
            else:
                self._answer.add(chunk)
        except BaseException as error:
            self._error = error
            self._chunks.close()
            raise
        return True
