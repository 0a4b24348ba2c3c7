"""The controller of a client: a simulated provider that runs in one wire format."""

from __future__ import annotations

import itertools
import secrets
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from llm_conformance.control.controller import PlannedAnswer
from llm_conformance.control.wire.answer import SimulatedAnswer
from llm_conformance.control.wire.probe import measure_at_gate
from llm_conformance.simulator import DIALECTS, FAULTS, Case, Dialect, Fault, Gate, Simulator, golden_of
from llm_conformance.simulator.dialect import USUAL
from llm_conformance.simulator.formats.linked_results import results_are_linked
from llm_fixtures import Golden, golden

BASELINE = FAULTS["baseline"]


class Wire:
    """Finds a planned answer by the nonce in the prompt, so one client serves all answers."""

    sends_eagerly = True
    free_text = False

    def __init__(self, name: str, dialect: Dialect = USUAL, *, run_id: str = "") -> None:
        """`name` is the wire format; raises KeyError, with the known formats, for any other name.

        run_id: a text in each nonce; a random one if it is empty.
        """
        self._format = name
        self._dialect = dialect
        # A client that sends a key must send it with every request, as a real provider demands.
        self._provider = Simulator(key="once-sent")
        # Nonces differ from run to run, so a prompt of another run is never matched.
        self._run = run_id or secrets.token_hex(4)
        self._numbers = itertools.count(1)
        self._answers: dict[str, SimulatedAnswer] = {}

    def plan(
        self,
        tokens: Sequence[str],
        *,
        prompt: str = "Say it.",
        gates: Sequence[int] = (),
        fails: int | None = None,
    ) -> SimulatedAnswer:
        """Plan these tokens as the answer to a new prompt. Raises ValueError for `fails`, which needs a script."""
        if fails is not None:
            raise ValueError(f"plan(): a provider fails by its faults only, got fails={fails}")
        return self._plan(golden_of(tokens), prompt, gates)

    def plan_golden(
        self, stream: Golden, fault: Fault = BASELINE, *, dialect: Dialect | None = None, gates: Sequence[int] = ()
    ) -> SimulatedAnswer:
        """Plan a golden stream, with its finish reason, its usage and its bytes, with a fault and in a dialect."""
        return self._plan(stream, stream.prompt, gates, fault, dialect)

    @property
    def dialects(self) -> Mapping[str, tuple[Golden, Dialect]]:
        """What clients of this wire format meet beside its usual form: what is said, and in which dialect.

        Empty for a client of one provider, whose dialect the profile says.
        """
        if self._dialect != USUAL:
            return {}
        return {name: (golden(stream), dialect) for name, (stream, dialect) in DIALECTS.get(self._format, {}).items()}

    def has_fault(self, fault: Fault) -> bool:
        """Whether this wire format has the fault."""
        return self._format in fault.formats

    def links_results(self, request: dict[str, Any], argument: str) -> bool | None:
        """Whether the result of a tool in the request names a call in it; None if it cannot, or need not.

        argument: a text that only the arguments of the call have.
        """
        return results_are_linked(self._format, request, argument)

    def measure_at_gate(self, like: PlannedAnswer, answer: PlannedAnswer, measure: Callable[[], int]) -> int:
        """The result of `measure` while the provider waits at the gate of `answer` and its response is discarded.

        The request repeats the one for `like`. Raises ConnectionError if the provider does not reach the gate.
        """
        request = next(iter(self._provider.requests_of(like.nonce)))
        gate, keyed = next(iter(answer.gates.values())), bool(self.received_keys)
        return measure_at_gate(self._provider.url, request, answer.nonce, gate, measure, keyed=keyed)

    @property
    def received_keys(self) -> tuple[str, ...]:
        """The API keys that the client has sent so far."""
        return self._provider.received_keys

    def release(self) -> None:
        """Open the gates of every planned answer, and drop the connections that only the client would end."""
        self._provider.release()
        for answer in tuple(self._answers.values()):
            answer.open_gates()

    def discard(self, answer: PlannedAnswer) -> None:
        """Forget the answer, and open its gates."""
        answer.open_gates()
        self._answers.pop(answer.nonce, None)
        self._provider.unregister(answer.nonce)

    def fill_url(self, kwargs: Mapping[str, Any]) -> dict[str, Any]:
        """The constructor arguments with `{url}` replaced by the provider's address."""
        return {key: self._filled(value) for key, value in kwargs.items()}

    def close(self) -> None:
        """Stop the provider."""
        self._provider.close()

    def _plan(
        self,
        stream: Golden,
        prompt: str,
        gates: Sequence[int],
        fault: Fault = BASELINE,
        dialect: Dialect | None = None,
    ) -> SimulatedAnswer:
        nonce = f"answer-{self._run}-{next(self._numbers):05}"
        own_gates = tuple(Gate(place) for place in gates)
        case = Case(nonce, stream, self._format, fault=fault.name, gates=own_gates, dialect=dialect or self._dialect)
        self._provider.register(case)
        tokens, requests = fault.answer(stream).text_tokens(), partial(self._provider.requests_of, nonce)
        answer = self._answers[nonce] = SimulatedAnswer(nonce, f"{prompt} [{nonce}]", tokens, own_gates, requests)
        return answer

    def _filled(self, value: Any) -> Any:
        if isinstance(value, str):
            return value.replace("{url}", self._provider.url)
        if isinstance(value, dict):
            return self.fill_url(value)
        return [self._filled(item) for item in value] if isinstance(value, list) else value
