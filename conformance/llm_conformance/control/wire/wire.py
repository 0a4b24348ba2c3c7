"""A running provider in one format: the hand in which the text of an adapter is."""

from __future__ import annotations

import itertools
import secrets
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from llm_conformance.control.controller import PlannedAnswer as Announced
from llm_conformance.control.wire.answer import SimulatedAnswer
from llm_conformance.control.wire.probe import measure_at_gate
from llm_conformance.simulator import FAULTS, Case, Fault, Gate, Simulator, golden_of
from llm_fixtures import Golden

BASELINE = FAULTS["baseline"]


class Wire:
    """What is announced is found by the nonce in the prompt, so that one client serves all of it."""

    sends_eagerly = True
    free_text = False

    def __init__(self, name: str) -> None:
        """`name` is that of the format; KeyError names the known ones where it is none."""
        self._format = name
        self._provider = Simulator()
        # No prompt of another run can hold one of ours.
        self._run = secrets.token_hex(4)
        self._numbers = itertools.count(1)

    def plan(
        self,
        tokens: Sequence[str],
        *,
        prompt: str = "Say it.",
        gates: Sequence[int] = (),
        fails: int | None = None,
    ) -> SimulatedAnswer:
        """Say these tokens to the prompt of the cue, from now on. A provider fails by its faults, and by no plan."""
        if fails is not None:
            raise ValueError(f"announce(): expected no failure for a provider, got one at token {fails}")
        return self._plan(golden_of(tokens), prompt, gates)

    def plan_golden(self, stream: Golden, fault: Fault = BASELINE) -> SimulatedAnswer:
        """The same of a golden stream, with its finish reason, its usage and its bytes, and what goes wrong then."""
        return self._plan(stream, stream.prompt, (), fault)

    def has_fault(self, fault: Fault) -> bool:
        """Whether there is such a fault in this format."""
        return self._format in fault.formats

    def measure_at_gate(self, like: Announced, cue: Announced, look: Callable[[], int]) -> int:
        """What `look` gives while the provider is at the gate of a cue, and nobody keeps anything of its answer.

        It is asked what was asked for another cue; ConnectionError where that does not lead to the gate.
        """
        asked = next(one for one in self._provider.requests if like.nonce in one.nonces)
        return measure_at_gate(self._provider.url, asked, cue.nonce, next(iter(cue.gates.values())), look)

    def discard(self, cue: Announced) -> None:
        """Say nothing to its prompt any more, and hold nobody."""
        cue.open_gates()
        self._provider.unregister(cue.nonce)

    def fill_url(self, kwargs: Mapping[str, Any]) -> dict[str, Any]:
        """The constructor arguments with the provider's address for the text {url}."""
        return {key: self._filled(value) for key, value in kwargs.items()}

    def close(self) -> None:
        """Stop the provider."""
        self._provider.close()

    def _plan(self, stream: Golden, prompt: str, gates: Sequence[int], fault: Fault = BASELINE) -> SimulatedAnswer:
        nonce = f"cue-{self._run}-{next(self._numbers):05}"
        held = tuple(Gate(place) for place in gates)
        self._provider.register(Case(nonce, stream, self._format, fault=fault.name, gates=held))
        return SimulatedAnswer(
            nonce, f"{prompt} [{nonce}]", fault.answer(stream).text_tokens(), held, lambda: self._provider.requests
        )

    def _filled(self, value: Any) -> Any:
        if isinstance(value, str):
            return value.replace("{url}", self._provider.url)
        if isinstance(value, dict):
            return self.fill_url(value)
        return [self._filled(item) for item in value] if isinstance(value, list) else value
