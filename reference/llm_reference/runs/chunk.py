"""The pieces of an answer, and how they add up."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
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
        info = self.generation_info or {}
        news = {key: said for key, said in (other.generation_info or {}).items() if said is not None or key not in info}
        return GenerationChunk(self.text + other.text, {**info, **news} or None)


def add_chunks(chunks: Iterable[T]) -> T:
    """The sum of the chunks; of chunks that cannot be added, the last."""
    pieces: list[Any] = list(chunks)
    kinds = {type(piece) for piece in pieces}
    # Joined texts take time that grows with their length; added one by one, with its square.
    if kinds == {str}:
        return "".join(pieces)  # type: ignore[return-value]  # T is str
    if kinds == {GenerationChunk}:
        infos = [GenerationChunk("", piece.generation_info) for piece in pieces if piece.generation_info]
        text = "".join(piece.text for piece in pieces)
        return reduce(_sum, infos, GenerationChunk(text))  # type: ignore[return-value]  # T is GenerationChunk
    return reduce(_sum, pieces)  # type: ignore[no-any-return]  # it is a T


def _sum(total: Any, piece: Any) -> Any:
    try:
        return total + piece  # += would change a list in place
    except TypeError:
        return piece
