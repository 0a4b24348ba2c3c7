"""Exceptions of generators that are dropped unclosed: Python can only report them, and pytest warns of them."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import GeneratorType
from typing import Any


class DroppedGenerators:
    """Keeps what generators raise that are dropped while the harness observes.

    describe: an exception in words. errors: what they raised, as far as no call has reported it.
    """

    def __init__(self, describe: Callable[[BaseException], str]) -> None:
        self.errors: list[str] = []
        self._describe = describe

    def note(self, stray: Any) -> bool:
        """Keep the argument of `sys.unraisablehook`, if it is of a generator; whether it is."""
        of_generator = isinstance(stray.object, GeneratorType) and stray.exc_value is not None
        if of_generator:
            self.errors.append(f"a generator that was dropped {self._describe(stray.exc_value)}")
        return of_generator

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Watch between the calls, too. What is not of a generator goes to the hook that was there before."""
        before = sys.unraisablehook

        def note(stray: Any) -> None:
            if not self.note(stray):
                before(stray)

        sys.unraisablehook = note
        try:
            yield
        finally:
            if sys.unraisablehook is note:
                sys.unraisablehook = before
