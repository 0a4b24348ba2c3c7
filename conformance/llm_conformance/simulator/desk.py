"""The desk: the announced cases and the journal. The server asks it what to answer, any thread may announce."""

from itertools import count
from threading import Lock

from llm_conformance.simulator.action import Answer
from llm_conformance.simulator.case import Case
from llm_conformance.simulator.dispatch import dispatch
from llm_conformance.simulator.formats import format_named
from llm_conformance.simulator.journal import Journal
from llm_conformance.simulator.message import Head


class Desk:
    """All that the connections of one simulator share."""

    def __init__(self) -> None:
        self.journal = Journal()
        self._lock = Lock()
        self._cases: dict[str, Case] = {}
        self._serials = count(1)

    def announce(self, case: Case) -> None:
        """Answer prompts that contain the nonce of this case from now on."""
        format_named(case.format)
        with self._lock:
            if case.nonce in self._cases:
                raise ValueError(f"a case with the nonce {case.nonce!r} is announced already; forget it first")
            self._cases[case.nonce] = case

    def forget(self, nonce: str) -> None:
        """Answer no more prompts with this nonce; forgetting what was never announced is fine."""
        with self._lock:
            self._cases.pop(nonce, None)

    def receive(self, head: Head, content: bytes) -> tuple[int, Answer]:
        """The place of the request in the journal, and its answer."""
        with self._lock:
            cases = tuple(self._cases.values())
        seen = dispatch(head, content, cases, next(self._serials))
        return self.journal.begin(head, seen), seen.answer
