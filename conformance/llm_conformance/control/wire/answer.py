"""The answer that a simulated provider gives to one prompt, and the requests for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from llm_conformance.simulator import Gate
from llm_conformance.simulator.server.request_log import Ending, Request


@dataclass(frozen=True, slots=True)
class WireGeneration:
    """One request and its response.

    prompt: the prompt in the request; empty if the request was refused.
    sent: the number of tokens sent, or about to be sent. total: the number of tokens of the whole answer.
    outcome: "finished", "unblocked" if the harness opened the gates, "closed" by the client; empty while it may go on.
    """

    sent: int
    total: int
    outcome: str
    prompt: str = ""


class SimulatedAnswer:
    """The response to each request with this prompt."""

    def __init__(
        self,
        nonce: str,
        prompt: str,
        tokens: tuple[str, ...],
        gates: Sequence[Gate],
        requests: Callable[[], tuple[Request, ...]],
    ) -> None:
        """`requests` gives the requests with the nonce so far."""
        self.nonce = nonce
        self.prompt = prompt
        self.tokens = tokens
        self.gates = {gate.token: gate for gate in gates}
        self._requests = requests
        self._outcome = "finished"

    @property
    def generations(self) -> tuple[WireGeneration, ...]:
        """The generations so far."""
        return tuple(map(self._generation, self._own))

    @property
    def text_alone(self) -> bool:
        """False: what a client makes of a response is seen in its answer."""
        return False

    @property
    def fault_played(self) -> bool:
        """Whether a response had the fault: some faults apply only to a stream, or to a compressed response."""
        return any(request.fault is not None for request in self._own)

    @property
    def overslept(self) -> float:
        """The seconds by which a pause of a response was too long."""
        return max((request.overslept for request in self._own), default=0.0)

    @property
    def request_bodies(self) -> tuple[Any, ...]:
        """The bodies of the requests, as JSON data."""
        return tuple(request.body for request in self._own)

    @property
    def request_headers(self) -> tuple[Mapping[str, str], ...]:
        """The header fields of the requests; credentials are redacted."""
        return tuple(request.headers for request in self._own)

    @property
    def sent(self) -> tuple[tuple[bytes, ...], ...]:
        """For each request whose response has a fault, the bytes of each send."""
        return tuple(request.sent for request in self._own if request.sent)

    def open_gates(self) -> None:
        """Open every gate."""
        for gate in self.gates.values():
            gate.open()

    def unblock(self, *, threads: bool) -> None:
        """A thread that reads a socket cannot be interrupted: it notices the end of the call at the next bytes."""
        if threads:
            self._outcome = "unblocked"
            self.open_gates()

    def on_own_wait(self, call: Callable[[int], object] | None) -> None:
        """Nothing: the model waits for the harness."""

    def inconclusive(self, *, hung: bool) -> str:  # noqa: ARG002 - the harness decides the text
        """Empty: every call is conclusive."""
        return ""

    @property
    def _own(self) -> tuple[Request, ...]:
        return self._requests()

    def _generation(self, request: Request) -> WireGeneration:
        total = len(self.tokens)
        sent = min((place for place, gate in self.gates.items() if not gate.opened), default=total)
        # A batch may be one request.
        prompt = next((one for one in request.prompts if self.nonce in one), "")
        match request.ended:
            case Ending.ANSWERED:
                return WireGeneration(total, total, self._outcome, prompt)
            case Ending.LEFT:
                return WireGeneration(sent, total, "closed", prompt)
            case _:
                return WireGeneration(sent, total, "", prompt)
