"""`judge RUN.json`: the verdicts of a saved run, by the checks of this version."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from llm_conformance.commands.gate_option import add_gate
from llm_conformance.commands.refusal import refuse

_INTERRUPTED = 2


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = commands.add_parser("judge", help="judge a saved run again, with the checks of this version")
    parser.add_argument("run", type=Path, metavar="RUN.json", help="the file that --llm-report wrote")
    add_gate(parser)
    parser.add_argument("-v", "--verbose", action="store_true", help="show findings and reasons in full")
    parser.set_defaults(perform=_perform)


def _perform(options: argparse.Namespace) -> int:
    from llm_conformance.judge.gate import Gate, GateError  # noqa: PLC0415 - another command does not judge
    from llm_conformance.judge.rejudge import gate_of, judge_again  # noqa: PLC0415 - the same
    from llm_conformance.records.saved_run import SavedRunError, load  # noqa: PLC0415 - the same
    from llm_conformance.report.finding import Layout  # noqa: PLC0415 - the same
    from llm_conformance.report.lines import terminal_width  # noqa: PLC0415 - the same
    from llm_conformance.report.saved_run import saved_run_lines  # noqa: PLC0415 - the same
    from llm_conformance.report.text import exit_code, worst  # noqa: PLC0415 - the same

    try:
        Gate.parse("must" if options.gate is None else options.gate)
        saved = load(options.run)
        gate = gate_of(saved, options.run) if options.gate is None else options.gate
        judged = [judge_again(subject) for subject in saved.subjects]
    except GateError as error:
        return refuse(f"--llm-gate={options.gate}: {error}")
    except SavedRunError as error:
        return refuse(str(error))
    layout = Layout(width=terminal_width(), verbose=options.verbose)
    for index, subject in enumerate(judged):
        sys.stdout.writelines(f"{line}\n" for line in ([""] if index else []) + saved_run_lines(subject, gate, layout))
    codes = [exit_code(subject.verdicts.values(), gate, subject.partial) for subject in judged]
    return worst([*codes, *([_INTERRUPTED] if saved.interrupted else [])])
