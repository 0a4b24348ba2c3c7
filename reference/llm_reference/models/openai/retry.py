"""Whether a failed request is worth another, and after how long. Pure: others look at the clock, and wait."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC
from email.utils import parsedate_to_datetime

_PATIENCE = 60.0
_FIRST_WAIT, _DOUBLINGS = 0.5, 4


def passes(status: int) -> bool:
    """Whether this refusal is one that may pass: a timeout, a conflict, too many requests, a fault of the server."""
    return status in (408, 409, 429) or status >= 500  # noqa: PLR2004  # HTTP's own names for them


def seconds(attempt: int, headers: Mapping[str, str], now: float) -> float | None:
    """How long to wait after the failure of this attempt, counted from 0; None: too long for a caller to wait.

    The provider's word counts, in `retry-after-ms` or `retry-after`. If it says nothing, each wait is twice the last,
    up to 8 seconds.
    """
    asked = _asked(headers, now)
    if asked is None:
        return _FIRST_WAIT * 2.0 ** min(attempt, _DOUBLINGS)
    return max(asked, 0.0) if asked <= _PATIENCE else None


def _asked(headers: Mapping[str, str], now: float) -> float | None:
    """The provider's word in seconds: a number, or the date of HTTP. What is neither says nothing."""
    with suppress(KeyError, ValueError):
        return _number(headers["retry-after-ms"]) / 1000
    with suppress(KeyError, ValueError):
        return _number(headers["retry-after"])
    with suppress(KeyError, ValueError):
        date = parsedate_to_datetime(headers["retry-after"])
        # HTTP's dates are all in Greenwich; one of their three forms does not say so.
        return date.replace(tzinfo=date.tzinfo or UTC).timestamp() - now
    return None


def _number(text: str) -> float:
    """A plain decimal number; float() would also take "nan"."""
    if not text.replace(".", "", 1).isdecimal():
        raise ValueError(text)
    return float(text)
