"""The warnings and stray exceptions of a call, whatever filters and hooks the session has."""

from __future__ import annotations

import contextlib
import sys
import threading
import warnings
from collections.abc import Iterator
from typing import Any

from llm_conformance.driver.dropped import DroppedGenerators
from llm_conformance.driver.recorder import message_of

_MOST_WARNINGS = 100


@contextlib.contextmanager
def capture_warnings(dropped: DroppedGenerators | None = None) -> Iterator[dict[str, None]]:
    """Record warnings and stray exceptions of threads and finalisers, whatever filters the session has.

    Each text is kept once, and at most `_MOST_WARNINGS` of them: a model may warn at every token while its memory is
    measured.
    """
    captured: dict[str, None] = {}

    def capture(text: str) -> None:
        if len(captured) < _MOST_WARNINGS:
            captured[text] = None

    def warn(message: Warning | str, category: type[Warning], *_: object, **__: object) -> None:
        capture(f"{category.__name__}: {message_of(message) if isinstance(message, Warning) else message}")

    def stray_exception(stray: Any) -> None:
        capture(f"unraisable: {_repr_of(stray.exc_value)}")
        if dropped is not None:
            dropped.note(stray)

    def stray_of_thread(stray: Any) -> None:
        # The model may have replaced what this needs.
        with contextlib.suppress(BaseException):
            capture(f"in a thread: {_repr_of(stray.exc_value)}")

    unraisable, threads, shown = sys.unraisablehook, threading.excepthook, warnings.showwarning
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.showwarning = warn
        sys.unraisablehook = stray_exception
        threading.excepthook = stray_of_thread
        try:
            yield captured
        finally:
            sys.unraisablehook, threading.excepthook, warnings.showwarning = unraisable, threads, shown


def _repr_of(error: BaseException | None) -> str:
    try:
        return str.__str__(repr(error))
    except BaseException:  # noqa: BLE001 - an exception without a repr is still reported
        return type(error).__name__
