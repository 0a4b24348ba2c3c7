"""The answer that is planned for one prompt, and its generations."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

from llm_conformance.control.script.generation import ScriptGeneration
from llm_conformance.control.script.plan import Plan
from llm_conformance.simulator.gate import Gate


class ScriptedAnswer:
    """All generations of the answer share the gates: a model that retries is not paused a second time.

    prompt: the prompt that gets this answer.
    """

    def __init__(self, plan: Plan, prompt: str) -> None:
        self.plan = plan
        self.prompt = prompt
        self.gates = {place: Gate(place) for place in plan.gates}
        self._generations: list[ScriptGeneration] = []
        self._lock = threading.Lock()

    @property
    def nonce(self) -> str:
        """The part of the prompt that no other prompt has."""
        return self.plan.nonce

    @property
    def tokens(self) -> tuple[str, ...]:
        """The tokens of the answer."""
        return self.plan.tokens

    @property
    def generations(self) -> tuple[ScriptGeneration, ...]:
        """The generations so far, in the order in which the model asked for them."""
        with self._lock:
            return tuple(self._generations)

    @property
    def text_alone(self) -> bool:
        """Whether the model took the text of the answer, and not its other pieces."""
        return any(generation.text_alone for generation in self.generations)

    def start_generation(self, prompt: str, stops: Sequence[str]) -> ScriptGeneration:
        """A new generation of the plan, up to the first stop text."""
        generation = ScriptGeneration(prompt, self.plan.before(stops), self.gates)
        with self._lock:
            self._generations.append(generation)
        return generation

    def unblock(self, *, threads: bool) -> None:  # noqa: ARG002 - a generation knows where it runs
        """A thread cannot be interrupted: it goes on to its next step, and must notice there."""
        if any(not generation.asynchronous for generation in self.generations):
            self.open_gates()

    def open_gates(self) -> None:
        """Open every gate, so that nothing waits for a call after its deadline."""
        for gate in self.gates.values():
            gate.open()

    def on_own_wait(self, call: Callable[[int], object] | None) -> None:
        """Nothing: the model waits for the harness."""

    def inconclusive(self, *, hung: bool) -> str:  # noqa: ARG002 - the harness decides the text
        """Empty: every call is conclusive."""
        return ""
