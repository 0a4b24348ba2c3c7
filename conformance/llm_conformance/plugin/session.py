"""The pytest side of the suite: collection, categories of results, the exit code, the saved run."""

from __future__ import annotations

import gc
import json
import os
import shlex
import sys
from collections.abc import Generator
from typing import Any

import pytest

from llm_conformance.canary import void_because
from llm_conformance.catalogue.catalogue import CHECKS
from llm_conformance.judge.budget import by_importance
from llm_conformance.plugin import SUITE_ARG, command_line
from llm_conformance.plugin.exit import ExitGuard, end_with_parent, end_without_collection
from llm_conformance.plugin.items import RESULT_KEY, CheckItem, LoadItem
from llm_conformance.plugin.long_runs import LongRun
from llm_conformance.plugin.option_files import append
from llm_conformance.plugin.progress import Progress
from llm_conformance.plugin.results import RESULT_ATTR, Results
from llm_conformance.plugin.signs import category
from llm_conformance.plugin.suite import Suite
from llm_conformance.plugin.terminal import Frame, Summary
from llm_conformance.records import Level, Status
from llm_conformance.report.deviations_draft import draft, what_was_added
from llm_conformance.report.finding import verdict_lines
from llm_conformance.report.lines import escape_line
from llm_conformance.report.text import rerun_command
from llm_conformance.subject.spec import ImplSpec

# The key under which a worker of pytest-xdist reports a wrong option.
_WRONG_OPTION = "llm_conformance_wrong_option"
# The same for why the verdicts of a worker prove nothing.
_VOID = "llm_conformance_void"


class SuitePlugin:
    """The part of the plugin that is registered only if the command line requests the suite."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._line = command_line.read(config)
        self._results = Results(self._line)
        self._progress = Progress()
        self._suites: list[Suite] = []
        self._exit = ExitGuard()
        if hasattr(config, "workerinput"):
            end_with_parent()
            end_without_collection()
        self._session: pytest.Session | None = None
        self._status: int = pytest.ExitCode.OK
        self._summary: Summary | None = None
        self._declared = ""
        self._long_run = LongRun()
        config.pluginmanager.register(Frame(self._summary_of), "llm-conformance-frame")
        if str(config.invocation_params.dir) not in sys.path:
            sys.path.append(str(config.invocation_params.dir))
        if self._line.alone:
            config.option.llm_nodes = [SUITE_ARG, *self._line.nodes]
            config.args[:] = self._line.paths
            if not self._line.paths:
                # Without tests there is nothing for its session to look for; it warns of workers that are interrupted.
                config.pluginmanager.unregister(name="syrupy")
        for level in Level:
            config.addinivalue_line("markers", f"llm_{level}: a check of level {level} (pytest-llm-conformance)")

    @property
    def _reports(self) -> bool:
        """Whether this process gets the reports of the items that run."""
        return not hasattr(self._config, "workerinput") and not self._config.option.collectonly

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionstart(self) -> None:
        """Replace the reports of an earlier run."""
        if self._reports:
            self._results.begin_reports()

    @pytest.hookimpl(wrapper=True)
    def pytest_make_collect_report(
        self, collector: pytest.Collector
    ) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
        """Add a suite for each subject to what the session collects."""
        report = yield
        if isinstance(collector, pytest.Session) and report.passed:
            self._suites = [Suite.of(collector, spec, self._line) for spec in self._line.specs]
            report.result = [*report.result, *self._suites]
        if isinstance(collector, Suite) and collector.wrong_option:
            if not hasattr(self._config, "workerinput"):
                raise pytest.UsageError(collector.wrong_option)
            vars(self._config)["workeroutput"].setdefault(_WRONG_OPTION, collector.wrong_option)
        return report

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Attach the verdict to the report: under pytest-xdist nothing else reaches the controller."""
        report = yield
        if report.when == "call" and RESULT_KEY in item.stash:
            result = item.stash[RESULT_KEY]
            vars(report)[RESULT_ATTR] = result if self._reports else json.dumps(result)
            # pytest keeps its items, and observations may be large.
            del item.stash[RESULT_KEY]
            if report.skipped and isinstance(report.longrepr, tuple):
                # The location of a skip is a line of the harness otherwise.
                report.longrepr = (SUITE_ARG, 0, report.longrepr[2])
        return report

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> Generator[None]:
        """Keep the reason why a subject cannot be loaded, whatever `-k` and `-m` select: it stands for all its checks.

        Under a budget, judge MUST checks first. A worker that was given a wrong option runs nothing.
        """
        not_loaded = [item for item in items if isinstance(item, LoadItem)]
        items[:] = [item for item in items if not isinstance(item, LoadItem)]
        yield
        items[:0] = not_loaded
        if _WRONG_OPTION in getattr(self._config, "workeroutput", {}):
            items.clear()
        for spec, run in self._line.runs.items():
            found = {item.verdict_id: item for item in items if isinstance(item, CheckItem) and item.spec == spec}
            if run.limited:
                places = [index for index, item in enumerate(items) if item in found.values()]
                checks = by_importance(CHECKS[name] for name in found)
                for place, check in zip(places, checks, strict=True):
                    items[place] = found[check.id]

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logstart(self, nodeid: str) -> None:
        """Name the check that begins, from time to time, unless pytest names them all or is quiet."""
        if not self._reports or self._config.get_verbosity() != 0:
            return
        terminal = self._config.pluginmanager.getplugin("terminalreporter")
        if terminal is not None and (line := self._long_run.line(nodeid)):
            terminal.write_line(escape_line(line))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Collect the verdicts and observations of the reports."""
        self._results.add(report)
        if self._reports:
            # The same for its reports, which a worker still has to send.
            vars(report).pop(RESULT_ATTR, None)

    def pytest_report_teststatus(self, report: pytest.CollectReport | pytest.TestReport) -> tuple[str, str, str] | None:
        """A category for what pytest calls passed or skipped. xfail, rerun and the like keep theirs."""
        properties: dict[str, Any] = dict(getattr(report, "user_properties", ()))
        ordinary = report.when == "call" and report.outcome in {"passed", "skipped"} and not hasattr(report, "wasxfail")
        if not ordinary or "verdict" not in properties:
            return None
        return category(Status(properties["verdict"]), Level(properties["level"]))

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_make_scheduler(self, config: pytest.Config, log: Any) -> Any:
        """Run all checks of a subject on one worker, so that each observation is made once.

        Its wire checks may have a worker of their own, unless calls or time are counted.
        """
        options = [*map(str, config.invocation_params.args), *config.getini("addopts")]
        options += shlex.split(os.environ.get("PYTEST_ADDOPTS", ""))
        # With --tx alone, pytest-xdist distributes nothing unless an option says so.
        chosen = config.option.numprocesses is not None and any(
            one == "-d" or one.startswith("--dist") for one in options
        )
        if config.option.dist != "load" or chosen:
            return None
        from llm_conformance.plugin.scheduling import SubjectScheduling  # noqa: PLC0415 - needs pytest-xdist

        divided = [str(spec) for spec, run in self._line.runs.items() if not run.limited]
        return SubjectScheduling(config, log, divided=divided if len(divided) == len(self._line.runs) else ())

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        """Let a worker of pytest-xdist write down the scenario that it runs."""
        self._progress.follow(node.workerinput)

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any, error: object) -> None:
        """A worker has ended: report the wrong option that it was given, or the model that it was constructing."""
        if error is None and (wrong_option := node.workeroutput.get(_WRONG_OPTION)):
            raise pytest.UsageError(wrong_option)
        self._results.void = self._results.void or getattr(node, "workeroutput", {}).get(_VOID, "")
        if error is not None and (model := self._progress.constructing(node.workerinput)):
            self._results.add_crash(model, "")

    @pytest.hookimpl(optionalhook=True)
    def pytest_handlecrashitem(self, crashitem: str, report: Any) -> None:
        """A worker of pytest-xdist died while it judged a check: a finding about the model."""
        if not crashitem.startswith(f"{SUITE_ARG}::"):
            return
        about, verdict = self._results.add_crash(crashitem, self._progress.of(report.node.workerinput))
        self._results.reports[about.spec, verdict.check] = report
        check = crashitem.split("::", 2)[2].replace("::", ".")
        rerun = rerun_command(about, check, self._line.arguments(ImplSpec.parse(about.spec)))
        report.longrepr = "\n".join(verdict_lines(verdict, rerun))

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> Generator[None]:
        """Set the exit code, and save the run."""
        self._session = session
        for suite in self._suites:
            suite.close()
        void = void_because() if any(suite.was_judged for suite in self._suites) else ""
        if not self._reports:
            if void:
                vars(self._config)["workeroutput"][_VOID] = void
            return (yield)
        self._results.void = void or self._results.void
        for attempt in self._exit.attempts():
            self._results.add_process_exit(attempt)
        stopped = "before the run stopped" if session.shouldfail or session.shouldstop else ""
        # A second Ctrl-C comes before pytest has set the status of the first.
        second = isinstance(sys.exc_info()[1], KeyboardInterrupt)
        status = pytest.ExitCode.INTERRUPTED if second else session.exitstatus
        session.exitstatus = self._status = self._results.end(status, stopped)
        self._results.save_reports()
        self._declare()
        self._exit.force(lambda: int(session.exitstatus))
        finished = yield
        if self._status != status:
            # syrupy combines its exit code with this one bit by bit.
            session.exitstatus = self._status
        return finished

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Write the section of each subject, after pytest's failures and before its short summary."""
        option = self._config.option
        slowest = (
            [] if option.durations is None else self._results.durations.lines(option.durations, option.durations_min)
        )
        for number, line in enumerate(slowest):
            if not number:
                terminalreporter.section("slowest scenarios")
            terminalreporter.write_line(line)
        if (summary := self._summary_of(terminalreporter)) is not None:
            summary.sections(self._results.unjudged)
            for image in (text for text in self._line.reports if text.endswith(".svg")):
                from llm_conformance.report.badge import markdown  # noqa: PLC0415 - most runs have no badge

                terminalreporter.write_line(f"badge: {markdown(image)}")
            if self._results.void:
                terminalreporter.write_line(f"{self._results.void}; please report it", red=True)
            if self._declared:
                terminalreporter.write_line("")
                terminalreporter.write_line(self._declared)

    def _declare(self) -> None:
        """Add a declaration of each check that fails the run to the file, if an option asks for it."""
        if (path := self._line.deviations_update) is None:
            return
        records = self._results.records
        lines = draft(records, self._line.gate, several=len(self._line.specs) > 1)
        if lines:
            append(lines, path)
        self._declared = escape_line(f"--llm-deviations-update: {path.name}: {what_was_added(lines, records)}")

    def _summary_of(self, terminal: pytest.TerminalReporter) -> Summary | None:
        """The summary, which is written in three parts; None if there is nothing to summarise."""
        if self._summary is None and self._reports and self._status != pytest.ExitCode.USAGE_ERROR:
            self._summary = Summary(terminal, self._line.gate, self._results.records, self._results.reports)
        return self._summary

    @pytest.hookimpl(trylast=True)
    def pytest_unconfigure(self) -> None:
        """Let the process exit even if a hung thread of the model keeps the interpreter alive."""
        self._progress.close()
        if self._line.alone and hasattr(self._config, "workerinput"):
            # pytest itself would search for garbage, in which nothing is of its tests.
            gc.freeze()
        self._exit.close(int(self._session.exitstatus) if self._session is not None else 0)
        if (session := self._session) is not None:
            self._exit.force(lambda: int(session.exitstatus))
