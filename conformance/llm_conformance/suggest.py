"""What was meant by a name that does not exist, as the end of an error message."""

from __future__ import annotations

from collections.abc import Iterable

_MOST = 3
# How alike a name must be to be meant, and how much less alike than the nearest one it may be.
_ALIKE, _APART = 0.6, 0.12
# A shorter name is a part of too many.
_SHORTEST_PART = 3


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """The known names nearest to `name`, as the end of a message."""
    close = nearest(name, known)
    return f"; did you mean {' or '.join(close)}?" if close else ""


def nearest(name: str, known: Iterable[str]) -> list[str]:
    """The known names that may be meant, the nearest first; none if the name itself is known."""
    from difflib import SequenceMatcher  # noqa: PLC0415 - only a mistake pays for it

    folded = name.casefold()
    others = list(dict.fromkeys(known))
    if name in others:
        return []
    if same := [one for one in others if one.casefold() == folded]:
        return same[:_MOST]
    matcher = SequenceMatcher(b=folded)
    likeness = {}
    for one in others:
        matcher.set_seq1(one.casefold())
        likeness[one] = 0.0 if matcher.quick_ratio() < _ALIKE else matcher.ratio()
    best = max(likeness.values(), default=0.0)
    close = {one for one, ratio in likeness.items() if ratio >= max(_ALIKE, best - _APART)}
    if len(folded) >= _SHORTEST_PART:
        close |= {one for one in others if folded in one.casefold()}
    return sorted(close, key=lambda one: (-likeness[one], one))[:_MOST]
