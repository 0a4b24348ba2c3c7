"""`compare OLD.json NEW.json`: what changed between two saved runs, both judged again with this version."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from llm_conformance.commands.refusal import refuse

_WORSE, _INTERRUPTED, _NO_VERDICT = 1, 2, 5


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "compare", help="show what changed between two saved runs; exit code 1 if a MUST or a SHOULD is newly violated"
    )
    parser.add_argument("old", type=Path, metavar="OLD.json", help="the file that --llm-report wrote before")
    parser.add_argument("new", type=Path, metavar="NEW.json", help="the file that it wrote later")
    parser.set_defaults(perform=_perform)


def _perform(options: argparse.Namespace) -> int:
    from llm_conformance.judge.rejudge import judge_again  # noqa: PLC0415 - another command does not judge
    from llm_conformance.records.saved_run import SavedRunError, load  # noqa: PLC0415 - the same
    from llm_conformance.report.comparison import compare  # noqa: PLC0415 - the same
    from llm_conformance.report.lines import terminal_width  # noqa: PLC0415 - the same
    from llm_conformance.report.text import CONCLUSIVE, worst  # noqa: PLC0415 - the same

    try:
        runs = [load(path) for path in (options.old, options.new)]
        old, new = ([judge_again(subject) for subject in run.subjects] for run in runs)
    except SavedRunError as error:
        return refuse(str(error))
    differences = compare(old, new)
    for one in differences:
        sys.stdout.writelines(f"{line}\n" for line in one.lines(terminal_width()))
    worse = sum(one.worse for one in differences)
    judged = any(verdict.status in CONCLUSIVE for subject in new for verdict in subject.verdicts.values())
    codes = [_WORSE] * bool(worse) + [_INTERRUPTED] * runs[1].interrupted + [0 if judged else _NO_VERDICT]
    sys.stdout.write(f"worse: {worse} of {len(differences)}\n" if worse else "not worse\n")
    return worst(codes)
