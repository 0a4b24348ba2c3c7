"""What a project has declared that a check will find."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from llm_conformance.records.value import one_line
from llm_conformance.records.verdict import Finding


class DeviationMode(StrEnum):
    """How a declared deviation shows: every time, now and then, or by hanging, so that it is better not tried."""

    FAILS = "fails"
    FLAKY = "flaky"
    HANGS = "hangs"


@dataclass(frozen=True, slots=True, kw_only=True)
class Deviation:
    """One declaration.

    match: what the finding must still look like, as a regular expression on "where: seen"; empty for anything.
    expired: the day since which it does not hold any more; empty while it holds.
    """

    check: str
    reason: str
    mode: DeviationMode = DeviationMode.FAILS
    match: str = ""
    link: str = ""
    expired: str = ""

    @property
    def reason_with_link(self) -> str:
        """The reason, and where to read more."""
        return f"{self.reason} ({self.link})" if self.link else self.reason

    def fits(self, findings: tuple[Finding, ...]) -> bool:
        """Whether every finding looks as it was declared."""
        texts = [f"{finding.where}: {one_line(finding.actual)}" for finding in findings]
        return all(re.search(self.match, text, re.DOTALL) for text in texts)
