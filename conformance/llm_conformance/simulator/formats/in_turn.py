"""The order of an API that does not interleave blocks: a piece of a later block waits for the blocks before it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from llm_conformance.simulator.formats.asked import Part


@dataclass(frozen=True, slots=True)
class Turn:
    """Pieces of one block that are sent together.

    block: the index of the block. number: that of the piece with which they are sent. last: whether they complete it.
    """

    block: int
    parts: tuple[Part, ...]
    number: int
    last: bool


def in_turn(parts: Sequence[Part], blocks: Sequence[int], last: Sequence[int]) -> Iterator[Turn]:
    """The pieces, block after block.

    A piece of a later block is held back until the blocks before it are complete. It is then sent with the number of
    the piece that completed them.

    blocks: for each piece the index of its block. last: for each block the number of its last piece.
    """
    waiting: list[list[Part]] = [[] for _ in last]
    current = 0
    for part, own in zip(parts, blocks, strict=True):
        number = part[0]
        waiting[own].append(part)
        while current < len(last) and waiting[current]:
            complete = number >= last[current]
            yield Turn(current, tuple(waiting[current]), number, complete)
            waiting[current].clear()
            if not complete:
                break
            current += 1
