"""How long a run waits for calls that do not end: what has been seen to hang is not waited for again and again."""

from __future__ import annotations

# Seconds, of all calls that are waited for in full: three times the usual timeout.
_FULL = 30.0
_TIMES = 3
# Seconds, of all calls that are waited for only shortly after that.
_SHORT = 15.0
# Seconds of one short wait. A conforming model that takes longer for an answer has shown that before.
_LEAST = 1.0
_SHARE = 0.1
# Seconds in which a call that hangs may end once it is released: after a full wait, and after a short one.
_GRACE = 1.0
_SHORT_GRACE = 0.25
# Seconds that each call that ended earns for the short waits, and that all calls earn at most.
_EARNED, _MOST_EARNED = 0.05, 60.0


class Patience:
    """The time that a run still waits for calls that do not end.

    The first calls that hang are waited for in full. Later ones get a tenth of that, and prove nothing; after some of
    them the run asks no more. So a model that hangs wherever it can takes less than a minute more. One that hangs at
    few places is asked to the end of the run: the calls that end earn it some more waits, up to a minute. All seconds
    are those in which the process could run, those in which a released call may end among them.

    timeout: seconds of one full wait, of a model that is not slow. full, short: seconds of all full waits, and of all
    short ones. least: seconds of one short wait, at least. earned: seconds of short waits for each call that ends.
    hung: how many calls did not end. first: where the first of them stood.
    """

    def __init__(
        self,
        timeout: float,
        *,
        full: float = _FULL,
        short: float = _SHORT,
        least: float = _LEAST,
        earned: float = _EARNED,
    ) -> None:
        self._full = max(full, _TIMES * timeout)
        self._short = short
        self._least = least
        self._earned = earned
        self._left_to_earn = _MOST_EARNED
        self.hung = 0
        self.first = ""

    @property
    def short(self) -> bool:
        """Whether a call is no longer waited for in full."""
        return round(self._full, 6) <= 0

    @property
    def exhausted(self) -> bool:
        """Whether another call is not worth it."""
        return self._short <= 0

    def seconds(self, full: float) -> float:
        """Seconds to wait for the next call, of which a full wait takes `full`."""
        return min(full, max(self._least, _SHARE * full)) if self.short else full

    @property
    def grace(self) -> float:
        """Seconds in which the next call that hangs may end once it is released."""
        return _SHORT_GRACE if self.short else _GRACE

    def note_end(self) -> None:
        """A call ended by itself."""
        if self._left_to_earn > 0:
            self._left_to_earn -= self._earned
            self._short += self._earned

    def note_hang(self, seconds: float, location: str) -> None:
        """A call took that time and did not end by itself; it stood there."""
        self.hung += 1
        self.first = self.first or location
        if self.short:
            self._short -= seconds
        else:
            self._full -= seconds

    @property
    def reason(self) -> str:
        """Why a call that is not waited for in full proves nothing."""
        calls = "a call" if self.hung == 1 else f"{self.hung} calls"
        return f"{calls} before it did not end ({self.first}), so it was not waited for in full"

    @property
    def reason_not_asked(self) -> str:
        """Why the model is not called again."""
        return f"not tried: {self.hung} calls before it did not end ({self.first})"
