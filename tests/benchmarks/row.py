"""One line of the result: a goal, the figure that was reached, and what it was compared with."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum


class Wanted(StrEnum):
    """Which side of the goal is the good one."""

    AT_LEAST = ">="
    AT_MOST = "<="


@dataclass(frozen=True, slots=True)
class Row:
    """What was measured, in its unit. `against` names the other side of a ratio, and `other` is its figure.

    A row without another side is compared with its goal as it is.
    """

    goal: str
    what: str
    figure: float
    unit: str
    wanted: Wanted
    bound: float
    against: str = ""
    other: float | None = None

    @property
    def reached(self) -> float:
        """What stands against the bound: how many times better than the other side, or how many times its figure."""
        if self.other is None:
            return self.figure
        return self.other / self.figure if self.wanted is Wanted.AT_LEAST else self.figure / self.other

    @property
    def met(self) -> bool:
        """Whether the goal is met."""
        return self.reached >= self.bound if self.wanted is Wanted.AT_LEAST else self.reached <= self.bound


@dataclass(frozen=True, slots=True)
class Absent:
    """A row that cannot be measured here, and why."""

    goal: str
    what: str
    reason: str


Rows = Iterator[Row | Absent]
