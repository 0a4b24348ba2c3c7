"""Streams of one instance that are read side by side: a chunk of each in turn, or each in a task."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from llm_conformance.driver.call_result import CallResult
from llm_conformance.driver.deadline import Progress
from llm_conformance.driver.driver import Driver
from llm_conformance.observe.call_styles import Call
from llm_conformance.observe.held_streams import close_in_thread
from llm_conformance.observe.stream_recorder import StreamRecorder
from llm_conformance.records import EventStreams, Streams

_END = object()


class ParallelStreams:
    """Reads several streams of one instance.

    progress: what comes from the recorders of a call.
    """

    def __init__(self, driver: Driver, llm: Any, progress: Callable[..., Progress]) -> None:
        self._driver = driver
        self._llm = llm
        self._progress = progress

    def interleaved(self, calls: Mapping[str, Call]) -> Streams:
        """Synchronous streams, a chunk of each in turn."""
        recorders = self._recorders(calls)
        reading: dict[str, Iterator[None]] = {}

        def act() -> None:
            reading.update({name: recorders[name].steps(call(self._llm)) for name, call in calls.items()})
            while reading:
                for name, steps in list(reading.items()):
                    if next(steps, _END) is _END:
                        del reading[name]

        result = self._driver.call(
            act,
            calls=len(calls),
            progress=self._progress(*recorders.values()),
            on_timeout=lambda: close_in_thread(tuple(reading.values())),
        )
        return Streams(**result.fields, by_label={name: one.stream(result) for name, one in recorders.items()})

    def concurrently(self, calls: Mapping[str, Call]) -> Streams:
        """Asynchronous streams, each in its own task."""
        result, recorders = self._in_tasks(calls)
        return Streams(**result.fields, by_label={name: one.stream(result) for name, one in recorders.items()})

    def events_concurrently(self, calls: Mapping[str, Call]) -> EventStreams:
        """Event streams, each in its own task."""
        result, recorders = self._in_tasks(calls)
        return EventStreams(**result.fields, by_label={name: one.events(result) for name, one in recorders.items()})

    def _in_tasks(self, calls: Mapping[str, Call]) -> tuple[CallResult, dict[str, StreamRecorder]]:
        recorders = self._recorders(calls)

        async def read(name: str, call: Call) -> None:
            await recorders[name].aread(call(self._llm), in_turn=True)

        async def act() -> None:
            results = await asyncio.gather(*(read(*one) for one in calls.items()), return_exceptions=True)
            for error in results:
                if error is not None:
                    raise error

        progress = self._progress(*recorders.values())
        return self._driver.acall(act, calls=len(calls), progress=progress), recorders

    def _recorders(self, calls: Mapping[str, Call]) -> dict[str, StreamRecorder]:
        return {name: StreamRecorder(self._driver.recorder, self._driver) for name in calls}
