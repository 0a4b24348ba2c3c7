"""`report RUN.json TARGET ..`: the reports of a saved run that is judged again with this version."""

from __future__ import annotations

import argparse
from pathlib import Path

from llm_conformance.commands.refusal import refuse


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = commands.add_parser("report", help="write reports of a saved run, judged again with this version")
    parser.add_argument("run", type=Path, metavar="RUN.json", help="the file that --llm-report wrote")
    parser.add_argument("targets", nargs="+", metavar="TARGET", help="as of --llm-report, such as summary.md")
    parser.set_defaults(perform=_perform)


def _perform(options: argparse.Namespace) -> int:
    from llm_conformance.judge.rejudge import judge_again  # noqa: PLC0415 - another command does not judge
    from llm_conformance.records.saved_run import SavedRunError, load  # noqa: PLC0415 - the same
    from llm_conformance.report.target import Target, TargetError, target_of  # noqa: PLC0415 - the same

    try:
        saved = load(options.run)
    except SavedRunError as error:
        return refuse(str(error))
    targets: dict[str, Target] = {}
    for text in options.targets:
        try:
            targets[text] = target_of(text, Path.cwd())
        except TargetError as error:
            return refuse(f"{text}: {error}")
    try:
        judged = saved._replace(subjects=[judge_again(one) for one in saved.subjects])
    except SavedRunError as error:
        return refuse(str(error))
    for text, target in targets.items():
        try:
            target.write(judged)
        except OSError as error:
            return refuse(f"{text}: cannot be written: {error.strerror}")
    return 0
