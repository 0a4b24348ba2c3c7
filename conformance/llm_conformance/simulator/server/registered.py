"""The registered cases, the number of requests for each so far, and whether a request needs an API key."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from llm_conformance.simulator.case import Case


@dataclass(frozen=True, slots=True)
class RegisteredCases:
    """What the answer to a request depends on.

    cases: found by their nonce. path_cases: found by the first part of the path. attempts: the number of earlier
    requests by nonce. needs_key: a request without an API key is refused.
    """

    cases: tuple[Case, ...] = ()
    path_cases: Mapping[str, Case] = field(default_factory=dict)
    attempts: Mapping[str, int] = field(default_factory=dict)
    needs_key: bool = False
