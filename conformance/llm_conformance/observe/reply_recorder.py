"""Where a call leaves what it returned, so that an answer after the deadline goes nowhere."""

from __future__ import annotations

from typing import Any

from llm_conformance.driver.driver import CallResult
from llm_conformance.driver.recorder import Recorder
from llm_conformance.records import Batch, Reply, Value


class ReplyRecorder:
    """One answer."""

    def __init__(self, witness: Recorder) -> None:
        self._recorder = witness
        self._value: Value | None = None

    def put(self, answer: Any) -> None:
        """Keep what is seen of it."""
        self._value = self._recorder.value(answer)

    def reply(self, act: CallResult, changed: tuple[str, ...]) -> Reply:
        """The record of it."""
        return Reply(**act.fields, value=self._value, mutated=changed)


class BatchRecorder:
    """What a batch returned, slot by slot."""

    def __init__(self, witness: Recorder) -> None:
        self._recorder = witness
        self._returned = Value("nothing", "nothing")
        self._slots: tuple[Reply, ...] = ()

    def put(self, answers: Any) -> None:
        """Keep what is seen of each."""
        self._slots = tuple(self._slot(answer) for answer in answers) if isinstance(answers, list | tuple) else ()
        self._returned = self._recorder.value(answers)

    def batch(self, act: CallResult, changed: tuple[str, ...]) -> Batch:
        """The record of them."""
        returned = self._returned
        return Batch(
            **act.fields, returned_type=returned.type, builtin=returned.base, slots=self._slots, mutated=changed
        )

    def _slot(self, answer: Any) -> Reply:
        if isinstance(answer, BaseException):
            return Reply(raised=self._recorder.exception(answer))
        return Reply(value=self._recorder.value(answer))
