"""One set of records that keeps the rule of a check, and one that breaks it."""

from dataclasses import dataclass
from typing import Any

from llm_conformance.catalogue.catalogue import CHECKS
from llm_conformance.records import Finding, one_line


@dataclass(frozen=True, slots=True)
class Example:
    """The arguments of a check, in the order of its parameters; `actual` is that side of its first finding."""

    check: str
    keeps: tuple[Any, ...]
    breaks: tuple[Any, ...]
    actual: str

    @property
    def findings(self) -> list[Finding]:
        """What the check finds in the records that break its rule."""
        return found(self.check, self.breaks)


def found(check: str, records: tuple[Any, ...]) -> list[Finding]:
    """The findings of the check in the records."""
    return [one for one in CHECKS[check].judge(*records) if isinstance(one, Finding)]


def actual_sides(findings: list[Finding]) -> list[str]:
    """The actual side of each finding, as a report shows it."""
    return [one_line(one.actual) for one in findings]
