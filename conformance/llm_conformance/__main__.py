"""`python -m llm_conformance`: what needs no model: judging a saved run, the contract, the simulated provider."""

from __future__ import annotations

import argparse
import gc
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from llm_conformance.commands import compare, merge, report

_INTERRUPTED = 2
_USAGE = 4
# What a shell reports of a program that SIGPIPE ended; a verdict that was not read is not a verdict.
_BROKEN_PIPE = 141
# A saved run is a large tree without cycles. Python would look for them every 700 objects: a fifth of the whole time.
_OBJECTS_BETWEEN_COLLECTIONS = 100_000


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit code is pytest's for the same outcome."""
    given = sys.argv[1:] if arguments is None else list(arguments)
    try:
        options = _parser(given).parse_args(given)
    except SystemExit as stop:
        return _USAGE if stop.code else 0
    try:
        code = int(options.perform(options))
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader has left, as `| head` does. Python flushes at its exit, and must not find the closed pipe then.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _BROKEN_PIPE
    return code


def _parser(given: Sequence[str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m llm_conformance", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    judge = commands.add_parser("judge", help="judge a saved run again, with the checks of this version")
    judge.add_argument("run", type=Path, metavar="RUN.json", help="the file that --llm-report wrote")
    judge.add_argument(
        "--llm-gate",
        "--gate",
        dest="gate",
        metavar="GATE",
        help="what fails it: must, should, or fit:PURPOSE (default: as run)",
    )
    judge.add_argument("-v", "--verbose", action="store_true", help="show findings and reasons in full")
    judge.set_defaults(perform=_judge)
    badge = commands.add_parser("badge", help="write the badge of a saved run, judged again with this version")
    badge.add_argument("run", type=Path, metavar="RUN.json", help="the file that --llm-report wrote, with one subject")
    badge.add_argument(
        "image", type=Path, metavar="BADGE.svg", help="the image; a name that ends in .json: for shields.io"
    )
    badge.set_defaults(perform=_badge)
    for command in (report, compare, merge):
        command.add(commands)
    contract = commands.add_parser("contract", help="print the contract as a Markdown page")
    contract.set_defaults(perform=_contract)
    if not given or given[0] not in {"judge", "badge", "report", "compare", "merge", "contract"}:
        from llm_conformance.simulator import cli  # noqa: PLC0415 - judging a saved run does not pay for the simulator

        cli.add(commands)
    return parser


def _judge(options: argparse.Namespace) -> int:
    from llm_conformance.judge.gate import Gate, GateError  # noqa: PLC0415 - the simulator's commands do not judge
    from llm_conformance.judge.rejudge import gate_of, judge_again  # noqa: PLC0415 - the simulator's commands do not judge
    from llm_conformance.records.saved_run import SavedRunError, load  # noqa: PLC0415 - the same
    from llm_conformance.report.finding import Layout  # noqa: PLC0415 - the same
    from llm_conformance.report.lines import escape_line, terminal_width  # noqa: PLC0415 - the same
    from llm_conformance.report.saved_run import saved_run_lines  # noqa: PLC0415 - the same
    from llm_conformance.report.text import exit_code, worst  # noqa: PLC0415 - the same

    try:
        Gate.parse(options.gate or "must")
        saved = load(options.run)
        gate = options.gate or gate_of(saved, options.run)
        judged = [judge_again(subject) for subject in saved.subjects]
    except GateError as error:
        sys.stderr.write(f"--llm-gate={escape_line(options.gate)}: {escape_line(str(error))}\n")
        return _USAGE
    except SavedRunError as error:
        sys.stderr.write(f"{escape_line(str(error))}\n")
        return _USAGE
    layout = Layout(width=terminal_width(), verbose=options.verbose)
    for index, subject in enumerate(judged):
        sys.stdout.writelines(f"{line}\n" for line in ([""] if index else []) + saved_run_lines(subject, gate, layout))
    codes = [exit_code(subject.verdicts.values(), gate, subject.partial) for subject in judged]
    return worst([*codes, *([_INTERRUPTED] if saved.interrupted else [])])


def _badge(options: argparse.Namespace) -> int:
    from llm_conformance.judge.rejudge import gate_of, judge_again  # noqa: PLC0415 - the simulator's commands do not judge
    from llm_conformance.records.saved_run import SavedRunError, load, only_subject  # noqa: PLC0415 - the same
    from llm_conformance.report.badge import badge_of, markdown, write  # noqa: PLC0415 - the same
    from llm_conformance.report.lines import escape_line  # noqa: PLC0415 - the same

    try:
        run = load(options.run)
        badge = badge_of(judge_again(only_subject(run, options.run)), gate_of(run, options.run))
        write(badge, options.image)
    except (SavedRunError, OSError) as error:
        sys.stderr.write(f"{escape_line(str(error))}\n")
        return _USAGE
    sys.stdout.write(f"{badge.message}\n{markdown(str(options.image))}\n")
    return 0


def _contract(_options: argparse.Namespace) -> int:
    from llm_conformance.catalogue.clauses import contract_page  # noqa: PLC0415 - the same

    sys.stdout.write("\n".join([*contract_page(), ""]))
    return 0


if __name__ == "__main__":
    gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS)
    sys.exit(main())
