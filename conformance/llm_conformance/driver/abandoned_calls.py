"""The calls that hung and have not ended since: they may still hold a lock that a later call waits for."""

from __future__ import annotations

import threading


class AbandonedCalls:
    """Where each of them hung, oldest first."""

    def __init__(self) -> None:
        self._calls: list[tuple[threading.Event, str]] = []

    def add(self, done: threading.Event, place: str) -> None:
        """Note a call that hung at this place; `done` is set when it ends."""
        self._calls.append((done, place))

    @property
    def oldest(self) -> str:
        """Where the oldest call that still runs hung; empty if every call has ended."""
        self._calls = [one for one in self._calls if not one[0].is_set()]
        return self._calls[0][1] if self._calls else ""
