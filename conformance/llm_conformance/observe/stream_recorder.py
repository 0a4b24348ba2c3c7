"""Records an iterator of the model, chunk by chunk."""

from __future__ import annotations

from asyncio import sleep
from collections.abc import AsyncIterator, Awaitable, Iterator
from dataclasses import replace
from time import perf_counter
from typing import Any

from llm_conformance.driver.call_result import CallResult
from llm_conformance.driver.driver import Driver
from llm_conformance.driver.endless import refuse_endless, sample
from llm_conformance.driver.recorder import Recorder
from llm_conformance.observe.call_styles import EVENTS_V2, ChunkExtractor
from llm_conformance.observe.message_sum import MessageSum
from llm_conformance.records import Event, Events, Stream, Value


class StreamRecorder:
    """Records one iterator, synchronous or not. What it has is valid at any time, also while the model hangs.

    driver: adds up the chunks with a deadline.
    """

    def __init__(self, recorder: Recorder, driver: Driver | None = None) -> None:
        self._recorder = recorder
        self._begun = perf_counter()
        self._opened = False
        self._facts: dict[str, Any] = {}
        self._chunks: list[Value] = []
        self._times: list[float] = []
        self._messages = MessageSum(recorder, driver)
        self._extractor = ChunkExtractor(EVENTS_V2)
        self._after_end: str | None = None
        self._timed_out = False

    @property
    def count(self) -> int:
        """How many items have come until now."""
        return len(self._times)

    def give_up(self) -> None:
        """Record nothing more: what comes after the deadline of the call comes of its end."""
        self._timed_out = True

    def read(self, source: Any) -> None:
        """Read to its end what a synchronous call returned."""
        for _ in self.steps(source):
            pass

    def steps(self, source: Any) -> Iterator[None]:
        """The same, a chunk for each step, so that several streams can be read in turn."""
        self._open(source, iterates=hasattr(source, "__next__"), closes=hasattr(source, "close"))
        iterator = iter(source)
        for chunk in iterator:
            if self._timed_out:
                return
            self._add(chunk)
            yield
        self._after_end = self._after_the_end(lambda: next(iterator), StopIteration)

    async def aread(self, source: Any, *, in_turn: bool = False) -> None:
        """Read to its end what an asynchronous call returned; with `in_turn`, other tasks run after each chunk."""
        await self._aread_to_end(await self._aopen(source), in_turn=in_turn)

    async def _aopen(self, source: Any) -> Any:
        """What has to be iterated of what an asynchronous call returned."""
        closes = hasattr(source, "aclose")
        self._open(source, iterates=hasattr(source, "__anext__"), closes=closes)
        if not hasattr(source, "__aiter__") and isinstance(source, Awaitable):
            self._facts["needed_await"] = True
            source = await source
        return source

    async def _aread_to_end(self, source: Any, *, in_turn: bool = False) -> None:
        iterator: AsyncIterator[Any] = aiter(source)
        async for chunk in iterator:
            if self._timed_out:
                return
            self._add(chunk)
            if in_turn:
                await sleep(0)
        try:
            self._after_end = f"yielded {self._recorder.value(await anext(iterator)).display!r}"
        except StopAsyncIteration:
            self._after_end = None
        except Exception as error:  # noqa: BLE001 - whatever it is, it came after the end
            self._after_end = self._recorder.exception(error).text

    def stream(self, act: CallResult, mutated: tuple[str, ...] = ()) -> Stream:
        """The record of a stream of chunks."""
        only_messages, common = self._messages.count == len(self._chunks), self._common(act, mutated)
        return Stream(
            **common,
            chunks=tuple(self._chunks),
            times=tuple(self._times),
            total=self._messages.total if only_messages else None,
            total_raised=self._messages.raised if only_messages else None,
        )

    def events(self, act: CallResult, mutated: tuple[str, ...] = ()) -> Events:
        """The record of a stream of events."""
        return Events(
            **self._common(act, mutated),
            events=tuple(map(Event, self._chunks)),
            times=tuple(self._times),
            total=self._messages.total,
        )

    def _open(self, source: Any, *, iterates: bool, closes: bool) -> None:
        self._opened = True
        self._facts = {"returned_type": self._recorder.value(source).type, "is_iterator": iterates, "has_close": closes}

    def _add(self, chunk: Any) -> None:
        self._chunks.append(self._recorder.value(chunk))
        self._times.append(round(perf_counter() - self._begun, 6))
        self._messages.add(self._extractor.chunk(chunk) if isinstance(chunk, dict) else chunk)
        refuse_endless(len(self._chunks))

    def _after_the_end(self, pull: Any, end: type[Exception]) -> str | None:
        try:
            return f"yielded {self._recorder.value(pull()).display!r}"
        except end:
            return None
        except Exception as error:  # noqa: BLE001 - whatever it is, it came after the end
            return self._recorder.exception(error).text

    def _common(self, act: CallResult, mutated: tuple[str, ...]) -> dict[str, Any]:
        hung = act.hung
        # Reading on would slow down the calls that follow.
        self._timed_out = hung is not None
        if hung is not None:
            self._messages.forget()
            if hung.endless:
                # Where an endless stream is at that moment is chance.
                hung = replace(hung, location="in its stream", seconds=act.seconds)
            hung = replace(hung, chunks=len(self._chunks))
            self._chunks = sample(self._chunks, endless=hung.endless)
            self._times = sample(self._times, endless=hung.endless)
        return {
            **act.fields,
            **self._facts,
            "raised_at_call": not self._opened,
            "after_end": self._after_end,
            "hung": hung,
            "mutated": mutated,
        }
