"""`merge A.json B.json .. -o RUN.json`: the subjects of several saved runs in one file, each as it is."""

from __future__ import annotations

import argparse
from pathlib import Path

from llm_conformance.commands.gate_option import add_gate
from llm_conformance.commands.refusal import not_written, refuse


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = commands.add_parser("merge", help="put the subjects of several saved runs into one file")
    parser.add_argument("runs", nargs="+", type=Path, metavar="RUN.json", help="files that --llm-report wrote")
    parser.add_argument(
        "-o", "--output", required=True, type=Path, metavar="RUN.json", help="the file to write; .json or .json.gz"
    )
    add_gate(parser)
    parser.set_defaults(perform=_perform)


def _perform(options: argparse.Namespace) -> int:
    from llm_conformance.judge.gate import Gate, GateError  # noqa: PLC0415 - another command does not merge
    from llm_conformance.records.merged_run import merged  # noqa: PLC0415 - the same
    from llm_conformance.records.run_file import write  # noqa: PLC0415 - the same
    from llm_conformance.records.saved_run import SavedRunError  # noqa: PLC0415 - the same

    if not options.output.name.endswith((".json", ".json.gz")):
        return refuse(f"{options.output}: expected a file name that ends in .json or .json.gz")
    try:
        Gate.parse("must" if options.gate is None else options.gate)
        write(merged(options.runs, options.gate or ""), options.output)
    except GateError as error:
        return refuse(f"--llm-gate={options.gate}: {error}")
    except SavedRunError as error:
        return refuse(str(error))
    except OSError as error:
        return not_written(options.output, error)
    return 0
