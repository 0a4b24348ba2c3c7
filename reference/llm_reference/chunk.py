"""The pieces of an answer, and how they add up."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

T = TypeVar("T")


# Not frozen, as langchain-core's is not: one is made for every token, and a frozen one takes twice as long.
@dataclass(slots=True)
class GenerationChunk:
    """What a model's `_stream` yields: a piece of text, and what the provider said about it."""

    text: str
    generation_info: dict[str, Any] | None = None

    def __add__(self, other: "GenerationChunk") -> "GenerationChunk":
        """Join the texts. What both say holds as said last; langchain-core would glue "m" to "mm"."""
        news = {key: value for key, value in (other.generation_info or {}).items() if value is not None}
        return GenerationChunk(self.text + other.text, {**(self.generation_info or {}), **news} or None)


def add_up(chunks: Iterable[T]) -> T:
    """The sum of the chunks; of chunks that cannot be added, the last."""
    pieces = iter(chunks)
    total = next(pieces)
    for piece in pieces:
        try:
            total = total + piece  # type: ignore[operator]  # += would change a list in place
        except TypeError:
            total = piece
    return total
