"""How a generation ended."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def reported_outcome(report: Callable[[str], None]) -> Iterator[None]:
    """Report how the block ended: "finished", "closed", "cancelled" or "failed". The exception goes on."""
    outcome = "failed"
    try:
        yield
        outcome = "finished"
    except GeneratorExit:
        outcome = "closed"
        raise
    except asyncio.CancelledError:
        outcome = "cancelled"
        raise
    finally:
        report(outcome)
