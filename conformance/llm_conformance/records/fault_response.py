"""The response of an adapter to a fault of its provider."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from llm_conformance.records.added import added
from llm_conformance.records.controlled import ControlledOutcome


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultResponse(ControlledOutcome):
    """One call under one fault. `tokens` is the exact text, and each of `generations` is a request.

    fault: the name of the fault; empty if it does not apply to the provider's format, and nothing was called.
    expected: what a correct client does: "exact", "raises" or "exact or raises".
    tokens_sent: how many tokens the provider sent before the fault; 0 if that is not known.
    exact: the text of the chunks is the exact text; `tokens` and `chunks` are then left out.
    sent: what the provider sent, for each request the bytes of each send, one character for each byte (Latin-1). It is
        left out where the call ends as that of a correct client, and behind the first 64 KiB.
    """

    kind: ClassVar[str] = "fault-response"

    fault: str = ""
    expected: str = ""
    tokens_sent: int = 0
    exact: bool = False
    sent: tuple[tuple[str, ...], ...] = added(default=())
