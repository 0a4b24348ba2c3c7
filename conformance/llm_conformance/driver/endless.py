"""How much a call may yield until it counts as endless, and how much of it is recorded then."""

from __future__ import annotations

from typing import TypeVar

T = TypeVar("T")

# Chunks, events, or calls of a handler.
ENDLESS = 200_000
_SAMPLE = 100


class EndlessError(BaseException):
    """Ends a call that counts as endless; no handler for `Exception` in the model may catch it."""


def refuse_endless(count: int) -> None:
    """Raise EndlessError if a call has yielded so much."""
    if count >= ENDLESS:
        raise EndlessError


def sample(items: list[T], *, endless: bool) -> list[T]:
    """The items to record; of an endless call the first of them."""
    return items[:_SAMPLE] if endless else items
