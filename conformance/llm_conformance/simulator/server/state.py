"""The desk: the announced cases and the journal. The server asks it what to answer, any thread may announce."""

from collections.abc import Callable
from itertools import count
from threading import Lock

from llm_conformance.simulator.actions import Actions
from llm_conformance.simulator.case import Case
from llm_conformance.simulator.faults import fault_named
from llm_conformance.simulator.formats import format_named
from llm_conformance.simulator.http.request import Head
from llm_conformance.simulator.server.registered import RegisteredCases
from llm_conformance.simulator.server.request_log import Request, RequestLog
from llm_conformance.simulator.server.respond import respond


class ProviderState:
    """All that the connections of one simulator share."""

    def __init__(self, on_request_end: Callable[[Request], None] | None = None) -> None:
        self.request_log = RequestLog(on_request_end)
        self._lock = Lock()
        self._cases: dict[str, Case] = {}
        self._addresses: dict[str, Case] = {}
        self._serials = count(1)

    def register(self, case: Case) -> None:
        """Answer prompts that contain the nonce of this case from now on."""
        format_named(case.format)
        fault = fault_named(case.fault)
        if case.format not in fault.formats:
            known = ", ".join(fault.formats)
            raise ValueError(f"fault {case.fault!r} does not apply to {case.format!r}, only to {known}")
        with self._lock:
            if case.nonce in self._cases:
                raise ValueError(f"a case with the nonce {case.nonce!r} is announced already; forget it first")
            self._cases[case.nonce] = case

    def serve_at(self, case: Case) -> None:
        """Answer requests below `/<nonce>` from now on, in whatever format they come."""
        fault_named(case.fault)
        with self._lock:
            self._addresses[case.nonce] = case

    def unregister(self, nonce: str) -> None:
        """Answer no more prompts with this nonce; forgetting what was never announced is fine."""
        with self._lock:
            self._cases.pop(nonce, None)

    def handle(self, head: Head, content: bytes) -> tuple[int, Actions]:
        """The place of the request in the journal, and its answer."""
        with self._lock:
            cases, addresses = tuple(self._cases.values()), dict(self._addresses)
        seen = respond(
            head, content, RegisteredCases(cases, addresses, self.request_log.attempts()), next(self._serials)
        )
        return self.request_log.begin(head, seen), seen.actions
