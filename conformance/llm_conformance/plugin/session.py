"""The pytest side of the suite: collection, categories of results, the exit code, the saved run."""

from __future__ import annotations

import json
import os
import shlex
import sys
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from llm_conformance.catalogue.catalogue import CHECKS, SCENARIOS, SNAPSHOTS
from llm_conformance.judge.observations import Attempt
from llm_conformance.plugin import SUITE_ARG, command_line
from llm_conformance.plugin.exit import ExitGuard
from llm_conformance.plugin.items import RESULT_KEY
from llm_conformance.plugin.suite import Suite
from llm_conformance.plugin.terminal import Summary
from llm_conformance.records import Level, Status
from llm_conformance.records.codec import decode_subject, decode_verdict
from llm_conformance.records.saved_run import SubjectRecord, save
from llm_conformance.report.text import CONCLUSIVE

_CATEGORIES = {
    Status.NOT_APPLICABLE: ("not applicable", "-", "NOT APPLICABLE"),
    Status.NOT_TESTABLE: ("not testable", "?", "NOT TESTABLE"),
    Status.INCONCLUSIVE: ("inconclusive", "~", "INCONCLUSIVE"),
    Status.BLOCKED: ("blocked", "b", "BLOCKED"),
    Status.INHERITED: ("inherited", "i", "INHERITED"),
    Status.EXPECTED: ("expected", "e", "EXPECTED"),
}
# pytest's own exit code for an internal error.
_HARNESS_ERROR = 3
REPORT_ATTR = "llm_conformance"


class SuitePlugin:
    """The part of the plugin that is registered only if the command line requests the suite."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._line = command_line.read(config)
        self._records: dict[str, SubjectRecord] = {}
        self._suites: list[Suite] = []
        self._requested = self._line.alone
        self._exit = ExitGuard()
        self._session: pytest.Session | None = None
        if str(config.invocation_params.dir) not in sys.path:
            sys.path.append(str(config.invocation_params.dir))
        if self._line.alone:
            config.option.llm_nodes = [SUITE_ARG, *self._line.nodes]
            config.args[:] = self._line.paths
        for level in Level:
            config.addinivalue_line("markers", f"llm_{level}: a check of level {level} (pytest-llm-conformance)")

    @pytest.hookimpl(wrapper=True)
    def pytest_make_collect_report(
        self, collector: pytest.Collector
    ) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
        """Add a suite for each subject to what the session collects."""
        report = yield
        if isinstance(collector, pytest.Session) and report.passed:
            self._suites = [Suite.of(collector, spec, self._line) for spec in self._line.specs]
            report.result = [*report.result, *self._suites]
        return report

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Attach the verdict to the report: under pytest-xdist nothing else reaches the controller."""
        report = yield
        if report.when == "call" and RESULT_KEY in item.stash:
            vars(report)[REPORT_ATTR] = item.stash[RESULT_KEY]
            if report.skipped and isinstance(report.longrepr, tuple):
                # The location of a skip is a line of the harness otherwise.
                report.longrepr = (SUITE_ARG, 0, report.longrepr[2])
        return report

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Collect the verdicts and observations of the reports."""
        self._requested = self._requested or report.nodeid.startswith(f"{SUITE_ARG}::")
        result = vars(report).get(REPORT_ATTR)
        if result is None:
            return
        data = json.loads(result)
        record = self._records.setdefault(data["spec"], SubjectRecord(decode_subject(data["about"])))
        record.observations.update(data["observations"])
        verdict = decode_verdict(data["verdict"])
        record.verdicts[verdict.check] = verdict

    def pytest_report_teststatus(self, report: pytest.CollectReport | pytest.TestReport) -> tuple[str, str, str] | None:
        """A category for what pytest calls passed or skipped. xfail, rerun and the like keep theirs."""
        properties: dict[str, Any] = dict(getattr(report, "user_properties", ()))
        ordinary = report.when == "call" and report.outcome in {"passed", "skipped"} and not hasattr(report, "wasxfail")
        if not ordinary or "verdict" not in properties:
            return None
        status = Status(properties["verdict"])
        if status is Status.FAILED:
            level = properties["level"].upper()
            return f"{level} failed (does not gate)", level[0], f"{level} FAILED"
        return _CATEGORIES.get(status)

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_make_scheduler(self, config: pytest.Config, log: Any) -> Any:
        """Run all checks of a subject on one worker, so that each observation is made once."""
        options = [*map(str, config.invocation_params.args), *config.getini("addopts")]
        options += shlex.split(os.environ.get("PYTEST_ADDOPTS", ""))
        if config.option.dist != "load" or any(one == "-d" or one.startswith("--dist") for one in options):
            return None
        from llm_conformance.plugin.scheduling import SubjectScheduling  # noqa: PLC0415 - needs pytest-xdist

        return SubjectScheduling(config, log)

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Set the exit code, and save the run."""
        self._session = session
        for suite in self._suites:
            suite.close()
        if hasattr(self._config, "workerinput") or self._config.option.collectonly:
            return
        statuses = {verdict.status for record in self._records.values() for verdict in record.verdicts.values()}
        conclusive = statuses & CONCLUSIVE
        if Status.HARNESS_ERROR in statuses:
            session.exitstatus = _HARNESS_ERROR
        elif session.exitstatus == 0 and not conclusive and self._requested:
            session.exitstatus = pytest.ExitCode.NO_TESTS_COLLECTED
        if self._line.report is not None:
            self._save(self._line.report)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Write the summary."""
        Summary(terminalreporter, self._line, self._in_order()).write()

    @pytest.hookimpl(trylast=True)
    def pytest_unconfigure(self) -> None:
        """Let the process exit even if a hung thread of the model keeps the interpreter alive."""
        if (session := self._session) is not None:
            self._exit.force(lambda: int(session.exitstatus))

    def _save(self, path: Path) -> None:
        try:
            save(self._in_order(), path, gate=self._line.gate)
        except OSError as error:
            pytest.exit(f"--llm-report={path}: cannot be written: {error.strerror}", pytest.ExitCode.USAGE_ERROR)

    def _in_order(self) -> dict[str, SubjectRecord]:
        """The records in the order of a run in one process without shuffling."""
        specs = [str(spec) for spec in self._line.specs if str(spec) in self._records]
        return {spec: _sorted(self._records[spec]) for spec in specs}


def _sorted(record: SubjectRecord) -> SubjectRecord:
    verdicts = {name: record.verdicts[name] for name in (*CHECKS, *SNAPSHOTS) if name in record.verdicts}
    order = {name: place for place, name in enumerate(SCENARIOS)}
    attempts = sorted(map(Attempt.parse, record.observations), key=lambda one: (order[one.scenario], one.number))
    names = map(str, attempts)
    return SubjectRecord(record.subject_info, {name: record.observations[name] for name in names}, verdicts)
