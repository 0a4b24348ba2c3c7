"""The protocol of the three controllers: a script, the hooks of a black box, a simulated provider."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Protocol

from llm_conformance.simulator.gate import Gate
from llm_fixtures import Golden, golden

GOLDEN = ("sparkling-water", "plain-ascii", "cjk")


class Generation(Protocol):
    """One answer that the model generates."""

    @property
    def sent(self) -> int:
        """The number of tokens sent so far."""

    @property
    def total(self) -> int:
        """The number of tokens of the whole answer."""

    @property
    def outcome(self) -> str:
        """How it ended, such as "finished" or "closed"; empty while it may go on."""


class PlannedAnswer(Protocol):
    """The answer that is planned for one prompt."""

    @property
    def nonce(self) -> str:
        """The part of the prompt that no other prompt has."""

    @property
    def prompt(self) -> str:
        """The prompt that gets this answer."""

    @property
    def tokens(self) -> tuple[str, ...]:
        """The tokens of the answer."""

    @property
    def gates(self) -> Mapping[int, Gate]:
        """The gates that pause the model, by the index of the token after the gate."""

    @property
    def generations(self) -> Sequence[Generation]:
        """The generations of this answer so far."""

    @property
    def text_alone(self) -> bool:
        """Whether the model takes the text of the answer alone, and leaves its tool calls and its reasoning."""

    def open_gates(self) -> None:
        """Open every gate, so that nothing waits for a call after its deadline."""

    def unblock(self, *, threads: bool) -> None:
        """The consumer has left: open the gates for a generation that cannot be interrupted at a gate.

        threads: whether a thread still works for the call.
        """

    def on_own_wait(self, call: Callable[[int], object] | None) -> None:
        """Call this, with the number of tokens sent, whenever the code that generates them waits by itself.

        Only the hooks of a black box do: any other model waits for the harness, at a gate.
        """

    def inconclusive(self, *, hung: bool) -> str:
        """Why the call is inconclusive; empty if it is not.

        hung: the call did not end before its deadline.
        """


class Controller(Protocol):
    """Plans the model's answers, as far as it controls them, and pauses the model before some tokens."""

    @property
    def sends_eagerly(self) -> bool:
        """Whether tokens are sent before the consumer asks for them."""

    @property
    def free_text(self) -> bool:
        """Whether the model chooses the text, so that only an earlier answer predicts it."""

    def plan(
        self, tokens: Sequence[str], *, prompt: str = ..., gates: Sequence[int] = ..., fails: int | None = ...
    ) -> PlannedAnswer:
        """Plan these tokens as the answer to a new prompt, until the answer is discarded.

        gates: the indices of the tokens before which the model pauses.
        fails: the index of the token that is replaced by a failure.
        """

    def plan_golden(self, stream: Golden, *, gates: Sequence[int] = ...) -> PlannedAnswer:
        """Plan a golden stream as the answer to its prompt."""

    def release(self) -> None:
        """Open the gates of every planned answer: a call has hung, and whatever waits for the harness shall end."""

    def discard(self, answer: PlannedAnswer) -> None:
        """Forget the answer, and open its gates."""


@contextmanager
def discarded_after(controller: Controller, answer: PlannedAnswer) -> Iterator[PlannedAnswer]:
    """The answer, which the controller forgets at the end of the block."""
    try:
        yield answer
    finally:
        controller.discard(answer)


def golden_answers(controller: Controller) -> tuple[PlannedAnswer, ...]:
    """The answers to the three prompts of every run: golden streams."""
    return tuple(controller.plan_golden(golden(name)) for name in GOLDEN)
