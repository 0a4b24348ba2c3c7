"""When nothing can be told of a model that is held, and where to hold it so that something can."""

from __future__ import annotations

from collections.abc import Sequence

from llm_conformance.records import Stream

# Whoever holds a few chunks back, to see what they are, has given one of so many before the last.
_SHORTEST = 6
_ENOUGH = 16


class Inconclusive(Exception):  # noqa: N818 - it is no error of anybody
    """Nothing can be told of the act, for that reason."""


def chunks_to_hold_between(heard: Stream) -> tuple[str, ...]:
    """The chunks between which a model that improvises is held; Untold where they are too few."""
    texts = tuple(text for text in heard.texts if text)
    if len(texts) < _SHORTEST:
        raise Inconclusive(f"too few chunks to be held between: {len(texts)}")
    return texts


def gate_position(tokens: Sequence[str]) -> int:
    """Where to hold a model that has said a good deal: in the middle of a long answer, near the end of a short one."""
    return max(len(tokens) // 2, min(len(tokens) - 1, _ENOUGH))
