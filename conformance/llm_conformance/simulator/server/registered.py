"""The registered cases, and the number of requests for each so far."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from llm_conformance.simulator.case import Case


@dataclass(frozen=True, slots=True)
class RegisteredCases:
    """Cases to find by nonce, cases by the first part of the path, and the number of attempts by nonce so far."""

    cases: tuple[Case, ...] = ()
    path_cases: Mapping[str, Case] = field(default_factory=dict)
    attempts: Mapping[str, int] = field(default_factory=dict)
