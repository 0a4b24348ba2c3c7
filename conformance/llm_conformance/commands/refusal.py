"""What a command answers to input that it cannot use."""

from __future__ import annotations

import argparse
import sys
from typing import NoReturn

USAGE = 4


def refuse(why: str) -> int:
    """Print the reason on one line; the exit code."""
    from llm_conformance.report.lines import one_line  # noqa: PLC0415 - most commands refuse nothing

    sys.stderr.write(f"{one_line(why)}\n")
    return USAGE


def not_written(name: object, error: OSError) -> int:
    """Say on one line that a file cannot be written; the exit code."""
    return refuse(f"{name}: cannot be written: {error.strerror or error}")


class OneLineParser(argparse.ArgumentParser):
    """Answers wrong arguments in one line, without the usage: it repeats them, and a terminal may interpret them."""

    def error(self, message: str) -> NoReturn:
        """Print the line, and end with the exit code of wrong use."""
        raise SystemExit(refuse(f"{self.prog}: {message}; see {self.prog} --help"))
