"""Decides whether to retry a failed request, and after how long. The caller passes the time, and waits."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC
from email.utils import parsedate_to_datetime

# In seconds.
_FIRST_WAIT, _LONGEST_WAIT = 0.5, 60.0
_MAX_DOUBLINGS = 4


def is_transient(status: int) -> bool:
    """Whether a request with this HTTP status may succeed later: timeout, conflict, rate limit or server error."""
    return status in (408, 409, 429) or status >= 500  # noqa: PLR2004  # statuses of HTTP


def seconds(attempt: int, headers: Mapping[str, str], now: float) -> float | None:
    """How many seconds to wait after this failed attempt, counted from 0; None: do not retry, the wait is too long.

    The headers `retry-after-ms` and `retry-after` of the provider decide. Without them the wait doubles with each
    attempt, from 0.5 to 8 seconds.
    """
    requested = _requested_wait(headers, now)
    if requested is None:
        return _FIRST_WAIT * 2.0 ** min(attempt, _MAX_DOUBLINGS)
    return max(requested, 0.0) if requested <= _LONGEST_WAIT else None


def _requested_wait(headers: Mapping[str, str], now: float) -> float | None:
    """The wait in the headers, in seconds: a number or an HTTP date. Any other value is ignored."""
    with suppress(KeyError, ValueError):
        return _number(headers["retry-after-ms"]) / 1000
    with suppress(KeyError, ValueError):
        return _number(headers["retry-after"])
    with suppress(KeyError, ValueError):
        date = parsedate_to_datetime(headers["retry-after"])
        # All HTTP dates are in UTC; one of their three formats does not name the zone.
        return date.replace(tzinfo=date.tzinfo or UTC).timestamp() - now
    return None


def _number(text: str) -> float:
    """A plain decimal number. `float()` alone would accept "nan", too."""
    if not text.replace(".", "", 1).isdecimal():
        raise ValueError(text)
    return float(text)
