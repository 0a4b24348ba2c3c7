"""What a saved run knows of one finding: the check, the subject, the call style, and the record of the calls."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from llm_conformance.checks.registry import Check
from llm_conformance.records import CallOutcome, Finding, Kind, SubjectInfo
from llm_conformance.records.codec import decode
from llm_conformance.records.saved_run import SubjectRecord
from llm_conformance.reproduce.style import Style, style_of

# Distributions that every model has, and that its own comes behind.
_BESIDE = ("python", "pytest-llm-conformance", "langchain-core")


@dataclass(frozen=True)
class Evidence:
    """One finding of a check, and what was recorded of the calls that it is about."""

    check: Check
    finding: Finding
    record: SubjectRecord

    @property
    def about(self) -> SubjectInfo:
        """The subject."""
        return self.record.subject_info

    @property
    def chat(self) -> bool:
        """Whether the model gives messages."""
        return self.about.kind is Kind.CHAT

    @cached_property
    def style(self) -> Style:
        """The call style."""
        return style_of(self.finding, (*self.check.observations, *self.check.for_each))

    @cached_property
    def calls(self) -> tuple[CallOutcome, ...]:
        """The records of the calls that the finding is about, those that it names first."""
        return tuple(self._calls())

    @property
    def call(self) -> str:
        """The method that is called."""
        return f"{self.about.spec.partition(':')[2]}.{self.style.method}()"

    @property
    def title(self) -> str:
        """What happens, in one line."""
        return f"{' in a chain: ' if self.style.nested else ''}{what_happens(self.finding)}"

    @property
    def installed(self) -> str:
        """The package of the model with its version, as pip takes it."""
        return f"`pip install {' '.join(self.packages)}`" if self.packages else "the package of the model alone"

    @property
    def packages(self) -> tuple[str, ...]:
        """The distribution of the class, as pip takes it; none if the run did not record it."""
        found = [f"{name}=={version}" for name, version in self.about.versions.items() if name not in _BESIDE]
        return tuple(found[:1])

    def _calls(self) -> Iterator[CallOutcome]:
        names = (self.finding.scenario, *self.check.for_each, *self.check.observations)
        for name in dict.fromkeys(filter(None, (_recorded(name, self.record.observations) for name in names))):
            data: Any = self.record.observations[name]
            outcome = decode(data)
            labelled = getattr(outcome, "by_label", {})
            place = self.finding.where.partition(",")[0]
            yield from (labelled[place],) if place in labelled else ()
            yield outcome


def what_happens(finding: Finding) -> str:
    """The finding in a few words, without the place in the source; of a text only that it differs."""
    if isinstance(finding.expected, str) and isinstance(finding.actual, str):
        return finding.actual.partition(" (")[0].partition("\n")[0]
    if isinstance(finding.actual, str) and finding.exception:
        return f"raised {finding.exception}"
    words = finding.code.replace("-", " ")
    return f"{words} from that of {finding.sides[0]}" if finding.sides else words


def _recorded(name: str, observations: dict[str, Any]) -> str:
    """The name of the observation among those that were recorded; a parameter has another form of it."""
    if name in observations:
        return name
    plain = name.partition("#")[0]
    return next((one for one in observations if one.partition("#")[0].replace("-", "_") == plain), "")
