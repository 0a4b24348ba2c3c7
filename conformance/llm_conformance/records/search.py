"""What a search over generated inputs came to: the smallest one that breaks a rule, or none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from llm_conformance.records.controlled import ControlledOutcome
from llm_conformance.records.outcome import CallOutcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Search(CallOutcome):
    """A search, and what it found.

    tried: how many inputs were tried.
    smallest: what came of the smallest input that broke the rule; None where none did.
    steps: what was done with the model, one after the other, where that was generated.
    wavers: the same input broke the rule, and then did not.
    """

    kind: ClassVar[str] = "search"

    examples: int = 0
    counterexample: ControlledOutcome | None = None
    steps: tuple[str, ...] = ()
    flaky: bool = False
    streamed: bool = True
    stop_refused: bool = False
