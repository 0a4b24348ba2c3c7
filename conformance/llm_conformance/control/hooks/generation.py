"""The take: one time that a hook of a black box was run, held between its chunks, and what became of it."""

from __future__ import annotations

import asyncio
from bisect import bisect_right
from collections.abc import AsyncGenerator, Callable, Generator, Iterator, Mapping, Sequence
from contextlib import aclosing, closing, contextmanager
from itertools import accumulate
from typing import Any

from llm_conformance.simulator.gate import Gate


class HookGeneration:
    """The chunks of one run of a hook on their way to whoever runs it.

    What a hook says, and in how many chunks, is known when it is over. So its progress is told in the pieces in which
    the same answer was heard before: a piece is given when its text is, and by no less than a chunk.

    begins: called with it at the first next, before which nothing is run.
    asynchronous: the chunks are taken on a loop.
    ended: "finished", "closed", "cancelled" or "failed"; empty while it may go on.
    inside: the hook itself is at work on its next chunk.
    """

    def __init__(
        self,
        pieces: Sequence[str],
        gates: Mapping[int, Gate],
        text_of: Callable[[Any], str],
        begins: Callable[[HookGeneration], object],
    ) -> None:
        self.asynchronous = False
        self.outcome = ""
        self.running = False
        self._expected = "".join(pieces)
        self._ends = list(accumulate(map(len, pieces)))
        self._gates = gates
        self._text_of = text_of
        self._begins = begins
        self._text = ""
        self._chunks = 0

    @property
    def sent(self) -> int:
        """How many pieces it has given."""
        return min(bisect_right(self._ends, len(self._text)), self._chunks)

    @property
    def total(self) -> int:
        """How many there were when the answer was heard before."""
        return len(self._ends)

    @property
    def diverged(self) -> bool:
        """Whether it says something else than was heard before."""
        return not (self._expected.startswith(self._text) or self._text.startswith(self._expected))

    def play(self, chunks: Generator[Any, Any, Any]) -> Generator[Any, None, None]:
        """The chunks, for a thread; whoever takes them on a loop is not held, for that would hold the loop."""
        with self._noted(), closing(chunks):
            self._wait()
            for chunk in chunks:
                self._count(chunk)
                yield chunk
                self._wait()

    async def aplay(self, chunks: AsyncGenerator[Any, Any]) -> AsyncGenerator[Any, None]:
        """The chunks, for a task."""
        self.asynchronous = True
        with self._noted():
            async with aclosing(chunks):
                await self._await()
                async for chunk in chunks:
                    self._count(chunk)
                    yield chunk
                    await self._await()

    def _wait(self) -> None:
        for gate in self._here():
            if not _on_a_loop():
                gate.wait()
        self.running = True

    async def _await(self) -> None:
        for gate in self._here():
            await gate.wait_async()
        self.running = True

    def _here(self) -> list[Gate]:
        return [gate for place, gate in self._gates.items() if place <= self.sent]

    def _count(self, chunk: Any) -> None:
        self.running = False
        text = self._text_of(chunk)
        self._text += text
        self._chunks += bool(text)

    @contextmanager
    def _noted(self) -> Iterator[None]:
        self._begins(self)
        try:
            yield
            self.outcome = "finished"
        except GeneratorExit:
            self.outcome = "closed"
            raise
        except asyncio.CancelledError:
            self.outcome = "cancelled"
            raise
        except BaseException:
            self.outcome = "failed"
            raise
        finally:
            self.running = False


def _on_a_loop() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True
