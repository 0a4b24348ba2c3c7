"""`python -m llm_conformance`: what needs no model: judging a saved run, the contract, the simulated provider."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from llm_conformance.catalogue.clauses import contract_page
from llm_conformance.records import Status, Verdict
from llm_conformance.records.saved_run import SavedRunError, SubjectRecord, load
from llm_conformance.report.text import (
    control_hint,
    exit_code,
    group_lines,
    header,
    sample_lines,
    summary_line,
    verdict_lines,
)
from llm_conformance.simulator import cli as simulator

_USAGE = 4


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit code is pytest's for the same outcome."""
    parser = argparse.ArgumentParser(prog="python -m llm_conformance", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    judge = commands.add_parser("judge", help="judge a saved run again, with the checks of this version")
    judge.add_argument("run", type=Path, metavar="RUN.json", help="what --llm-report saved")
    judge.add_argument("--gate", choices=("must", "should"), help="the level that fails it (default: as it was run)")
    commands.add_parser("contract", help="print the contract as a Markdown page: every clause, and what covers it")
    simulator.add(commands)
    try:
        options = parser.parse_args(arguments)
    except SystemExit as stop:
        return _USAGE if stop.code else 0
    if "perform" in options:
        return int(options.perform(options))
    if options.command == "contract":
        sys.stdout.write("\n".join([*contract_page(), ""]))
        return 0
    return _judge(options.run, options.gate)


def _judge(path: Path, gate: str | None) -> int:
    try:
        subjects, gate_of_run = load(path)
        judged = [subject.judged_again() for subject in subjects]
    except SavedRunError as error:
        sys.stderr.write(f"{error}\n")
        return _USAGE
    gate = gate or gate_of_run
    for subject in judged:
        for line in _section(subject, gate):
            sys.stdout.write(f"{line}\n")
    return max((exit_code(subject.verdicts.values(), gate) for subject in judged), default=5)


def _section(subject: SubjectRecord, gate: str) -> list[str]:
    verdicts = tuple(subject.verdicts.values())
    lines = [*header(subject.subject_info), *sample_lines(subject.observations), "", *group_lines(verdicts), ""]
    for verdict in verdicts:
        if _worth_showing(verdict):
            lines += [*verdict_lines(verdict), ""]
    return [
        *lines,
        *control_hint(subject.subject_info, verdicts),
        summary_line(subject.subject_info, verdicts, gate),
        "",
    ]


def _worth_showing(verdict: Verdict) -> bool:
    return verdict.status in {Status.FAILED, Status.STALE, Status.INHERITED, Status.EXPECTED, Status.HARNESS_ERROR}


if __name__ == "__main__":
    sys.exit(main())
