"""How far a verdict reaches: what was not judged, why, and the one step that would judge it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from llm_conformance.catalogue.catalogue import CHECKS, checks_for
from llm_conformance.records import Control, Need, Status, SubjectInfo, Verdict
from llm_conformance.report.lines import escape_line, wrap

NOT_JUDGED = (Status.BLOCKED, Status.INCONCLUSIVE, Status.NOT_TESTABLE)
STEPS = {
    Need.SCRIPT: "a scripted model (--llm-explain=control)",
    Need.WIRE: "a simulated provider (--llm-wire=FORMAT)",
    Need.DETERMINISTIC: "an answer that repeats (such as --llm-kwargs='{\"temperature\": 0}', or a scripted model)",
    Need.PROMPTS: "longer, different answers (`prompts` in the profile) or a scripted model",
    Need.TIME: "an answer of at least 8 chunks that takes 0.25 s (a quicker one cannot be timed) or a scripted model",
    Need.BUDGET: "a larger budget (--llm-call-budget, --llm-time-budget)",
    Need.NEW_RUN: "a new run: the saved one lacks what they look at",
    Need.SHORT_TIMEOUT: "a short read timeout (`short-timeout` in the profile)",
}
_ORDER = (*NOT_JUDGED, Status.NOT_APPLICABLE)


@dataclass(frozen=True, slots=True)
class Gap:
    """Checks that do not judge for one reason. cause: what would judge them, or the reason itself."""

    status: Status
    cause: str
    verdicts: tuple[Verdict, ...]

    @property
    def groups(self) -> str:
        """The groups, each with the number of its checks."""
        counts = Counter(one.check.partition(".")[0] for one in self.verdicts)
        return ", ".join(f"{group} {count}" for group, count in counts.items())


def reach_lines(about: SubjectInfo, verdicts: Sequence[Verdict], width: int | None, *, whole: bool = True) -> list[str]:
    """What the verdict does not cover, one line for each step that would cover it.

    whole: the run was not restricted to some of the checks.
    """
    lines = [*_samples(verdicts)]
    if all(one.status is Status.NOT_APPLICABLE for one in verdicts):
        # Nothing at all was judged, as by -k snapshots before a snapshot is accepted.
        lines += [f"{len(gap.verdicts)} {gap.status}, {gap.cause}" for gap in _gaps(verdicts, lambda one: one.reason)]
    for gap in _gaps((one for one in verdicts if one.status in NOT_JUDGED or one.needs in STEPS), _cause):
        lines.append(f"{len(gap.verdicts)} {gap.status} {gap.cause}: {gap.groups}")
        if gap.status is Status.NOT_TESTABLE and gap.cause == f"without {STEPS[Need.SCRIPT]}":
            lines.append(f"   {_pausable(about)}")
        blocking = {one.blocked_by for one in gap.verdicts} - {"", *(one.check for one in verdicts)}
        lines += [f"   what is wrong there is not in this run: -k {check} shows it" for check in sorted(blocking)]
    if about.control is not Control.WIRE and whole:
        wire = len(CHECKS) - len(checks_for(about.control))
        lines.append(f"{wire} checks of adapters are not in this run; for a client of a provider add --llm-wire=FORMAT")
    return [line for text in lines for line in wrap(escape_line(text), width, "   ")]


def reason_lines(verdicts: Iterable[Verdict], width: int | None) -> list[str]:
    """Every reason in full, as in pytest's short summary: status, number of checks, reason, and their ids.

    At last the call styles that checks which passed did not judge.
    """
    verdicts, lines = list(verdicts), list[str]()
    for gap in _gaps((one for one in verdicts if one.status in _ORDER), lambda one: one.reason):
        ids = ", ".join(one.check for one in gap.verdicts)
        line = f"{gap.status.upper()} [{len(gap.verdicts)}] {gap.cause}: {ids}"
        lines += wrap(escape_line(line), width, "    ")
    for line in _passed_in_part(verdicts):
        lines += wrap(escape_line(line), width, "    ")
    return lines


def _passed_in_part(verdicts: Iterable[Verdict]) -> Iterator[str]:
    """The checks that passed without some of their call styles, one line for each reason."""
    by_reason: dict[tuple[Status, str], dict[str, list[str]]] = {}
    for verdict in verdicts:
        for one in verdict.not_exercised:
            checks = by_reason.setdefault((one.status, one.reason), {})
            checks.setdefault(verdict.check, []).append(one.scenario)
    for (status, reason), checks in by_reason.items():
        ids = ", ".join(f"{check} ({', '.join(scenarios)})" for check, scenarios in checks.items())
        yield f"PASSED [{len(checks)}] without some call styles, {status} {reason}: {ids}"


def _gaps(verdicts: Iterable[Verdict], cause: Callable[[Verdict], str]) -> list[Gap]:
    by_cause: dict[tuple[Status, str], list[Verdict]] = {}
    for one in verdicts:
        by_cause.setdefault((one.status, cause(one)), []).append(one)
    found = [Gap(status, why, tuple(members)) for (status, why), members in by_cause.items()]
    return sorted(found, key=lambda gap: (_ORDER.index(gap.status), -len(gap.verdicts)))


def _cause(verdict: Verdict) -> str:
    if verdict.status is Status.BLOCKED:
        return f"{verdict.reason.partition(':')[0]}, until it passes"
    if verdict.status is Status.INCONCLUSIVE and verdict.needs == Need.SCRIPT:
        # A script would decide the answer; a longer one would mostly do as well.
        return f"without {STEPS[Need.PROMPTS]}"
    if verdict.needs in STEPS:
        return f"without {STEPS[Need(verdict.needs)]}"
    return f"({verdict.reason})"


def _samples(verdicts: Iterable[Verdict]) -> Iterator[str]:
    """That the model samples, if the harness saw it give different answers."""
    if any(one.needs == Need.DETERMINISTIC for one in verdicts):
        yield "the model samples: it gives the same prompt different answers, so nothing that compares them is judged"


def _pausable(about: SubjectInfo) -> str:
    """What of a black box can be paused."""
    if about.hooks:
        return f"this model can be paused only between the chunks of {' and '.join(about.hooks)}"
    return f"this model cannot be paused: {about.not_hookable or 'it is a black box'}"
