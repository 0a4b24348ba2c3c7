"""One plan on both libraries, and what is left of their differences."""

import pprint
from dataclasses import dataclass
from difflib import unified_diff

from reference.differential.drive import drive
from reference.differential.known.table import as_theirs
from reference.differential.library import OURS, THEIRS, Library
from reference.differential.normal import Seen, seen
from reference.differential.plan import Plan


@dataclass(frozen=True, slots=True)
class Comparison:
    """shown: the known differences that showed. fault: what is wrong with one of them, if anything is."""

    plan: Plan
    ours: Seen
    theirs: Seen
    shown: set[str]
    fault: str = ""

    @property
    def is_equal(self) -> bool:
        return not self.fault and self.ours == self.theirs

    def told(self) -> str:
        """The plan as code, and what differs."""
        ours, theirs = (pprint.pformat(each, width=160).splitlines() for each in (self.ours, self.theirs))
        diff = unified_diff(ours, theirs, "reference", "langchain-core", lineterm="", n=1)
        return "\n".join(["", "from reference.differential.plan import *", repr(self.plan), self.fault, *diff])


def compare(plan: Plan, reference: Library = OURS) -> Comparison:
    """Drive it on both, and forgive what is known."""
    ours, theirs = (seen(drive(plan, library), plan) for library in (reference, THEIRS))
    shown: set[str] = set()
    try:
        return Comparison(plan, as_theirs(plan, ours, theirs, shown), theirs, shown)
    except AssertionError as error:
        return Comparison(plan, ours, theirs, shown, f"a known difference is not as known: {error!r}")
