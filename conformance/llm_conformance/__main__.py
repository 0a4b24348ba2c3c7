"""`python -m llm_conformance`: what needs no model: judging a saved run, the contract, the simulated provider."""

from __future__ import annotations

import argparse
import gc
import io
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from llm_conformance.commands import badge, compare, export, judge, merge, report
from llm_conformance.commands.refusal import USAGE, OneLineParser, refuse

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
        return USAGE if stop.code else 0
    try:
        code = int(options.perform(options))
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader has left, as `| head` does.
        _discard_output()
        return _BROKEN_PIPE
    except OSError as error:
        # The commands answer for their own files: this is the output, such as a file on a full disk.
        _discard_output()
        return refuse(f"{options.command}: the output cannot be written: {error.strerror}")
    return code


def _discard_output() -> None:
    """Python flushes at its exit, and must not find the output that cannot be written then."""
    with suppress(OSError):  # an output within this process has no file
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _prepare_output() -> None:
    """A closed output takes everything, and one without a character shows its escape."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115 - for the whole process
        elif isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _parser(given: Sequence[str]) -> argparse.ArgumentParser:
    parser = OneLineParser(prog="python -m llm_conformance", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    for command in (judge, badge, report, compare, merge, export):
        command.add(commands)
    contract = commands.add_parser("contract", help="print the contract as a Markdown page")
    contract.set_defaults(perform=_contract)
    if not given or given[0] not in {"judge", "badge", "report", "compare", "merge", "export", "contract"}:
        from llm_conformance.simulator import cli  # noqa: PLC0415 - judging a saved run does not pay for the simulator

        cli.add(commands)
    return parser


def _contract(_options: argparse.Namespace) -> int:
    from llm_conformance.catalogue.clauses import contract_page  # noqa: PLC0415 - the same

    sys.stdout.write("\n".join([*contract_page(), ""]))
    return 0


if __name__ == "__main__":
    _prepare_output()
    gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS)
    sys.exit(main())
