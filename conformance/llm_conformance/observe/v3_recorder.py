"""Records a stream of version v3: its events, and then what its projections give."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice
from typing import Any

from llm_conformance.driver.call_result import CallResult
from llm_conformance.driver.driver import Driver
from llm_conformance.driver.endless import ENDLESS, refuse_endless
from llm_conformance.driver.recorder import Recorder
from llm_conformance.observe.stream_recorder import StreamRecorder
from llm_conformance.records import Projection, Raised, V3Event, V3Stream, Value

# Each is an attribute of the stream and of the record.
_TEXTS = ("text", "reasoning")
_CALLS = "tool_calls"


class V3Recorder(StreamRecorder):
    """Records one stream of `stream_events()` or `astream_events()` with version v3.

    The projections are read after the last event, also if the events end with an exception: then each of them is
    expected to raise it, too.
    """

    def __init__(self, recorder: Recorder, driver: Driver | None = None) -> None:
        super().__init__(recorder, driver)
        self._projections: dict[str, Any] = {}
        self._output: Value | None = None
        self._output_raised: Raised | None = None

    def read(self, source: Any) -> None:
        """Read to their end the events of `stream_events()`, and the projections."""
        try:
            super().read(source)
        except Exception:
            self._read_projections(source)
            raise
        self._read_projections(source)

    async def aread(self, source: Any, *, in_turn: bool = False) -> None:
        """The same of `astream_events()`."""
        stream = await self._aopen(source)
        try:
            await self._aread_to_end(stream, in_turn=in_turn)
        except Exception:
            await self._aread_projections(stream)
            raise
        if not self._timed_out:
            await self._aread_projections(stream)

    def v3_stream(self, act: CallResult, mutated: tuple[str, ...] = (), *, said: Value | None = None) -> V3Stream:
        """The record of the stream. said: what the model is made to say, where the harness decides it."""
        return V3Stream(
            **self._common(act, mutated),
            said=said,
            events=tuple(map(V3Event, self._chunks)),
            times=tuple(self._times),
            **self._projections,
            output=self._output,
            output_raised=self._output_raised,
        )

    def _read_projections(self, stream: Any) -> None:
        for name in _TEXTS:
            self._projections[name] = self._projection(stream, name, str)
        self._projections[_CALLS] = self._projection(stream, _CALLS, lambda calls: calls.get())
        try:
            self._output = self._recorder.value(stream.output)
        except Exception as error:  # noqa: BLE001 - whatever it is, the consumer gets it
            self._output_raised = self._recorder.exception(error)

    def _projection(self, stream: Any, name: str, whole: Callable[[Any], Any]) -> Projection:
        deltas: list[Value] = []
        try:
            found = getattr(stream, name)
            deltas += map(self._recorder.value, islice(found, ENDLESS))
            refuse_endless(len(deltas))
            return Projection(tuple(deltas), self._recorder.value(whole(found)))
        except Exception as error:  # noqa: BLE001 - whatever it is, the consumer gets it
            return Projection(tuple(deltas), raised=self._recorder.exception(error))

    async def _aread_projections(self, stream: Any) -> None:
        for name in (*_TEXTS, _CALLS):
            self._projections[name] = await self._aprojection(stream, name)
        try:
            self._output = self._recorder.value(await stream.output)
        except Exception as error:  # noqa: BLE001 - whatever it is, the consumer gets it
            self._output_raised = self._recorder.exception(error)

    async def _aprojection(self, stream: Any, name: str) -> Projection:
        deltas: list[Value] = []
        try:
            found = getattr(stream, name)
            async for delta in found:
                deltas.append(self._recorder.value(delta))
                refuse_endless(len(deltas))
            return Projection(tuple(deltas), self._recorder.value(await found))
        except Exception as error:  # noqa: BLE001 - whatever it is, the consumer gets it
            return Projection(tuple(deltas), raised=self._recorder.exception(error))
