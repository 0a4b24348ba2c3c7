"""When a controlled call proves nothing, and where to pause a model so that it proves something."""

from __future__ import annotations

from collections.abc import Sequence

from llm_conformance.records import Stream

# A model that keeps a few chunks back, to look at them, has yielded one of so many before the last.
_SHORTEST = 6
_ENOUGH = 16


class Inconclusive(Exception):  # noqa: N818 - a result, not an error
    """The call proves nothing, for this reason."""


def chunks_to_pause_between(plain: Stream) -> tuple[str, ...]:
    """The chunks between which a model that decides its text itself is paused; Inconclusive if they are too few."""
    texts = tuple(text for text in plain.texts if text)
    if len(texts) < _SHORTEST:
        raise Inconclusive(f"the answer is too short ({len(texts)} chunks) to pause the model in it")
    return texts


def gate_position(tokens: Sequence[str]) -> int:
    """The token before which to pause a model: in the middle of a long answer, near the end of a short one."""
    return max(len(tokens) // 2, min(len(tokens) - 1, _ENOUGH))
