"""Where a call leaves what it returned, so that an answer after the deadline goes nowhere."""

from __future__ import annotations

from typing import Any

from llm_conformance.driver.driver import Act
from llm_conformance.driver.recorder import Witness
from llm_conformance.records import Batch, Reply, Seen


class Box:
    """One answer."""

    def __init__(self, witness: Witness) -> None:
        self._witness = witness
        self._value: Seen | None = None

    def put(self, answer: Any) -> None:
        """Keep what is seen of it."""
        self._value = self._witness.see(answer)

    def reply(self, act: Act, changed: tuple[str, ...]) -> Reply:
        """The record of it."""
        return Reply(**act.ending, value=self._value, changed=changed)


class Slots:
    """What a batch returned, slot by slot."""

    def __init__(self, witness: Witness) -> None:
        self._witness = witness
        self._returned = Seen("nothing", "nothing")
        self._slots: tuple[Reply, ...] = ()

    def put(self, answers: Any) -> None:
        """Keep what is seen of each."""
        self._slots = tuple(self._slot(answer) for answer in answers) if isinstance(answers, list | tuple) else ()
        self._returned = self._witness.see(answers)

    def batch(self, act: Act, changed: tuple[str, ...]) -> Batch:
        """The record of them."""
        returned = self._returned
        return Batch(**act.ending, returned=returned.type, base=returned.base, slots=self._slots, changed=changed)

    def _slot(self, answer: Any) -> Reply:
        if isinstance(answer, BaseException):
            return Reply(raised=self._witness.raised(answer))
        return Reply(value=self._witness.see(answer))
