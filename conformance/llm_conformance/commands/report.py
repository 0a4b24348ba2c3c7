"""`report RUN.json TARGET ..`: the reports of a saved run that is judged again with this version."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from llm_conformance.commands.gate_option import add_gate
from llm_conformance.commands.refusal import not_written, refuse

if TYPE_CHECKING:
    from llm_conformance.report.target import Target


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = commands.add_parser("report", help="write reports of a saved run, judged again with this version")
    parser.add_argument("run", type=Path, metavar="RUN.json", help="the file that --llm-report wrote")
    parser.add_argument("targets", nargs="+", metavar="TARGET", help="as of --llm-report, such as summary.md")
    add_gate(parser)
    parser.set_defaults(perform=_perform)


def _perform(options: argparse.Namespace) -> int:
    from llm_conformance.judge.gate import Gate, GateError  # noqa: PLC0415 - another command does not judge
    from llm_conformance.judge.rejudge import gate_of, judge_again  # noqa: PLC0415 - the same
    from llm_conformance.records.saved_run import SavedRunError, load  # noqa: PLC0415 - the same
    from llm_conformance.report.target import TargetError  # noqa: PLC0415 - the same

    gate = options.gate
    if any(Path(text).absolute() == options.run.absolute() for text in options.targets):
        return refuse(f"{options.run}: the report would replace the saved run; choose another name")
    try:
        Gate.parse("must" if gate is None else gate)
        targets = {text: _target(text) for text in options.targets}
        saved = load(options.run)
        own = gate_of(saved, options.run) if gate is None else gate
        judged = saved._replace(gate=own, subjects=[judge_again(one) for one in saved.subjects])
    except GateError as error:
        return refuse(f"--llm-gate={gate}: {error}")
    except (SavedRunError, TargetError) as error:
        return refuse(str(error))
    for text, target in targets.items():
        try:
            target.write(judged)
        except OSError as error:
            return not_written(text, error)
    return 0


def _target(text: str) -> Target:
    from llm_conformance.report.target import TargetError, target_of  # noqa: PLC0415 - as above

    try:
        return target_of(text, Path.cwd())
    except TargetError as error:
        raise TargetError(f"{text}: {error}") from None
