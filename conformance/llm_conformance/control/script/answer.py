"""The cue: a plan that was announced, and everything that came of it."""

from __future__ import annotations

import threading

from llm_conformance.control.script.generation import ScriptGeneration
from llm_conformance.control.script.plan import Plan
from llm_conformance.simulator.gate import Gate


class ScriptedAnswer:
    """The gates of a plan belong to all its takes: a model that tries again is not held a second time.

    prompt: what to ask the model, so that it follows this plan.
    takes: each time that the model did, in the order in which it asked.
    """

    def __init__(self, plan: Plan, prompt: str) -> None:
        self.plan = plan
        self.prompt = prompt
        self.gates = {place: Gate(place) for place in plan.gates}
        self._generations: list[ScriptGeneration] = []
        self._lock = threading.Lock()

    @property
    def nonce(self) -> str:
        """What stands in the prompt."""
        return self.plan.nonce

    @property
    def tokens(self) -> tuple[str, ...]:
        """What is said."""
        return self.plan.tokens

    @property
    def generations(self) -> tuple[ScriptGeneration, ...]:
        """Those until now."""
        with self._lock:
            return tuple(self._generations)

    def start_generation(self, tokens: tuple[str, ...]) -> ScriptGeneration:
        """A new take of these tokens, the plan's own or their beginning."""
        fails = self.plan.fails
        made = ScriptGeneration(tokens, self.gates, fails if len(tokens) == len(self.plan.tokens) else None)
        with self._lock:
            self._generations.append(made)
        return made

    def unblock(self, *, threads: bool) -> None:  # noqa: ARG002 - a take knows by itself where it runs
        """A thread cannot be interrupted: it is let go on by one step, and must find out then."""
        if any(not take.asynchronous for take in self.generations):
            self.open_gates()

    def open_gates(self) -> None:
        """Open every gate: nobody shall wait for a call that is given up."""
        for gate in self.gates.values():
            gate.open()

    def inconclusive(self, *, hung: bool) -> str:  # noqa: ARG002 - it was told what to say
        """Everything can be told."""
        return ""
