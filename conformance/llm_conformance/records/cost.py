"""The memory and the time of streams of several lengths, for a consumer that keeps nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from llm_conformance.records.outcome import CallOutcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """The cost of one stream.

    tokens: the length of the stream.
    peak_bytes: the peak of the memory allocated during the stream.
    cpu_ns_per_token: processor time in nanoseconds; the minimum of several measurements.
    """

    tokens: int
    peak_bytes: int
    cpu_ns_per_token: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CostProfile(CallOutcome):
    """The costs of one call at several lengths.

    costs: the shortest first; fewer than two if a longer stream would have taken too long.
    streamed: the model streams this call; false for one that gives its whole answer in one chunk.
    """

    kind: ClassVar[str] = "cost-profile"

    costs: tuple[Cost, ...] = ()
    streamed: bool = True
