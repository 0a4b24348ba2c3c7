"""What a command answers to input that it cannot use."""

from __future__ import annotations

import sys

USAGE = 4


def refuse(why: str) -> int:
    """Print the reason on one line; the exit code."""
    from llm_conformance.report.lines import escape_line  # noqa: PLC0415 - most commands refuse nothing

    sys.stderr.write(f"{escape_line(why)}\n")
    return USAGE
