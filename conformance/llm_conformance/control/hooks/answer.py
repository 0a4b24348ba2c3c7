"""The cue of a black box: one of the prompts of the run, and every time that a hook was run for it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any

from llm_conformance.control.hooks.generation import HookGeneration
from llm_conformance.simulator.gate import Gate


class HookedAnswer:
    """What is said is the model's own; `tokens` are the pieces in which it was heard to say so before.

    nonce, prompt: the prompt, by which whoever asks is found.
    """

    def __init__(self, prompt: str, tokens: Sequence[str], gates: Sequence[int], text_of: Callable[[Any], str]) -> None:
        self.nonce = self.prompt = prompt
        self.tokens = tuple(tokens)
        self.gates = {place: Gate(place) for place in gates}
        self._text_of = text_of
        self._generations: list[HookGeneration] = []
        self._lock = threading.Lock()

    @property
    def generations(self) -> tuple[HookGeneration, ...]:
        """Those until now: a hook that nobody has asked for a chunk is not run yet."""
        with self._lock:
            return tuple(self._generations)

    def start_generation(self) -> HookGeneration:
        """A new one, which counts when it begins."""
        return HookGeneration(self.tokens, self.gates, self._text_of, self._begun)

    def unblock(self, *, threads: bool) -> None:  # noqa: ARG002 - a take knows by itself where it runs
        """A thread cannot be interrupted: it is let go on by one step, and must find out then."""
        if any(not take.asynchronous for take in self.generations):
            self.open_gates()

    def open_gates(self) -> None:
        """Open every gate."""
        for gate in self.gates.values():
            gate.open()

    def inconclusive(self, *, hung: bool) -> str:
        """Why nothing can be told of what came of it."""
        takes = self.generations
        if not takes:
            return "its hooks were not run for the prompt"
        if any(take.outcome == "failed" for take in takes):
            return "its hook failed"
        unmet = not all(gate.reached.is_set() for gate in self.gates.values())
        if unmet and any(take.outcome == "finished" for take in takes):
            return "its answer was over before it could be held"
        if hung and any(take.diverged for take in takes):
            return "its hook says something else than was heard before"
        return ""

    def _begun(self, take: HookGeneration) -> None:
        with self._lock:
            self._generations.append(take)
