"""The last reference to an instance is dropped: what its finaliser does."""

from __future__ import annotations

import gc
from typing import Any
from weakref import ref

from llm_conformance.driver.call_result import CallResult
from llm_conformance.driver.driver import Driver
from llm_conformance.driver.finalisers import finalisers_noted


def let_go(driver: Driver) -> CallResult | None:
    """Let the instances of this scenario go; None if something else refers to them, so that they do not end.

    A finaliser that waits hangs as any call does. What one raises is what the call raised.
    """
    held = driver.instances.take()
    left = [one for one in map(_weak, held) if one is not None]
    stray: list[BaseException] = []

    def act() -> None:
        with finalisers_noted(stray.append):
            held.clear()
            gc.collect()
        if stray:
            raise stray.pop(0)

    result = driver.call(act)
    ended = result.hung is not None or result.raised is not None or all(one() is None for one in left)
    return result if ended else None


def _weak(instance: Any) -> ref[Any] | None:
    try:
        return ref(instance)
    except TypeError:
        # Such as one with slots: it cannot be known.
        return None
