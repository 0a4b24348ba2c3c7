"""The cue of a provider: a case that was announced, and the requests that came of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from llm_conformance.simulator import Gate
from llm_conformance.simulator.server.request_log import Ending, Request


@dataclass(frozen=True, slots=True)
class WireGeneration:
    """One request, as the provider saw it.

    given: the tokens that were sent, or are about to be. whole: all of them.
    ended: "finished", "let go" where that was our doing, "closed" by the client; empty while it may go on.
    """

    sent: int
    total: int
    outcome: str


class SimulatedAnswer:
    """What is said to whoever sends this prompt."""

    def __init__(
        self,
        nonce: str,
        prompt: str,
        tokens: tuple[str, ...],
        gates: Sequence[Gate],
        requests: Callable[[], tuple[Request, ...]],
    ) -> None:
        """`requests` gives those of all cues until now."""
        self.nonce = nonce
        self.prompt = prompt
        self.tokens = tokens
        self.gates = {gate.token: gate for gate in gates}
        self._requests = requests
        self._answered = "finished"

    @property
    def generations(self) -> tuple[WireGeneration, ...]:
        """Those until now."""
        return tuple(map(self._generation, self._own))

    @property
    def fault_played(self) -> bool:
        """Whether anything went wrong in any of them: some of it can only in a stream, or in one that is compressed."""
        return any(request.fault is not None for request in self._own)

    @property
    def request_bodies(self) -> tuple[Any, ...]:
        """What was asked each time, as JSON data."""
        return tuple(request.body for request in self._own)

    def open_gates(self) -> None:
        """Open every gate."""
        for gate in self.gates.values():
            gate.open()

    def unblock(self, *, threads: bool) -> None:
        """A thread that reads a socket waits for the next bytes, and can find out that it was left only then."""
        if threads:
            self._answered = "let go"
            self.open_gates()

    def inconclusive(self, *, hung: bool) -> str:  # noqa: ARG002 - it was told what to say
        """Everything can be told."""
        return ""

    @property
    def _own(self) -> list[Request]:
        return [request for request in self._requests() if self.nonce in request.nonces]

    def _generation(self, request: Request) -> WireGeneration:
        whole = len(self.tokens)
        held = min((place for place, gate in self.gates.items() if not gate.opened), default=whole)
        match request.ended:
            case Ending.ANSWERED:
                return WireGeneration(whole, whole, self._answered)
            case Ending.LEFT:
                return WireGeneration(held, whole, "closed")
            case _:
                return WireGeneration(held, whole, "")
