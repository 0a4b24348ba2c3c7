"""Who holds the model: the script that is handed to it, the provider that it asks, or whoever runs its hooks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from llm_conformance.simulator.gate import Gate
from llm_fixtures import Golden, golden

GOLDEN = ("sparkling-water", "plain-ascii", "cjk")


class Generation(Protocol):
    """One time that the model took its text."""

    @property
    def sent(self) -> int:
        """How many tokens it has."""

    @property
    def total(self) -> int:
        """How many there are."""

    @property
    def outcome(self) -> str:
        """How it ended; empty while it may go on."""


class PlannedAnswer(Protocol):
    """What was announced."""

    @property
    def nonce(self) -> str:
        """What stands in the prompt, and nowhere else."""

    @property
    def prompt(self) -> str:
        """What to ask the model, so that it says this."""

    @property
    def tokens(self) -> tuple[str, ...]:
        """What is said."""

    @property
    def gates(self) -> Mapping[int, Gate]:
        """Where the model is held, by the token before which it is."""

    @property
    def generations(self) -> Sequence[Generation]:
        """Each time until now that it was said."""

    def open_gates(self) -> None:
        """Open every gate: nobody shall wait for a call that is given up."""

    def unblock(self, *, threads: bool) -> None:
        """The consumer has left: open the gates for whoever cannot be interrupted before.

        threads: whether a thread is still at work for the call.
        """

    def inconclusive(self, *, hung: bool) -> str:
        """Why nothing can be told of a call that heard something, or hung; empty where all can."""


class Controller(Protocol):
    """Has the model say any tokens, as far as it can, and holds it before some of them."""

    @property
    def sends_eagerly(self) -> bool:
        """Whether tokens are on their way before anybody asks for them."""

    @property
    def free_text(self) -> bool:
        """Whether the model says what it likes, so that nobody knows more of it than what was heard before."""

    def plan(
        self, tokens: Sequence[str], *, prompt: str = ..., gates: Sequence[int] = ..., fails: int | None = ...
    ) -> PlannedAnswer:
        """Say these tokens to the prompt of the cue, from now on.

        gates: the tokens before which the model is held. fails: the token in whose place it fails.
        """

    def plan_golden(self, stream: Golden) -> PlannedAnswer:
        """Say a golden stream to its prompt."""

    def discard(self, cue: PlannedAnswer) -> None:
        """Say nothing to its prompt any more, and hold nobody."""


def golden_answers(prompter: Controller) -> tuple[PlannedAnswer, ...]:
    """The cues of the three prompts that every run has: golden streams."""
    return tuple(prompter.plan_golden(golden(name)) for name in GOLDEN)
