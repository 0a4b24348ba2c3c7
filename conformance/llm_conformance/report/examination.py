"""What `--llm-doctor` prints of one model: whether a run is worth starting, and what would let it judge more."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from llm_conformance.catalogue.catalogue import CHECKS
from llm_conformance.catalogue.kinds import needed_control
from llm_conformance.records import Control, Kind, Need, Status, SubjectInfo, Verdict
from llm_conformance.report.finding import Layout, verdict_lines
from llm_conformance.report.lines import escape_line, labelled
from llm_conformance.report.table import sample_lines

NOT_JUDGEABLE = "cannot be judged yet"
_LABEL = 13
_PRESET = "preset "
_COMPLETES = ".completes"
_JUDGED = {Status.PASSED, Status.FAILED}


@dataclass(frozen=True, slots=True)
class Examination:
    """What was seen of a model that could be constructed.

    first: the verdicts of a few checks. observations: what they judged, as JSON data.
    second: the verdicts of the same checks in another run; empty if there was none, because a call does not complete.
    """

    about: SubjectInfo
    first: Mapping[str, Verdict]
    observations: Mapping[str, Any]
    second: Mapping[str, Verdict] = field(default_factory=dict)

    @property
    def broken(self) -> tuple[Verdict, ...]:
        """The verdicts that leave a run little to judge: the calls that do not complete."""
        failed = (one for one in self.first.values() if one.status is Status.FAILED)
        return tuple(one for one in failed if one.check.endswith(_COMPLETES))

    @property
    def changed(self) -> tuple[str, ...]:
        """The checks that had another verdict in the second run."""
        return tuple(name for name, one in self.second.items() if one.status is not self.first[name].status)

    @property
    def healthy(self) -> bool:
        """Whether the model can be judged."""
        return not self.broken and not self.changed

    def lines(self, layout: Layout) -> Iterator[str]:
        """The lines, from the import to what more control would judge."""
        about, width = self.about, layout.width
        yield f"{escape_line(about.spec)}: {'can be judged' if self.healthy else NOT_JUDGEABLE}"
        versions = ", ".join(f"{name} {version}" for name, version in about.versions.items())
        yield from labelled("imports", f"yes: {escape_line(versions)}", width, _LABEL)
        yield from labelled("builds", f"yes: {about.source_kind}, kind: {about.kind}", width, _LABEL)
        if not self.broken:
            yield from labelled("streams", "yes, the answer to the first prompt:", width, _LABEL)
            yield from (f"  {line}" for line in sample_lines(self.observations, width))
        for one in self.broken:
            yield from labelled("streams", f"no: {one.check} fails", width, _LABEL)
            yield from (f"  {line}" for line in verdict_lines(one, "", layout))
        yield from labelled("profile", escape_line(_profile(about)), width, _LABEL)
        if self.second:
            yield from labelled("repeats", self._repeats(), width, _LABEL)
        yield from labelled("control", escape_line(_control(about)), width, _LABEL)
        for step in _steps(about):
            yield from labelled("more", escape_line(step), width, _LABEL)

    def _repeats(self) -> str:
        if self.changed:
            name = self.changed[0]
            return f"no: {name} {self.first[name].status} in one run and {self.second[name].status} in the next"
        same = f"{len(self.first)} checks have the same verdicts in two runs"
        if any(one.needs == Need.DETERMINISTIC for one in self.first.values()):
            return (
                f"{same}; the model samples, so its answers are not compared: add "
                "--llm-kwargs='{\"temperature\": 0}', or what makes it repeat itself"
            )
        compared = any(CHECKS[one.check].deterministic and one.status in _JUDGED for one in self.first.values())
        return f"{same}{', and the model repeats its answers' * compared}"


def _profile(about: SubjectInfo) -> str:
    claims = ", ".join(f"{key} = {str(value).lower()}" for key, value in about.claims.items())
    says = f"; it says {claims}" if claims else ""
    if not about.profile:
        return "none: no file, no [tool.llm-conformance] in pyproject.toml, and the class is not one that has a preset"
    if about.profile.startswith(_PRESET):
        return f"{about.profile}, as the class is a known one; your profile would override it, key by key{says}"
    return f"{about.profile}{says}"


def _control(about: SubjectInfo) -> str:
    match about.control:
        case Control.WIRE:
            return "wire: a simulated provider answers the requests of the client"
        case Control.SCRIPT:
            return "script: the harness decides what the model says"
    if about.hooks:
        return f"blackbox: the model can be paused between the chunks of {' and '.join(about.hooks)}"
    return f"blackbox: the model cannot be paused: {about.not_hookable or 'it is a black box'}"


def _steps(about: SubjectInfo) -> Iterator[str]:
    """What would judge more, the step with the fewest changes first, each with the number of checks that it adds."""
    applicable = [one for one in CHECKS.values() if about.kind is Kind.UNKNOWN or about.kind in one.kinds]
    needs = {one.id: needed_control(one) for one in applicable}
    if about.control is Control.BLACKBOX:
        scripted = [name for name, (control, _) in needs.items() if control is Control.SCRIPT]
        hooked = [name for name in scripted if needs[name][1]]
        if not about.hooks and hooked:
            yield f"{len(hooked)} checks if a class with _stream or _astream is given, and it can be subclassed"
        left = len(scripted) - len(hooked) if about.hooks else len(scripted)
        yield f"{left} checks if the model takes its text from a parameter `script` (--llm-explain=control)"
    if about.control is not Control.WIRE:
        wire = sum(control is Control.WIRE for control, _ in needs.values())
        yield f"{wire} checks of a client of a provider with --llm-wire=FORMAT and {{url}} in --llm-kwargs"
    if about.control is Control.WIRE and not about.claims.get(Need.SHORT_TIMEOUT):
        yield "the checks of silence if the profile says `short-timeout`"
