"""Which observations belong beside each other: the same act, once synchronous and once asynchronous."""

from __future__ import annotations

import re
from collections.abc import Collection

_SYNC = re.compile(r"(?<![a-z])(invoke|stream|batch)(?![a-z])")
_ASYNC = re.compile(r"(?<![a-z])a(invoke|stream|batch)(?![a-z])")


def beside(name: str, recorded: Collection[str]) -> tuple[str, ...]:
    """The observation, and that of its other style if it is recorded; the synchronous one first."""
    if (found := _other(name, _SYNC, r"a\1", recorded)) is not None:
        return name, found
    return (found, name) if (found := _other(name, _ASYNC, r"\1", recorded)) is not None else (name,)


def _other(name: str, style: re.Pattern[str], into: str, recorded: Collection[str]) -> str | None:
    """The name with the style changed in its brackets, or before them."""
    act, bracket, rest = name.partition("[")
    candidates = (act + bracket + style.sub(into, rest, count=1), style.sub(into, act, count=1) + bracket + rest)
    return next((one for one in candidates if one != name and one in recorded), None)
