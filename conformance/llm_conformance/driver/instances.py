"""Lets instances of the model go in a thread, with a deadline: a `__del__` may hang."""

from __future__ import annotations

import threading
from typing import Any

from llm_conformance.driver.finalisers import finalisers_noted

# Kept until the process ends, as letting them go may hang.
KEPT: list[Any] = []


class Instances:
    """The instances that were made since the last release.

    A scenario runs in the main thread of pytest. Without another reference, its instances would end there.

    seconds: how long a release may take. After one that takes longer, everything is kept.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._made: list[Any] = []
        self._keeps = False

    def add(self, instance: Any) -> None:
        """Hold an instance until the next release."""
        self._made.append(instance)

    def take(self) -> list[Any]:
        """The instances that are held; from here on the caller holds them."""
        made, self._made = self._made, []
        return made

    def release(self) -> None:
        """Let the instances go, except those that something else refers to."""
        made = self.take()
        if self._keeps:
            KEPT.extend(made)
        elif made:
            thread = threading.Thread(target=made.clear, name="llm-conformance-call", daemon=True)
            # A check of its own reports what they raise.
            with finalisers_noted(lambda _error: None):
                thread.start()
                thread.join(self._seconds)
            self._keeps = thread.is_alive()
            if self._keeps:
                # The process must end without the interpreter's own end, which would let go of everything.
                KEPT.append(thread)
