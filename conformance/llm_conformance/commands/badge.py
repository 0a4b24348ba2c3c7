"""`badge RUN.json BADGE.svg`: the badge of a saved run that is judged again with this version."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from llm_conformance.commands.refusal import not_written, refuse

_FORMS = (".svg", ".json")


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = commands.add_parser("badge", help="write the badge of a saved run, judged again with this version")
    parser.add_argument("run", type=Path, metavar="RUN.json", help="the file that --llm-report wrote, with one subject")
    parser.add_argument(
        "image", type=Path, metavar="BADGE.svg", help="the image; a name that ends in .json: for shields.io"
    )
    parser.set_defaults(perform=_perform)


def _perform(options: argparse.Namespace) -> int:
    from llm_conformance.judge.rejudge import gate_of, judge_again  # noqa: PLC0415 - another command does not judge
    from llm_conformance.records.saved_run import SavedRunError, load, only_subject  # noqa: PLC0415 - the same
    from llm_conformance.report.badge import badge_of, markdown, write  # noqa: PLC0415 - the same

    if options.image.suffix not in _FORMS:
        return refuse(f"{options.image}: expected a name that ends in {' or '.join(_FORMS)}")
    if options.image.absolute() == options.run.absolute():
        return refuse(f"{options.image}: the badge would replace the saved run; choose another name")
    try:
        run = load(options.run)
        badge = badge_of(judge_again(only_subject(run, options.run)), gate_of(run, options.run))
    except SavedRunError as error:
        return refuse(str(error))
    try:
        write(badge, options.image)
    except OSError as error:
        return not_written(options.image, error)
    sys.stdout.write(f"{badge.message}\n{markdown(str(options.image))}\n")
    return 0
