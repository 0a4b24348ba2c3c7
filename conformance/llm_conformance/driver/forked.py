"""A model may fork the process: its child may do what the model wants, and is not a second harness."""

from __future__ import annotations

from os import _exit, getpid


def end_unless(process: int) -> None:
    """End the process if it is another than the one that began a call: a child that the model has forked, and goes on.

    Its event loop shares what it waits with, and would take what the parent waits for.
    """
    if getpid() != process:
        _exit(0)
