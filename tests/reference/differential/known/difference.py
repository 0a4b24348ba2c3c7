"""One known difference: when it may apply, and how it rewrites the observation of the reference."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from reference.differential.normal import Observation
from reference.differential.plan import Plan

Rewrite: TypeAlias = Callable[[Plan, Observation, Observation], Observation]


@dataclass(frozen=True, slots=True)
class Difference:
    """One known difference.

    name: its number in the contract, or a name.
    when: whether it may apply to a plan.
    rewrite: turns the observation of the reference into that of langchain-core.
    """

    name: str
    when: Callable[[Plan], bool]
    rewrite: Rewrite


def difference(name: str, when: Callable[[Plan], bool]) -> Callable[[Rewrite], Difference]:
    """Turn a function that rewrites into a difference."""
    return lambda rewrite: Difference(name, when, rewrite)


def always(_plan: Plan) -> bool:
    return True
