"""Judges the chat defects of the zoo with langchain-tests' standard tests and with this suite, in one run.

    pip install -e . langchain-tests
    python tests/peers

A test or a check that fails for the sound base of a defect does not count for the defect.
"""

import os
import sys
from collections import defaultdict
from pathlib import Path

import pytest

HERE = Path(__file__).parent
sys.path[0] = str(HERE.parent)  # beside the tests, as for pytest

from llm_conformance.catalogue.catalogue import CHECKS  # noqa: E402  # the path comes first
from llm_conformance.records import Level  # noqa: E402  # as above
from peers.adapter import call_as_expected  # noqa: E402  # as above
from peers.counterparts import without_counterpart  # noqa: E402  # as above
from peers.event_streams import validator_line  # noqa: E402  # as above
from peers.subjects import Subject, subjects  # noqa: E402  # as above
from peers.table import lines  # noqa: E402  # as above
from zoo.findings import found_in  # noqa: E402  # as above


class Outcomes:
    """The standard tests of each subject, by outcome, and the names of all of them."""

    def __init__(self) -> None:
        self.names = set[str]()
        self.passed = defaultdict[str, set[str]](set)
        self.failed = defaultdict[str, set[str]](set)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        _, cls, test = report.nodeid.split("::", 2)
        _, suite, subject = cls.split("_", 2)
        self.names.add(test.partition("[")[0])
        if report.failed:
            self.failed[subject].add(f"{suite} {test}")
        elif report.passed and report.when == "call":
            self.passed[subject].add(f"{suite} {test}")


def by_langchain_tests() -> Outcomes:
    """Run the standard tests without a network beyond loopback."""
    outcomes = Outcomes()
    call_as_expected()
    options = ["-c", os.devnull, "--rootdir", str(HERE), "-o", "asyncio_mode=auto", "--import-mode=importlib"]
    quiet = ["-q", "--no-header", "--tb=no", "--no-summary", "-W", "ignore", "-p", "no:cacheprovider"]
    network = ["--benchmark-disable", "--allow-hosts=127.0.0.1"]
    chosen = [*options, *quiet, *network, *sys.argv[1:], str(HERE / "standard_tests.py")]
    pytest.main(chosen, plugins=[outcomes])
    return outcomes


def by_this_suite(subject: Subject) -> set[str]:
    """The failed checks of level MUST and SHOULD."""
    found = found_in(subject.model, subject.defect, subject.checks)
    return {name for name in found if CHECKS[name].level is not Level.MAY}


def main() -> None:
    judged = subjects()
    ours = {subject.name: by_this_suite(subject) for subject in judged}
    theirs = by_langchain_tests()
    for line in lines(judged, ours, theirs.failed, theirs.passed):
        print(line)  # noqa: T201  # it is a command
    print(f"asked by langchain-tests alone: {', '.join(without_counterpart(theirs.names))}")  # noqa: T201  # as above
    print(validator_line())  # noqa: T201  # as above


if __name__ == "__main__":
    main()
