"""`export RUN.json CHECK -o repro.py`: a finding as a script without this harness, and as an issue beside it."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from llm_conformance.commands.refusal import not_written, refuse


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "export", help="write a script that shows a finding without this harness, and an issue around it"
    )
    parser.add_argument("run", type=Path, metavar="RUN.json", help="the file that --llm-report wrote")
    parser.add_argument("check", metavar="CHECK", help="the id of a check with a finding, such as stream.concat")
    parser.add_argument(
        "-o", "--output", required=True, type=Path, metavar="REPRO.py", help="the script; the issue is REPRO.md"
    )
    parser.add_argument("--llm-impl", dest="impl", metavar="SPEC", help="the model, if the run has several")
    parser.set_defaults(perform=_perform)


def _perform(options: argparse.Namespace) -> int:
    from llm_conformance.records.saved_run import SavedRunError, load  # noqa: PLC0415 - another command exports nothing
    from llm_conformance.reproduce.export import NotExportedError, exported  # noqa: PLC0415 - the same

    if options.output.suffix != ".py":
        return refuse(f"{options.output}: expected a file name that ends in .py")
    page = options.output.with_suffix(".md")
    try:
        script, issue = exported(load(options.run), options.check, options.impl, options.output)
    except (SavedRunError, NotExportedError) as error:
        return refuse(str(error))
    for path, text in ((options.output, script), (page, issue)):
        try:
            path.write_text(text, encoding="utf-8", newline="\n")
        except OSError as error:
            return not_written(path, error)
    sys.stdout.write(f"{options.output}: shows the finding; exit code 1 while the defect is there\n{page}: the issue\n")
    return 0
