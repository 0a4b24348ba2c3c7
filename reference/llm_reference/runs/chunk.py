"""The chunks of a text, and the sum of any chunks. The sum is the answer."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from typing import Any, TypeVar

from llm_reference.messages.chunk import AIMessageChunk
from llm_reference.messages.generation import ChatGenerationChunk

T = TypeVar("T")


# Not frozen, like the class of langchain-core: each token makes one, and making a frozen one takes twice as long.
@dataclass(slots=True)
class GenerationChunk:
    """What a model's `_stream` yields: a part of the text, and what the provider reports about it."""

    text: str
    generation_info: dict[str, Any] | None = None

    def __add__(self, other: "GenerationChunk") -> "GenerationChunk":
        """Join the texts. Where both have a key in `generation_info`, the later value wins.

        langchain-core joins two strings under one key: "m" and "m" become "mm".
        """
        info = self.generation_info or {}
        later = other.generation_info or {}
        added = {key: value for key, value in later.items() if value is not None or key not in info}
        return GenerationChunk(self.text + other.text, {**info, **added} or None)


def add_chunks(chunks: Iterable[T]) -> T:
    """Return the sum of the chunks. If two cannot be added, the later one replaces the sum so far."""
    pieces: list[Any] = list(chunks)
    kinds = {type(piece) for piece in pieces}
    # The time of a join is linear in the length of the text; that of repeated `+` is quadratic.
    if kinds == {str}:
        return "".join(pieces)  # type: ignore[return-value]  # T is str
    if len(kinds) == 1 and isinstance(pieces[0], (AIMessageChunk, ChatGenerationChunk)):
        return pieces[0] + pieces[1:]  # type: ignore[return-value]  # T is their class
    if kinds == {GenerationChunk}:
        infos = [GenerationChunk("", piece.generation_info) for piece in pieces if piece.generation_info]
        text = "".join(piece.text for piece in pieces)
        return reduce(_sum, infos, GenerationChunk(text))  # type: ignore[return-value]  # T is GenerationChunk
    return reduce(_sum, pieces)  # type: ignore[no-any-return]  # the sum of values of type T is a T


def _sum(total: Any, piece: Any) -> Any:
    try:
        return total + piece  # += would change the first chunk in place if it is a list
    except TypeError:
        return piece
