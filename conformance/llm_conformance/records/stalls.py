"""How long an event loop stood still in a call, and when that proves that the call blocked it."""

from __future__ import annotations

from dataclasses import dataclass

SHORTEST_STALL = 0.25
SHARE_OF_CALL = 0.5


@dataclass(frozen=True, slots=True)
class Stalls:
    """The stalls of an event loop during one call.

    seconds: their sum.
    waited: the part of it in which the thread of the loop waited; null if the platform does not count that.
    """

    seconds: float
    waited: float | None = None

    def proves_blocking(self, call: float) -> bool:
        """Whether the thread waited so long, and for so much of the call, that no load explains it."""
        return self.waited is not None and _long(self.waited, call)

    def worth_reporting(self, call: float) -> bool:
        """Whether the loop stood still so long, for whatever reason."""
        return _long(self.seconds, call)


def _long(seconds: float, call: float) -> bool:
    return seconds >= SHORTEST_STALL and seconds >= SHARE_OF_CALL * call
