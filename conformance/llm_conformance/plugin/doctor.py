"""`--llm-doctor`: a short look at each model before the first run of all checks."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext, redirect_stderr, redirect_stdout
from dataclasses import replace
from pathlib import Path

import pytest

from llm_conformance.plugin import command_line
from llm_conformance.plugin.exit import ExitGuard
from llm_conformance.records import Status, Verdict
from llm_conformance.report.examination import NOT_JUDGEABLE, Examination
from llm_conformance.report.finding import Layout
from llm_conformance.report.lines import escape_line, one_line, terminal_width
from llm_conformance.run import Run
from llm_conformance.run_spec import RunSpec
from llm_conformance.subject.spec import LoadError

# They make a dozen calls, which most other checks build on.
_CHECKS = (
    "invoke.completes",
    "stream.completes",
    "astream.completes",
    "events.completes",
    "isolation.repeated-calls",
    "stream.concat",
    "stream.async-parity",
)
_HARNESS_ERROR = 3


def examine_all(config: pytest.Config) -> int:
    """Print what is known of each model. The exit code is 0, 1 for a model that cannot be judged, or 3."""
    line = command_line.read(config)
    if str(config.invocation_params.dir) not in sys.path:
        sys.path.append(str(config.invocation_params.dir))
    guard = ExitGuard()
    code = _HARNESS_ERROR
    try:
        code = max(_examine(run, shown=config.option.capture == "no") for run in line.runs.values())
    finally:
        guard.close(code)
    # A call that hangs may keep the interpreter alive.
    guard.force(lambda: code)
    return code


def _examine(spec: RunSpec, *, shown: bool) -> int:
    """Examine one model. shown: what the model prints is shown, and not captured as in a run."""
    layout = Layout(width=terminal_width())
    try:
        with nullcontext() if shown else _captured():
            seen = _seen(spec)
    except LoadError as error:
        if not error.code:
            raise pytest.UsageError("\n".join(map(one_line, error.lines))) from None
        _print(f"{spec.impl}: {NOT_JUDGEABLE}", *error.lines)
        return pytest.ExitCode.TESTS_FAILED
    _print(*seen.lines(layout))
    if any(one.status is Status.HARNESS_ERROR for one in seen.first.values()):
        return _HARNESS_ERROR
    return pytest.ExitCode.OK if seen.healthy else pytest.ExitCode.TESTS_FAILED


def _seen(spec: RunSpec) -> Examination:
    with Run(spec) as run:
        seen = Examination(run.subject_info, _verdicts(run), dict(run.recorded))
    if seen.broken:
        return seen
    with Run(spec) as run:
        return replace(seen, second=_verdicts(run))


@contextmanager
def _captured() -> Iterator[None]:
    """Show nothing of what the model prints."""
    null = Path(os.devnull)
    with null.open("w", encoding="utf-8", errors="replace") as out, redirect_stdout(out), redirect_stderr(out):
        yield


def _verdicts(run: Run) -> Mapping[str, Verdict]:
    return {name: run.judge.verdict(name) for name in _CHECKS}


def _print(*lines: str) -> None:
    for one in lines:
        print(escape_line(one))  # noqa: T201 - the option prints
