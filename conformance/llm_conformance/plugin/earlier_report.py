"""The report of an earlier run is replaced before anything can stop this one: it would pass for that of this run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

import pytest

from llm_conformance.plugin.option_files import report_target

OPTION = "--llm-report"
_ONLY_PRINTS = {"-h", "--help", "-V", "--version", "--co", "--collect-only", "--fixtures", "--markers"}
_ANSWERS = ("--llm-list", "--llm-explain", "--llm-doctor")


def replace(report: str, folder: Path, *, gate: str) -> None:
    """Begin a report in place of the one that is there. What is wrong with its name is reported later."""
    with suppress(pytest.UsageError, OSError):
        target = report_target(report, folder)
        if target.exists():
            target.begin(gate)


def replace_those_of(arguments: Sequence[str], folder: Path, *, gate: str) -> None:
    """Do so for a command line that is not parsed yet: pytest may refuse it, and then calls no plugin any more."""
    if _ONLY_PRINTS.isdisjoint(arguments) and not any(one.startswith(_ANSWERS) for one in arguments):
        for report in _reports_in(arguments):
            replace(report, folder, gate=gate)


def _reports_in(arguments: Sequence[str]) -> Iterator[str]:
    for place, one in enumerate(arguments):
        if one.startswith(f"{OPTION}="):
            yield one.partition("=")[2]
        elif one == OPTION:
            yield from arguments[place + 1 : place + 2]
