"""The option that judges a saved run by another gate than its own."""

from __future__ import annotations

import argparse


def add_gate(parser: argparse.ArgumentParser) -> None:
    """Add the option; its value, or None, is the attribute `gate`."""
    parser.add_argument(
        "--llm-gate",
        "--gate",
        dest="gate",
        metavar="GATE",
        help="what fails it: must, should, or fit:PURPOSE (default: as run)",
    )
