"""Cuts a golden stream at a stop text of the request."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Truncated:
    """The texts before the end, and the stop text that ended the answer."""

    pieces: tuple[str, ...]
    by: str


def cut_at_stop(pieces: tuple[str, ...], stops: Iterable[str], *, kept: bool = False) -> Truncated | None:
    """The pieces up to the first stop text, which may span several pieces. None if it does not occur.

    `kept` includes the stop text, as some providers do.
    """
    text = "".join(pieces)
    found = [(position, stop) for stop in stops if (position := text.find(stop)) >= 0]
    if not found:
        return None
    position, stop = min(found, key=lambda found_stop: found_stop[0])
    return Truncated(tuple(_up_to(position + len(stop) if kept else position, pieces)), stop)


def _up_to(end: int, pieces: tuple[str, ...]) -> Iterator[str]:
    start = 0
    for piece in pieces:
        if start >= end:
            return
        yield piece[: end - start]
        start += len(piece)
