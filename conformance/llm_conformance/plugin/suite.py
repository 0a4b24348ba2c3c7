"""The suite of one subject as a collector of pytest: a module without a file, with one item per check."""

from __future__ import annotations

import types
from collections.abc import Callable, Iterator
from itertools import groupby

import pytest

from llm_conformance.catalogue.catalogue import CHECKS, SNAPSHOTS, checks_for
from llm_conformance.judge.deviations_file import DeviationError
from llm_conformance.plugin import SUITE_ARG, progress
from llm_conformance.plugin.command_line import CommandLine
from llm_conformance.plugin.items import CheckItem, LoadItem
from llm_conformance.plugin.snapshot_items import SnapshotItem
from llm_conformance.records import LOAD
from llm_conformance.report.lines import one_line
from llm_conformance.run import Run
from llm_conformance.subject.spec import ImplSpec, LoadError

Make = Callable[[pytest.Collector], pytest.Item]


class Suite(pytest.Module):
    """The checks of one subject. It is a `Module`, because fixtures of module scope attach to nothing else.

    wrong_option: what is wrong with an option, if the collection shows that it names or describes no model. There are
    no items then.
    """

    spec: ImplSpec
    line: CommandLine
    wrong_option: str = ""
    _run: Run | None = None

    @classmethod
    def of(cls, session: pytest.Session, spec: ImplSpec, line: CommandLine) -> Suite:
        """The suite of a subject, as a child of the session."""
        name = f"{SUITE_ARG}::{spec}"
        # The path must exist: with any other, pytest does not call the hooks of the user's root conftest.
        suite: Suite = cls.from_parent(session, path=session.config.rootpath, name=name, nodeid=name)
        suite.spec, suite.line = spec, line
        return suite

    @property
    def run(self) -> Run:
        """The live run; it exists after a successful collection."""
        if self._run is None:
            raise RuntimeError("the suite was not collected")
        return self._run

    @property
    def was_judged(self) -> bool:
        """Whether a check of the subject was judged in this process."""
        return self._run is not None and bool(self._run.judge.judged)

    def _getobj(self) -> types.ModuleType:
        return types.ModuleType(SUITE_ARG)

    def collect(self) -> Iterator[pytest.Item | pytest.Collector]:
        """The requested groups, snapshots last; a subject that cannot be loaded gives one failing item."""
        checks = [check for check in CHECKS.values() if self.line.wants(self.spec, check.id)]
        snapshots = [one for one in SNAPSHOTS.values() if self.line.wants(self.spec, one.id)]
        if (not checks and not snapshots) or progress.has_died(self.config, self.nodeid):
            return
        try:
            self._load()
        except LoadError as error:
            if not error.code:
                self.wrong_option = "\n".join(map(one_line, error.lines))
                return
            yield LoadItem.of_error(self, self.spec, error)
            return
        except DeviationError as error:
            self.wrong_option = str(error)
            return
        # By their ids: two checks are compared field by field.
        available = {check.id for check in checks_for(self.run.subject_info.control)}
        checks = [check for check in checks if check.id in available]
        if not snapshots and not checks and not hasattr(self.config, "workerinput"):
            self.wrong_option = f"{self.spec}: the requested checks need a simulated provider; add --llm-wire=FORMAT"
            return
        for name, members in groupby(checks, lambda check: check.group):
            yield Group.of(self, name, [self._item(CheckItem.of_check, check) for check in members])
        if snapshots:
            yield Group.of(self, "snapshots", [self._item(SnapshotItem.of_snapshot, one) for one in snapshots])

    def close(self) -> None:
        """Close the run."""
        if self._run is not None:
            self._run.close()

    def teardown(self) -> None:
        """Another item than one of the subject comes next."""
        if self._run is not None:
            self._run.leave()

    def _load(self) -> None:
        announce = progress.announcer(self.config)
        announce(f"{self.nodeid}::{LOAD}")
        self._run = Run(self.line.runs[self.spec], announce)
        announce("")

    def _item(self, of: Callable[..., pytest.Item], one: object) -> Make:
        return lambda group: of(group, one, spec=self.spec, run=self.run, line=self.line)


class Group(pytest.Collector):
    """The items of one group. It is a collector, because pytest splits node ids at each `::`."""

    makers: list[Make]

    @classmethod
    def of(cls, suite: Suite, name: str, makers: list[Make]) -> Group:
        """A group, as a child of its suite."""
        group: Group = cls.from_parent(suite, name=name)
        group.makers = makers
        return group

    def collect(self) -> Iterator[pytest.Item]:
        """The items."""
        for make in self.makers:
            yield make(self)
