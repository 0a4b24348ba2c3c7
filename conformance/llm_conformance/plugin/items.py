"""The items of a suite. Each makes one verdict and reports it to pytest."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from llm_conformance.checks.registry import Check
from llm_conformance.plugin import SUITE_ARG
from llm_conformance.plugin.command_line import CommandLine
from llm_conformance.records import LOAD, Finding, Level, Status, SubjectInfo, Verdict
from llm_conformance.records.codec import encode_subject, encode_verdict
from llm_conformance.report.finding import verdict_lines
from llm_conformance.report.lines import escape_line
from llm_conformance.report.text import fails_run, rerun_command
from llm_conformance.run import Run
from llm_conformance.subject.spec import ImplSpec, LoadError

RESULT_KEY = pytest.StashKey[dict[str, Any]]()


class NonconformanceError(Exception):
    """A check failed, and its level fails the run. The text is the whole report of the failure."""


class HarnessError(Exception):
    """A check could not be judged because of an error in the harness."""


class VerdictItem(pytest.Function):
    """One verdict. It is a `Function`, because plugins count nothing else as a test."""

    verdict_id: str
    spec: ImplSpec
    run: Run
    line: CommandLine

    @classmethod
    def create(
        cls, parent: pytest.Collector, name: str, level: Level, *, spec: ImplSpec, run: Run, line: CommandLine
    ) -> Any:
        """The item of that id."""
        item: VerdictItem = cls.from_parent(parent, name=name.partition(".")[2], callobj=_nothing)
        item.verdict_id, item.spec, item.run, item.line = name, spec, run, line
        item.extra_keyword_matches.add(name)
        item.add_marker(getattr(pytest.mark, f"llm_{level.value}"))
        return item

    def judge(self) -> Verdict:
        """The verdict."""
        raise NotImplementedError

    def runtest(self) -> None:
        """Judge, and report the verdict to pytest."""
        known = set(self.run.recorded)
        verdict = self.judge()
        properties = {
            "check": verdict.check,
            "level": verdict.level,
            "clause": verdict.clause,
            "verdict": verdict.status,
        }
        _add_properties(self, {name: str(value) for name, value in properties.items() if value})
        new = {name: data for name, data in self.run.recorded.items() if name not in known}
        _stash(self, self.run.subject_info, new, verdict, calls=self.run.calls, seconds=self.run.seconds)
        self.stash[RESULT_KEY]["durations"] = {name: self.run.durations[name] for name in new}
        if verdict.status is Status.HARNESS_ERROR:
            lines = [f"{verdict.check}: {verdict.reason}, not in {self.spec}; please report it"]
            raise HarnessError("\n".join(map(escape_line, [*lines, *verdict.details.splitlines()])))
        if verdict.status in {Status.NOT_APPLICABLE, Status.NOT_TESTABLE, Status.INCONCLUSIVE, Status.BLOCKED}:
            pytest.skip(escape_line(verdict.reason))
        if fails_run(verdict, self.line.gate):
            raise NonconformanceError("\n".join(self.report_lines(verdict)))

    def add_report_section(self, when: str, key: str, content: str) -> None:
        """Keep what the model printed or logged, escaped and without its secrets: pytest shows it beside a failure."""
        lines = self.run.redact(content).split("\n")
        super().add_report_section(when, key, "\n".join(map(escape_line, lines)))

    def report_lines(self, verdict: Verdict) -> list[str]:
        """The lines of the verdict, none of them wrapped, with the command that reruns it.

        JUnit and other plugins print them; the terminal prints those of `Summary`.
        """
        rerun = rerun_command(self.run.subject_info, verdict.check, self.line.arguments(self.spec))
        return verdict_lines(verdict, rerun)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:  # noqa: ARG002
        """Only the finding: pytest's own traceback shows frames of the harness and takes ten times as long."""
        if isinstance(excinfo.value, NonconformanceError | HarnessError):
            return str(excinfo.value)
        return super().repr_failure(excinfo)

    def reportinfo(self) -> tuple[Path, int, str]:
        """The place of the check in reports. It is not in a file of the user, but pytest needs a line number."""
        check = self.verdict_id.replace(".", "::", 1)
        # The heading of a failure; with one subject its name would say nothing.
        return self.config.rootpath / SUITE_ARG, 0, check if len(self.line.specs) == 1 else f"{self.spec} {check}"


class CheckItem(VerdictItem):
    """One check of one subject."""

    @classmethod
    def of_check(
        cls, parent: pytest.Collector, check: Check, *, spec: ImplSpec, run: Run, line: CommandLine
    ) -> CheckItem:
        """The item of a check."""
        item: CheckItem = cls.create(parent, check.id, check.level, spec=spec, run=run, line=line)
        return item

    def judge(self) -> Verdict:
        """The verdict of the check."""
        return self.run.judge.verdict(self.verdict_id)


class LoadItem(pytest.Item):
    """Replaces all checks of a subject that cannot be loaded, and fails with the reason.

    It is no `Function`: it is hidden from `-k` and `-m`, and so from plugins that compare what was collected and ran.
    """

    spec: ImplSpec
    error: LoadError

    @classmethod
    def of_error(cls, suite: pytest.Collector, spec: ImplSpec, error: LoadError) -> LoadItem:
        """The failing item of a suite."""
        item: LoadItem = cls.from_parent(suite, name=LOAD)
        item.spec, item.error = spec, error
        item.add_marker(pytest.mark.llm_must)
        return item

    def runtest(self) -> None:
        """Fail."""
        _add_properties(self, {"check": LOAD, "level": Level.MUST.value, "verdict": Status.FAILED.value})
        _stash(self, SubjectInfo.not_loaded(str(self.spec)), {}, _load_verdict(self.spec, self.error))
        raise self.error

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:  # noqa: ARG002
        """The reason in one line, the traceback if the model's code raised, and a hint."""
        if isinstance(error := excinfo.value, LoadError):
            return "\n".join(map(escape_line, error.lines))
        return super().repr_failure(excinfo)

    def reportinfo(self) -> tuple[Path, int, str]:
        """The place in reports; not in a file of the user."""
        return self.config.rootpath / SUITE_ARG, 0, self.name


def _load_verdict(spec: ImplSpec, error: LoadError) -> Verdict:
    finding = Finding("an instance of the model", str(error).removeprefix(f"--llm-impl={spec}: "), code=error.code)
    return Verdict(LOAD, Level.MUST, "", Status.FAILED, findings=(finding,), details=error.traceback)


def _stash(
    item: pytest.Item,
    about: SubjectInfo,
    observations: Mapping[str, Any],
    verdict: Verdict,
    *,
    calls: int = 0,
    seconds: float = 0.0,
) -> None:
    """Leave the verdict for the report of the item, and the observations that it is the first to have.

    calls, seconds: of the whole run until now.
    """
    item.stash[RESULT_KEY] = {
        "about": encode_subject(about),
        "observations": observations,
        "verdict": encode_verdict(verdict),
        "calls": calls,
        "seconds": seconds,
    }


def _add_properties(item: pytest.Item, properties: dict[str, str]) -> None:
    """Add the properties for junit and other reports, once even if a plugin runs the item again."""
    known = dict(item.user_properties)
    item.user_properties += [(name, value) for name, value in properties.items() if name not in known]


def _nothing() -> None:
    """The callable that a `Function` must have. The item judges instead of calling it."""
