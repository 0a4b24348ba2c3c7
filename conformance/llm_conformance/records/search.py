"""A search over generated inputs for the smallest one that breaks a rule."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from llm_conformance.records.controlled import ControlledOutcome
from llm_conformance.records.outcome import CallOutcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Search(CallOutcome):
    """The result of one search.

    examples: how many inputs were tried.
    counterexample: the call with the smallest input that broke the rule; null if none did.
    steps: the calls on the model, one after the other, if these were generated.
    flaky: the same input broke the rule, and then did not.
    streamed: the model streams this call; false for one that gives its whole answer in one chunk.
    stop_refused: the model raises if it is given a stop text, so nothing was searched.
    """

    kind: ClassVar[str] = "search"

    examples: int = 0
    counterexample: ControlledOutcome | None = None
    steps: tuple[str, ...] = ()
    flaky: bool = False
    streamed: bool = True
    stop_refused: bool = False

    @property
    def model_calls(self) -> int:
        """How many answers the model was asked for."""
        return self.examples

    @property
    def parts(self) -> tuple[CallOutcome, ...]:
        """The call with the smallest input."""
        return () if self.counterexample is None else (self.counterexample,)
