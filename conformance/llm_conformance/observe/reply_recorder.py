"""Records what a call returned. An answer that comes after the timeout goes nowhere."""

from __future__ import annotations

from itertools import islice
from typing import Any

from llm_conformance.driver.call_result import CallResult
from llm_conformance.driver.recorder import Recorder
from llm_conformance.records import Batch, Reply, Value

# An iteration of a subclass of list may not end.
_MOST_SLOTS = 10_000


class ReplyRecorder:
    """One answer."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder
        self._value: Value | None = None

    @property
    def length(self) -> int:
        """The number of characters of the answer."""
        return len(self._value.text or "") if self._value is not None else 0

    def put(self, answer: Any) -> None:
        """Record the answer."""
        self._value = self._recorder.value(answer)

    def reply(self, result: CallResult, mutated: tuple[str, ...]) -> Reply:
        """The record of the call."""
        return Reply(**result.fields, value=self._value, mutated=mutated)


class BatchRecorder:
    """The slots of a batch."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder
        self._returned = Value("nothing", "nothing")
        self._slots: tuple[Reply, ...] = ()

    @property
    def length(self) -> int:
        """The number of characters of the longest answer."""
        return max((len(slot.text) for slot in self._slots), default=0)

    def put(self, answers: Any) -> None:
        """Record the answer in each slot."""
        if isinstance(answers, list | tuple):
            self._slots = tuple(map(self._slot, islice(answers, _MOST_SLOTS)))
        self._returned = self._recorder.value(answers)

    def batch(self, result: CallResult, mutated: tuple[str, ...]) -> Batch:
        """The record of the call."""
        returned = self._returned
        return Batch(
            **result.fields, returned_type=returned.type, builtin=returned.base, slots=self._slots, mutated=mutated
        )

    def _slot(self, answer: Any) -> Reply:
        if isinstance(answer, BaseException):
            return Reply(raised=self._recorder.exception(answer))
        return Reply(value=self._recorder.value(answer))
