"""Runs one plan on both libraries and compares the observations."""

import pprint
from dataclasses import dataclass
from difflib import unified_diff

from reference.differential.drive import drive
from reference.differential.known.table import as_theirs
from reference.differential.library import OURS, THEIRS, Library
from reference.differential.normal import Observation, normalized
from reference.differential.plan import Plan


@dataclass(frozen=True, slots=True)
class Comparison:
    """The two observations, after the known differences.

    shown: the names of the known differences that applied.
    error: why a known difference did not hold; empty if all did.
    """

    plan: Plan
    ours: Observation
    theirs: Observation
    shown: set[str]
    error: str = ""

    @property
    def is_equal(self) -> bool:
        return not self.error and self.ours == self.theirs

    def describe(self) -> str:
        """Return the plan as code, and the diff."""
        ours, theirs = (pprint.pformat(each, width=160).splitlines() for each in (self.ours, self.theirs))
        diff = unified_diff(ours, theirs, "reference", "langchain-core", lineterm="", n=1)
        return "\n".join(["", "from reference.differential.plan import *", repr(self.plan), self.error, *diff])


def compare(plan: Plan, reference: Library = OURS) -> Comparison:
    """Run the plan on both and apply the known differences."""
    ours, theirs = (normalized(drive(plan, library), plan) for library in (reference, THEIRS))
    shown: set[str] = set()
    try:
        return Comparison(plan, as_theirs(plan, ours, theirs, shown), theirs, shown)
    except AssertionError as error:
        return Comparison(plan, ours, theirs, shown, f"a known difference does not hold: {error!r}")
