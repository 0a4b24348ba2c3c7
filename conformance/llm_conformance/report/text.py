"""The last line of a subject, the exit code that follows from it, and the command that runs a check again."""

from __future__ import annotations

import shlex
from collections.abc import Iterable

from llm_conformance.judge.gate import Gate
from llm_conformance.records import CRASH, Level, Status, SubjectInfo, Verdict
from llm_conformance.report.lines import escape_line
from llm_conformance.report.reach import NOT_JUDGED
from llm_conformance.report.unreachable import unreachable

CONFORMANT = "conformant"
NOT_CONFORMANT = "not conformant"
EXCEPT_DECLARED = "conformant except for declared deviations"
CONCLUSIVE = {Status.PASSED, Status.FAILED, Status.INHERITED, Status.EXPECTED, Status.STALE}
_SHOWN_ONLY = (Status.EXPECTED, Status.INHERITED)
_JUDGED = (Status.PASSED, Status.FAILED, Status.STALE)


def summary_line(about: SubjectInfo, verdicts: Iterable[Verdict], gate: str, partial: str = "") -> str:
    """The last line: whether the subject conforms, what failed at each level, and how many checks say so.

    partial: why some checks have no verdict. The line then has figures, and does not say whether the subject conforms.
    """
    verdicts = list(verdicts)
    not_scored = sum(bool(one.not_scored) for one in verdicts)
    counts = []
    for level in Level:
        passed, judged = figures(verdicts, level)
        failed = judged - passed
        if level is not Level.MAY or failed:
            counts.append(f"{level} {passed}/{judged}{f' ({failed} failed)' * bool(failed)}")
    statuses = (Status.STALE, *_SHOWN_ONLY, *NOT_JUDGED)
    rest = ((status, sum(one.status is status and not one.not_scored for one in verdicts)) for status in statuses)
    counts += [f"{count} {status}" for status, count in rest if count]
    counts += [f"{count} unreachable" for count in [sum(map(len, unreachable(verdicts, gate).values()))] if count]
    counts += [f"{not_scored} not scored"] if not_scored else []
    extent = f"; {escape_line(partial)}" if partial else ""
    return f"{outcome(verdicts, gate, partial)}: {', '.join(counts)} (control: {about.control}{extent})"


def figures(verdicts: Iterable[Verdict], level: Level) -> tuple[int, int]:
    """How many checks of this level passed, of how many that passed or failed.

    Deviations of the framework count neither for nor against the subject, and what is not scored does not either.
    """
    judged = [one for one in verdicts if one.level is level and one.status in _JUDGED and not one.not_scored]
    return sum(one.status is Status.PASSED for one in judged), len(judged)


def outcome(verdicts: list[Verdict], gate: str, partial: str = "") -> str:
    """What the last line begins with, such as "conformant"."""
    statuses = {verdict.status for verdict in verdicts}
    if Status.HARNESS_ERROR in statuses:
        return "harness error"
    if not statuses & CONCLUSIVE:
        return "no verdict"
    if partial:
        return "partial"
    return _conformity(verdicts, gate)


def _conformity(verdicts: list[Verdict], gate: str) -> str:
    """Whether the subject of a whole run conforms."""
    parsed = Gate.parse(gate)
    if any(parsed.level_fails(one) for one in verdicts):
        return NOT_CONFORMANT
    if unreachable(verdicts, gate):
        return "incomplete"
    if unfit := parsed.unfit_for(verdicts):
        return f"not shown to be fit for: {', '.join(unfit)}"
    scored = [one for one in verdicts if not one.not_scored]
    deviates = any(one.status is Status.EXPECTED and one.level is Level.MUST for one in scored)
    return EXCEPT_DECLARED if deviates else CONFORMANT


def exit_code(verdicts: Iterable[Verdict], gate: str, partial: str = "") -> int:
    """The exit code of pytest for these verdicts; 0 only if at least one of them is conclusive.

    partial: why some checks have no verdict. They do not count against the fitness for a purpose then.
    """
    verdicts = list(verdicts)
    statuses = {verdict.status for verdict in verdicts}
    if Status.HARNESS_ERROR in statuses:
        return 3
    if any(fails_run(verdict, gate) for verdict in verdicts) or unreachable(verdicts, gate):
        return 1
    if not partial and Gate.parse(gate).unfit_for(verdicts):
        return 1
    return 0 if statuses & CONCLUSIVE else 5


def worst(codes: Iterable[int]) -> int:
    """The exit code of a run with subjects of these codes; 5 if there are none."""
    return max(codes, key=(0, 5, 1, 2, 3).index, default=5)


def fails_run(verdict: Verdict, gate: str) -> bool:
    """Whether the verdict fails the run."""
    return Gate.parse(gate).fails(verdict)


def rerun_command(about: SubjectInfo, check: str, arguments: Iterable[str]) -> str:
    """The command that runs this one check again; after a crash outside of the checks, all of them."""
    node = f"llm-conformance::{about.spec}"
    if check != CRASH:
        node += f"::{check.replace('.', '::', 1)}"
    return shlex.join(["pytest", node, *arguments])
