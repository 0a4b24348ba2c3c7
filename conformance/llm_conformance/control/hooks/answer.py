"""The answer of a black box to one prompt of the run, and the runs of its hooks for that prompt."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any

from llm_conformance.control.hooks.generation import HookGeneration
from llm_conformance.simulator.gate import Gate


class HookedAnswer:
    """The model chooses the text; `tokens` are the chunks of its earlier answer to the same prompt.

    nonce, prompt: the prompt; hook runs are matched by it.
    """

    def __init__(self, prompt: str, tokens: Sequence[str], gates: Sequence[int], text_of: Callable[[Any], str]) -> None:
        self.nonce = self.prompt = prompt
        self.tokens = tuple(tokens)
        self.gates = {place: Gate(place) for place in gates}
        self._text_of = text_of
        self._own_wait: Callable[[int], object] | None = None
        self._generations: list[HookGeneration] = []
        self._lock = threading.Lock()

    @property
    def generations(self) -> tuple[HookGeneration, ...]:
        """The generations so far; one starts at the first `next()`."""
        with self._lock:
            return tuple(self._generations)

    @property
    def text_alone(self) -> bool:
        """False: the model decides what it says."""
        return False

    def start_generation(self) -> HookGeneration:
        """A new generation; it is listed when it starts."""
        return HookGeneration(self.tokens, self.gates, self._text_of, self._started, self._waits)

    def on_own_wait(self, call: Callable[[int], object] | None) -> None:
        """Call this, with the number of chunks sent, whenever a hook waits on an event loop by itself."""
        self._own_wait = call

    def unblock(self, *, threads: bool) -> None:  # noqa: ARG002 - a generation knows where it runs
        """A thread cannot be interrupted: it goes on to its next step, and must notice there."""
        if any(not generation.asynchronous for generation in self.generations):
            self.open_gates()

    def open_gates(self) -> None:
        """Open every gate."""
        for gate in self.gates.values():
            gate.open()

    def inconclusive(self, *, hung: bool) -> str:
        """Why the call is inconclusive; empty if it is not."""
        generations = self.generations
        if not generations:
            return "the hooks were not called for this prompt"
        if any(generation.outcome == "failed" and not generation.left for generation in generations):
            return "the hook raised"
        unmet = not all(gate.reached.is_set() for gate in self.gates.values())
        if unmet and any(generation.outcome == "finished" for generation in generations):
            return "the answer ended before the gate"
        if any(generation.ended_at_gate for generation in generations):
            return "the answer ended at the gate: it differs from an earlier one"
        if hung and any(generation.diverged for generation in generations):
            return "the answer of the hook differs from its answer to an earlier call"
        return ""

    def _waits(self, sent: int) -> None:
        if self._own_wait is not None:
            self._own_wait(sent)

    def _started(self, generation: HookGeneration) -> None:
        with self._lock:
            self._generations.append(generation)
