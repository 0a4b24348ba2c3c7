"""One line of the result: a goal, the measured figure, and the figure that it is compared with."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum


class Wanted(StrEnum):
    """Whether a goal is a lower or an upper bound."""

    AT_LEAST = ">="
    AT_MOST = "<="


@dataclass(frozen=True, slots=True)
class Row:
    """A measured figure with its unit. `against` names the other side of a ratio, and `other` is its figure.

    Without another side, the figure itself is compared with the goal.
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
        """The value to compare with the bound: the ratio by which it is better, or the ratio of the figures."""
        if self.other is None:
            return self.figure
        return self.other / self.figure if self.wanted is Wanted.AT_LEAST else self.figure / self.other

    @property
    def met(self) -> bool:
        """Whether the goal is met."""
        return self.reached >= self.bound if self.wanted is Wanted.AT_LEAST else self.reached <= self.bound


@dataclass(frozen=True, slots=True)
class Absent:
    """A row that cannot be measured here, with the reason."""

    goal: str
    what: str
    reason: str


Rows = Iterator[Row | Absent]
