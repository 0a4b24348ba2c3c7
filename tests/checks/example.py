"""What a check says to two sets of records: one that keeps its rule, one that breaks it."""

from dataclasses import dataclass
from typing import Any

from llm_conformance.catalogue.catalogue import CHECKS
from llm_conformance.records import Finding, one_line


@dataclass(frozen=True, slots=True)
class Example:
    """The arguments of a check, in the order of its parameters; `seen` is what its first finding shows."""

    check: str
    keeps: tuple[Any, ...]
    breaks: tuple[Any, ...]
    seen: str


def findings(check: str, records: tuple[Any, ...]) -> list[str]:
    """What the check finds in the records, as a report shows it."""
    return [one_line(one.actual) for one in CHECKS[check].judge(*records) if isinstance(one, Finding)]
