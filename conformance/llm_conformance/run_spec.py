"""What a run is asked to do: options, profile and deviations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from llm_conformance.judge.deviations_file import Declaration
from llm_conformance.observe.search import Effort
from llm_conformance.subject.profile import Profile
from llm_conformance.subject.spec import ImplSpec

TIMEOUT = 10.0
# A year in seconds: the longest timeout and time budget. The clocks of some systems end soon after.
LONGEST = 366 * 24 * 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSpec:
    """What a run is asked to do: options, profile and deviations, parsed once.

    profile: the declared profile, with the options over it. timeout: seconds after which a call counts as hung.
    effort: the number of generated inputs. declarations: the entries of the file of deviations.
    call_budget: the number of answers that the model may be asked for. time_budget: the seconds in which it is called.
    requirement_set: the set, such as "2026.12", whose checks are scored; empty for all checks.
    run_id: a text in the prompts for a simulated provider, so that it knows those of another run; random if empty.
        All workers of a run have the same, because a report has the observations of all.
    """

    impl: ImplSpec
    profile: Profile = field(default_factory=Profile)
    timeout: float = TIMEOUT
    effort: Effort = Effort.QUICK
    declarations: tuple[Declaration, ...] = ()
    call_budget: int | None = None
    time_budget: float | None = None
    requirement_set: str = ""
    run_id: str = ""

    @property
    def limited(self) -> bool:
        """Whether the run has a budget."""
        return self.call_budget is not None or self.time_budget is not None

    @classmethod
    def of(
        cls,
        impl: ImplSpec,
        *,
        kwargs: Mapping[str, Any] | None = None,
        profile: Profile | None = None,
        wire: str | None = None,
        timeout: float = TIMEOUT,
        effort: str = "quick",
        call_budget: int | None = None,
        time_budget: float | None = None,
    ) -> RunSpec:
        """The run of one implementation.

        kwargs: constructor arguments, over those of the profile.
        wire: the format of a simulated provider, or "none"; it overrides the profile's.
        effort: "quick", "ci" or "deep".
        call_budget: the number of answers that the model may be asked for.
        time_budget: the seconds in which it is called.
        """
        return cls(
            impl=impl,
            profile=(profile or Profile()).with_options(wire, kwargs or {}),
            timeout=timeout,
            effort=Effort[effort.upper()],
            call_budget=call_budget,
            time_budget=time_budget,
        )
