"""One known difference: when it can show, and how it turns what the reference does into what langchain-core does."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from reference.differential.normal import Seen
from reference.differential.plan import Plan

Rewrite: TypeAlias = Callable[[Plan, Seen, Seen], Seen]


@dataclass(frozen=True, slots=True)
class Difference:
    """name: its number or name. when: whether it can show in a plan. rewrite: ours, as it would be there."""

    name: str
    when: Callable[[Plan], bool]
    rewrite: Rewrite


def difference(name: str, when: Callable[[Plan], bool]) -> Callable[[Rewrite], Difference]:
    """Makes a difference of a function that rewrites."""
    return lambda rewrite: Difference(name, when, rewrite)


def always(_plan: Plan) -> bool:
    return True
