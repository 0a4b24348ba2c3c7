"""The results of a run by subject: the reports of pytest, the exit code, and the saved run."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import pytest

from llm_conformance.catalogue.catalogue import CHECKS, SCENARIOS, SNAPSHOTS, checks_for
from llm_conformance.judge.budget import left_out
from llm_conformance.judge.fitness import fitness
from llm_conformance.judge.gate import Gate
from llm_conformance.judge.observations import Attempt
from llm_conformance.plugin import SUITE_ARG
from llm_conformance.plugin.command_line import CommandLine
from llm_conformance.plugin.durations import Durations
from llm_conformance.records import CRASH, LOAD, WITHOUT_CHECK, Finding, Level, Status, SubjectInfo, Verdict
from llm_conformance.records.codec import decode_subject, decode_verdict
from llm_conformance.records.saved_run import SavedRun, SubjectRecord, today
from llm_conformance.records.sharing import Sharing
from llm_conformance.records.subject_info import NOT_LOADED
from llm_conformance.report.lines import one_line
from llm_conformance.report.target import SavedRunFile
from llm_conformance.report.text import CONCLUSIVE, exit_code
from llm_conformance.report.unreachable import unreachable

# The attribute of a report of pytest: a verdict as JSON data, as JSON from a worker of pytest-xdist.
RESULT_ATTR = "llm_conformance"
# Groups that share few calls with the others, and together need half of the time of an adapter: where there are more
# workers than subjects, they have a worker of their own.
BESIDE = ("wire", "concurrency", "batch")
# pytest's own exit code for an internal error.
_HARNESS_ERROR = 3


class Results:
    """What the reports of pytest say about each subject.

    reports: pytest's report of each verdict, by subject and check.
    durations: the seconds of each scenario.
    void: why the verdicts prove nothing; empty if they do.
    """

    def __init__(self, line: CommandLine) -> None:
        self._line = line
        self._records: dict[str, SubjectRecord] = {}
        self.reports: dict[tuple[str, str], pytest.TestReport] = {}
        # Calls and seconds, by subject and worker.
        self._used: dict[str, dict[str, tuple[int, float]]] = {}
        self.durations = Durations()
        self._sharing = Sharing()
        self._reported: set[str] = set()
        self.void = ""
        self._stopped = ""
        self._interrupted = False

    def add(self, report: pytest.TestReport) -> None:
        """Take the verdict and the new observations of a report."""
        if report.nodeid.startswith(f"{SUITE_ARG}::"):
            self._reported.add(report.nodeid.split("::")[1])
        if (result := vars(report).get(RESULT_ATTR)) is not None:
            data = self._sharing.shared(json.loads(result)) if isinstance(result, str) else result
            about, verdict = decode_subject(data["about"]), decode_verdict(data["verdict"])
            self._take(about, verdict, data["observations"])
            record, worker = self._records[about.spec], getattr(report, "worker_id", "")
            # What a worker reports last is of its whole run.
            used = self._used.setdefault(about.spec, {})
            used[worker] = max(used.get(worker, (0, 0.0)), (data["calls"], data["seconds"]))
            record.calls = sum(calls for calls, _ in used.values())
            record.seconds = round(sum(seconds for _, seconds in used.values()), 3)
            self.durations.add(about.spec, data.get("durations", {}))
            self.reports[about.spec, verdict.check] = report

    def add_crash(self, nodeid: str, scenario: str) -> tuple[SubjectInfo, Verdict]:
        """Take the death of the process that judged an item, which is a finding; the subject and the verdict.

        scenario: the scenario that ran; empty if that is not known.
        """
        _, spec, check = nodeid.split("::", 2)
        where = "while it was constructed" if check == LOAD else f"while {check.replace('::', '.')} was judged"
        verdict = _crash("the process died", scenario, where)
        record = self._records.get(spec)
        about = SubjectInfo.not_loaded(spec) if record is None else record.subject_info
        self._take(about, verdict, {})
        return about, verdict

    def add_process_exit(self, actual: str) -> None:
        """Take what the model that was judged last did to end the process, when none of its calls was under way."""
        for record in [*self._records.values()][-1:]:
            record.verdicts[CRASH] = _crash(actual, "", "outside of its calls")

    def end(self, status: int, stopped: str) -> int:
        """The exit code of a run that pytest ends with this status; never 0 without a verdict on what was requested.

        stopped: why pytest stopped before the last item; empty if it did not.
        """
        self._interrupted = status in {pytest.ExitCode.INTERRUPTED, pytest.ExitCode.INTERNAL_ERROR}
        self._stopped = "before the run was interrupted" if self._interrupted else stopped
        codes = [
            exit_code(record.verdicts.values(), self._line.gate, self._partial(record))
            for record in self._records.values()
        ]
        if self.void:
            # No reader of a report may take the verdicts for those of a run.
            self._interrupted = True
        if _HARNESS_ERROR in codes or self.void:
            return _HARNESS_ERROR
        if status == 0 and self._without_verdict():
            return pytest.ExitCode.NO_TESTS_COLLECTED
        if status in {0, pytest.ExitCode.NO_TESTS_COLLECTED} and any(map(self._incomplete, self._records.values())):
            return pytest.ExitCode.TESTS_FAILED
        return status

    def begin_reports(self) -> None:
        """Replace the reports of an earlier run, so that they are not taken for those of this run."""
        for text, target in self._line.reports.items():
            try:
                target.begin(self._line.gate)
            except OSError as error:
                raise pytest.UsageError(_not_written(text, error)) from None

    def save_reports(self) -> None:
        """Write the reports."""
        if not self._line.reports:
            return
        run = SavedRun([*self.records.values()], self._line.gate, self._interrupted, today())
        refused = []
        # The saved run first: every other report can be made of it.
        for text, target in sorted(self._line.reports.items(), key=lambda one: not isinstance(one[1], SavedRunFile)):
            try:
                target.write(run)
            except OSError as error:
                refused.append(_not_written(text, error))
        if refused:
            pytest.exit("; ".join(refused), pytest.ExitCode.USAGE_ERROR)

    @property
    def records(self) -> dict[str, SubjectRecord]:
        """The records in the order of a run in one process without shuffling."""
        specs = [spec for spec in self._line.specs if str(spec) in self._records]
        return {
            str(spec): replace(
                _sorted(record := self._records[str(spec)]),
                partial=(partial := self._partial(record)),
                arguments=tuple(self._line.arguments(spec)),
                fitness=() if partial or LOAD in record.verdicts else fitness(record.verdicts),
            )
            for spec in specs
        }

    @property
    def unjudged(self) -> Iterator[str]:
        """The requested subjects of which nothing was judged."""
        for spec in map(str, self._line.specs):
            if spec not in self._records and (spec in self._reported or self._line.requests(spec)):
                yield spec

    def _take(self, about: SubjectInfo, verdict: Verdict, observations: Mapping[str, Any]) -> None:
        record = self._records.setdefault(about.spec, SubjectRecord(about))
        if record.subject_info.source_kind == NOT_LOADED:
            record.subject_info = about
        if verdict.check.partition(".")[0] in BESIDE:
            # Where they have a worker of their own, it repeats observations that other checks have judged.
            observations = {**observations, **record.observations}
        record.observations.update(observations)
        record.verdicts[verdict.check] = verdict

    def _without_verdict(self) -> bool:
        """Whether a subject that was to be judged has no conclusive verdict.

        The subjects that pytest deselected are not asked for, if there are others.
        """
        conclusive = {
            spec
            for spec, record in self._records.items()
            if CONCLUSIVE & {verdict.status for verdict in record.verdicts.values()}
        }
        return bool(self._reported - conclusive) or (self._line.alone and not conclusive)

    def _incomplete(self, record: SubjectRecord) -> bool:
        """Whether something that was not judged fails the run, without an item that failed."""
        verdicts, gate = record.verdicts.values(), self._line.gate
        unfit = not self._partial(record) and Gate.parse(gate).unfit_for(verdicts)
        return bool(unfit) or bool(unreachable(verdicts, gate)) or CRASH in record.verdicts

    def _partial(self, record: SubjectRecord) -> str:
        """Why some checks of the subject have no verdict; empty if all have one, or if it could not be loaded."""
        if LOAD in record.verdicts:
            return ""
        checks = [check.id for check in checks_for(record.subject_info.control)]
        # pytest counts the snapshots as well, without which a run is whole.
        items = [*checks, *SNAPSHOTS]
        begun = sum(name in record.verdicts for name in items)
        what = f"judged {self._stopped}" if self._stopped else "selected"
        missing = any(name not in record.verdicts for name in checks)
        reason = f"{begun} of {len(items)} items {what}" if missing else ""
        return ", ".join(filter(None, [self.void, reason, left_out(record.verdicts.values())]))


def _not_written(text: str, error: OSError) -> str:
    return one_line(f"--llm-report={text}: cannot be written: {error.strerror}")


def _crash(actual: str, scenario: str, where: str) -> Verdict:
    finding = Finding("a process that goes on", actual, code="process-died", scenario=scenario, where=where)
    return Verdict(CRASH, Level.MUST, "", Status.FAILED, findings=(finding,))


def _sorted(record: SubjectRecord) -> SubjectRecord:
    ids = (*WITHOUT_CHECK, *CHECKS, *SNAPSHOTS)
    verdicts = {name: record.verdicts[name] for name in ids if name in record.verdicts}
    order = {name: place for place, name in enumerate(SCENARIOS)}
    attempts = sorted(map(Attempt.parse, record.observations), key=lambda one: (order[one.scenario], one.number))
    names = map(str, attempts)
    return replace(record, observations={name: record.observations[name] for name in names}, verdicts=verdicts)
