"""The chunks of a text, and the sum of any chunks. The sum is the answer."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from typing import Any, Generic, TypeVar

from llm_reference.messages.chunk import AIMessageChunk
from llm_reference.messages.generation import ChatGenerationChunk

T = TypeVar("T")

# So many chunks of text become one: enough to make the sum cheap, and few enough to keep little.
_BLOCK = 64


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


class ChunkSum(Generic[T]):
    """The sum of chunks that come one by one. Of a long text it keeps the text: the chunks take ten times the memory.

    Chunks that are more than a text are kept, because their sum depends on the order of the additions.
    """

    def __init__(self) -> None:
        self._blocks: list[T] = []
        self._chunks: list[T] = []

    def add(self, chunk: T) -> None:
        """Add the next chunk."""
        self._chunks.append(chunk)
        if len(self._chunks) == _BLOCK and _are_texts(self._chunks):
            self._blocks.append(add_chunks(self._chunks))
            self._chunks = []

    def __bool__(self) -> bool:
        return bool(self._blocks or self._chunks)

    @property
    def value(self) -> T:
        """The sum so far. There must be a chunk."""
        return add_chunks([*self._blocks, *self._chunks])


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


def _are_texts(chunks: list[Any]) -> bool:
    kinds = {type(chunk) for chunk in chunks}
    plain = kinds in ({AIMessageChunk}, {ChatGenerationChunk}) and all(chunk.is_plain for chunk in chunks)
    return plain or kinds in ({str}, {GenerationChunk})


def _sum(total: Any, piece: Any) -> Any:
    try:
        return total + piece  # += would change the first chunk in place if it is a list
    except TypeError:
        return piece
