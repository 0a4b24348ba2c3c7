"""The suite of one subject as pytest sees it: a module that is no file, with an item for every check."""

from __future__ import annotations

import json
import types
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest

from llm_conformance.catalogue import CHECKS
from llm_conformance.codec import encode_about, encode_verdict
from llm_conformance.model import Level, Verdict, Word
from llm_conformance.plugin import WORD
from llm_conformance.plugin.command_line import LOAD, CommandLine
from llm_conformance.registry import Check
from llm_conformance.report.text import command, escape_line, gates, verdict_lines
from llm_conformance.run import Run
from llm_conformance.spec import ImplSpec, LoadError


class Nonconformance(Exception):  # noqa: N818 - what pytest shows is a finding, no error
    """A check that gates has found something; the text is the whole report of it."""


class HarnessFault(Exception):  # noqa: N818 - the same, but the fault is ours
    """A check could not be judged, for a reason that lies in this harness."""


class Suite(pytest.Module):
    """The checks of one subject. It is a Module, because fixtures of module scope attach to nothing else."""

    spec: ImplSpec
    line: CommandLine
    _run: Run | None = None

    @classmethod
    def of(cls, session: pytest.Session, spec: ImplSpec, line: CommandLine) -> Suite:
        """The suite of a subject, below the session."""
        name = f"{WORD}::{spec}"
        # The path must be one that exists: an invented one drops the hooks of the user's root conftest.
        suite: Suite = cls.from_parent(session, path=session.config.rootpath, name=name, nodeid=name)
        suite.spec, suite.line = spec, line
        return suite

    @property
    def run(self) -> Run:
        """The live run; there is one as soon as the suite was collected with success."""
        if self._run is None:
            raise RuntimeError("the suite was not collected")
        return self._run

    def _getobj(self) -> types.ModuleType:
        return types.ModuleType(WORD)

    def collect(self) -> Iterator[pytest.Item | pytest.Collector]:
        """The groups of the checks that were asked for; a subject that cannot be loaded is one failing item."""
        checks = [check for check in CHECKS.values() if self.line.wants(self.spec, check.id)]
        if not checks:
            return
        try:
            self._load()
        except LoadError as error:
            yield LoadItem.of(self, error)
            return
        for name, members in groupby(checks, lambda check: check.group):
            yield Group.of(self, name, tuple(members))

    def close(self) -> None:
        """End what the subject's calls ran on."""
        if self._run is not None:
            self._run.close()

    def _load(self) -> None:
        line = self.line
        self._run = Run(
            self.spec,
            kwargs=line.kwargs,
            profile=line.profiles[self.spec],
            wire=line.wire,
            timeout=line.timeout,
            deviations=line.deviations,
            effort=line.effort,
        )


class Group(pytest.Collector):
    """The checks whose ids begin alike: a level of its own, because pytest takes node ids apart at each `::`."""

    checks: tuple[Check, ...]
    suite: Suite

    @classmethod
    def of(cls, suite: Suite, name: str, checks: tuple[Check, ...]) -> Group:
        """A group below its suite."""
        group: Group = cls.from_parent(suite, name=name)
        group.checks, group.suite = checks, suite
        return group

    def collect(self) -> Iterator[pytest.Item]:
        """An item for each check."""
        for check in self.checks:
            yield CheckItem.of(self, check)


class CheckItem(pytest.Function):
    """One check of one subject. It is a Function, because plugins count nothing else as a test."""

    check: Check
    suite: Suite
    verdict: Verdict | None = None

    @classmethod
    def of(cls, group: Group, check: Check) -> CheckItem:
        """The item of a check."""
        item: CheckItem = cls.from_parent(group, name=check.id.partition(".")[2], callobj=_nothing)
        item.check, item.suite = check, group.suite
        item.extra_keyword_matches.add(check.id)
        item.add_marker(getattr(pytest.mark, f"llm_{check.level.value}"))
        return item

    def runtest(self) -> None:
        """Judge, and tell pytest what came of it."""
        run, known = self.suite.run, set(self.suite.run.recorded)
        verdict = self.verdict = run.judge.verdict(self.check.id)
        properties = {"check": verdict.check, "level": verdict.level, "clause": verdict.clause, "verdict": verdict.word}
        _tell(self, {name: str(value) for name, value in properties.items()})
        fresh = {name: data for name, data in run.recorded.items() if name not in known}
        self.stash[SAID] = json.dumps(
            {
                "spec": str(self.suite.spec),
                "about": encode_about(run.about),
                "observations": fresh,
                "verdict": encode_verdict(verdict),
            }
        )
        if verdict.word is Word.HARNESS_ERROR:
            lines = [f"{verdict.check}: {verdict.reason}, not of {self.suite.spec}; please report it"]
            raise HarnessFault("\n".join(map(escape_line, [*lines, *verdict.details.splitlines()])))
        if verdict.word in {Word.NOT_APPLICABLE, Word.NOT_TESTABLE, Word.BLOCKED}:
            pytest.skip(escape_line(verdict.reason))
        if gates(verdict, self.suite.line.gate):
            raise Nonconformance("\n".join(self.report_lines(verdict)))

    def report_lines(self, verdict: Verdict) -> list[str]:
        """The verdict in words, with the command that repeats it."""
        line = self.suite.line
        repeat = command(self.suite.run.about, verdict.check, line.arguments(self.suite.spec))
        return verdict_lines(verdict, repeat, verbose=self.config.get_verbosity() > 0)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:  # noqa: ARG002
        """The finding and nothing else: pytest's own traceback would show our code, at ten times the cost."""
        if isinstance(excinfo.value, Nonconformance | HarnessFault):
            return str(excinfo.value)
        return super().repr_failure(excinfo)

    def reportinfo(self) -> tuple[Path, int, str]:
        """Where the check stands, for reports: nowhere in the user's files, but pytest wants a line."""
        return self.config.rootpath / WORD, 0, self.check.id.replace(".", "::", 1)


class LoadItem(pytest.Function):
    """Stands for all checks of a subject that could not be loaded, and fails with the reason."""

    error: LoadError

    @classmethod
    def of(cls, suite: Suite, error: LoadError) -> LoadItem:
        """The failing item of a suite."""
        item: LoadItem = cls.from_parent(suite, name=LOAD, callobj=_nothing)
        item.error = error
        item.add_marker(pytest.mark.llm_must)
        return item

    def runtest(self) -> None:
        """Fail."""
        _tell(self, {"check": LOAD, "level": Level.MUST.value, "verdict": Word.FAILED.value})
        raise self.error

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:  # noqa: ARG002
        """The reason in one line, with the model's own traceback where its code raised."""
        if isinstance(excinfo.value, LoadError):
            lines = [str(excinfo.value), *excinfo.value.traceback.splitlines()]
            return "\n".join(map(escape_line, lines))
        return super().repr_failure(excinfo)

    def reportinfo(self) -> tuple[Path, int, str]:
        """Nowhere in the user's files."""
        return self.config.rootpath / WORD, 0, self.name


SAID = pytest.StashKey[str]()


def _tell(item: pytest.Item, properties: dict[str, str]) -> None:
    """Properties for junit and other reports, once also where some plugin runs the item again."""
    known = dict(item.user_properties)
    item.user_properties += [(name, value) for name, value in properties.items() if name not in known]


def _nothing() -> None:
    """What a Function must have; the item runs the judge instead."""
