"""Stop texts: where a golden stream ends early because the request asked for it."""

from collections.abc import Iterable, Iterator


def before_stop(pieces: tuple[str, ...], stops: Iterable[str]) -> tuple[str, ...] | None:
    """The pieces up to the earliest stop text, wherever it lies across them; None if there is none."""
    text = "".join(pieces)
    found = [position for stop in stops if (position := text.find(stop)) >= 0]
    return tuple(_up_to(min(found), pieces)) if found else None


def _up_to(end: int, pieces: tuple[str, ...]) -> Iterator[str]:
    start = 0
    for piece in pieces:
        if start >= end:
            return
        yield piece[: end - start]
        start += len(piece)
