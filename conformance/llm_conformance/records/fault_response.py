"""What an adapter made of an answer in which something went wrong on the way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from llm_conformance.records.controlled import ControlledOutcome


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultResponse(ControlledOutcome):
    """One call, under one fault. `said` is the exact text, token by token; each of `takes` is a request.

    under: the name of the fault; empty where it does not apply to the provider's format, and nothing was called.
    earns: what a correct client makes of it: "exact", "raises" or "exact or raises".
    kept: how many of the tokens were sent before it went wrong; 0 where that is not known.
    exact: the text is what was said, and neither is told again.
    """

    kind: ClassVar[str] = "faulted"

    fault: str = ""
    expected: str = ""
    tokens_sent: int = 0
    exact: bool = False
