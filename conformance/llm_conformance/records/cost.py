"""What streams of several lengths cost whoever reads them and keeps nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from llm_conformance.records.outcome import CallOutcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """One length of stream, in tokens.

    kept: the most bytes that were taken at any one time of it, beyond those that were taken before.
    busy: the nanoseconds of processor time for each token, the least of several measurements.
    """

    tokens: int
    peak_bytes: int
    cpu_ns_per_token: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CostProfile(CallOutcome):
    """The costs of one call, the shortest first; fewer than two where a longer stream would have taken too long."""

    kind: ClassVar[str] = "growth"

    costs: tuple[Cost, ...] = ()
    streamed: bool = True
