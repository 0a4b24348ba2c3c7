"""Stop texts: where a golden stream ends early because the request asked for it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Truncated:
    """What is said of an answer that a stop text ends, and which one it was."""

    pieces: tuple[str, ...]
    by: str


def cut_at_stop(pieces: tuple[str, ...], stops: Iterable[str], *, kept: bool = False) -> Truncated | None:
    """The pieces up to the earliest stop text, wherever it lies across them; None if there is none.

    `kept` says the stop text as well, as some providers do.
    """
    text = "".join(pieces)
    found = [(position, stop) for stop in stops if (position := text.find(stop)) >= 0]
    if not found:
        return None
    position, stop = min(found, key=lambda one: one[0])
    return Truncated(tuple(_up_to(position + len(stop) if kept else position, pieces)), stop)


def _up_to(end: int, pieces: tuple[str, ...]) -> Iterator[str]:
    start = 0
    for piece in pieces:
        if start >= end:
            return
        yield piece[: end - start]
        start += len(piece)
