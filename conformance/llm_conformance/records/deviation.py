"""A deviation that a project has declared for one check."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from llm_conformance.records.verdict import Finding, matches_any


class DeviationMode(StrEnum):
    """How a declared deviation shows: in every run, in some runs, or by a hang, so that the check is not run."""

    FAILS = "fails"
    FLAKY = "flaky"
    HANGS = "hangs"


@dataclass(frozen=True, slots=True, kw_only=True)
class Deviation:
    """One declaration.

    codes: the codes that a finding may have; empty for any.
    scenarios: the scenarios that a finding may be about, `*` for any text; empty for any.
    expired: the day since which the declaration no longer applies; empty while it applies.
    unreachable: the checks that need not be judged because of it, `*` for any text.
    """

    check: str
    reason: str
    mode: DeviationMode = DeviationMode.FAILS
    codes: tuple[str, ...] = ()
    scenarios: tuple[str, ...] = ()
    link: str = ""
    expired: str = ""
    unreachable: tuple[str, ...] = ()

    @property
    def reason_with_link(self) -> str:
        """The reason, followed by the link in parentheses."""
        return f"{self.reason} ({self.link})" if self.link else self.reason

    def unlike(self, findings: tuple[Finding, ...]) -> str:
        """How the first finding that the declaration does not cover differs from it; empty if it covers all."""
        for finding in findings:
            if self.codes and finding.code not in self.codes:
                return f"code {finding.code!r} instead of {_either(self.codes)}"
            if self.scenarios and not matches_any(finding.scenario, self.scenarios):
                return f"scenario {finding.scenario!r} instead of {_either(self.scenarios)}"
        return ""


def _either(values: tuple[str, ...]) -> str:
    return " or ".join(map(repr, values))
