"""What is announced, and how often each of it was asked for already."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from llm_conformance.simulator.case import Case


@dataclass(frozen=True, slots=True)
class RegisteredCases:
    """The cases by nonce, those by the first part of an address, and the attempts by nonce so far."""

    cases: tuple[Case, ...] = ()
    addresses: Mapping[str, Case] = field(default_factory=dict)
    attempts: Mapping[str, int] = field(default_factory=dict)
