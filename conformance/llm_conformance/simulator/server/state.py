"""The registered cases and the request log. The server reads the cases; any thread may register more."""

from collections.abc import Callable
from itertools import count
from threading import Lock
from typing import Literal

from llm_conformance.simulator.actions import Actions
from llm_conformance.simulator.case import Case
from llm_conformance.simulator.faults import fault_named
from llm_conformance.simulator.formats import format_named
from llm_conformance.simulator.gate import Gate
from llm_conformance.simulator.http.request import Head
from llm_conformance.simulator.server.registered import RegisteredCases
from llm_conformance.simulator.server.request_log import Request, RequestLog
from llm_conformance.simulator.server.respond import respond

KeyPolicy = Literal["optional", "once-sent", "required"]
# Bytes.
_OF_A_VALUE = 64


class ProviderState:
    """The state that all connections of one simulator share."""

    def __init__(
        self,
        on_request_end: Callable[[Request], None] | None = None,
        *,
        key: KeyPolicy = "optional",
        history: int | None = None,
    ) -> None:
        self.request_log = RequestLog(on_request_end, history=history)
        self._key = key
        self._lock = Lock()
        self._cases: dict[str, Case] = {}
        self._path_cases: dict[str, Case] = {}
        self._serials = count(1)
        self._hold = Gate(0)

    def register(self, case: Case) -> None:
        """Answer prompts that contain the nonce of this case.

        Raises ValueError if the nonce is taken, or if the format or the fault is unknown or they do not fit.
        """
        format_named(case.format)
        fault = fault_named(case.fault)
        if case.format not in fault.formats:
            known = ", ".join(fault.formats)
            raise ValueError(f"fault {case.fault!r} does not apply to {case.format!r}, only to {known}")
        with self._lock:
            if case.nonce in self._cases:
                raise ValueError(f"a case with the nonce {case.nonce!r} is already registered; unregister it first")
            self._cases[case.nonce] = case

    def serve_at(self, case: Case) -> None:
        """Answer requests below `/<nonce>` in every format. Raises ValueError if the fault is unknown."""
        fault_named(case.fault)
        with self._lock:
            self._path_cases[case.nonce] = case

    def unregister(self, nonce: str) -> None:
        """Stop answering prompts with this nonce. An unknown nonce is ignored."""
        with self._lock:
            self._cases.pop(nonce, None)

    @property
    def hold(self) -> Gate:
        """Where an answer waits that goes on only when the client disconnects; it opens when the provider gives up."""
        return self._hold

    def release(self) -> None:
        """Drop the connections that wait for their client to disconnect."""
        released, self._hold = self._hold, Gate(0)
        released.open()

    def handle(self, head: Head, content: bytes) -> tuple[int, Actions]:
        """Log the request. Returns its number in the log, and the response."""
        with self._lock:
            cases, path_cases = tuple(self._cases.values()), dict(self._path_cases)
        needs_key = self._key == "required" or (self._key == "once-sent" and bool(self.request_log.keys))
        registered = RegisteredCases(cases, path_cases, self.request_log.attempts(), needs_key)
        decision = respond(head, content, registered, next(self._serials))
        return self.request_log.begin(head, decision, _in_memory(content)), decision.actions


def _in_memory(content: bytes) -> int:
    """About how many bytes the JSON of a body takes once it is parsed: each small value of it is an object."""
    return len(content) + _OF_A_VALUE * sum(map(content.count, (b",", b"[", b"{")))
