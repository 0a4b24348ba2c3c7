"""One run of a hook: it is paused between its chunks, and its outcome is kept."""

from __future__ import annotations

import asyncio
from bisect import bisect_right
from collections.abc import AsyncGenerator, Callable, Generator, Iterator, Mapping, Sequence
from contextlib import aclosing, closing, contextmanager
from itertools import accumulate
from typing import Any

from llm_conformance.control.hooks.own_wait import OwnWaits
from llm_conformance.control.outcome import reported_outcome
from llm_conformance.simulator.gate import Gate

_END: Any = object()


class HookGeneration:
    """Passes on the chunks of one run of a hook.

    The text of a hook and the number of its chunks are known only at its end. So progress is counted in the chunks of
    an earlier answer to the same prompt: each counts as sent when its text is, and at most one per chunk of this run.

    asynchronous: the chunks are read on an event loop.
    outcome: "finished", "closed", "cancelled" or "failed"; empty while it may go on.
    running: the hook works on its next chunk.
    left: the consumer has left it, so that an exception after that is the hook's answer to being closed.
    """

    def __init__(
        self,
        expected_chunks: Sequence[str],
        gates: Mapping[int, Gate],
        text_of: Callable[[Any], str],
        on_start: Callable[[HookGeneration], object],
        on_own_wait: Callable[[int], object],
    ) -> None:
        """`on_start` is called with this object at the first `next()`; before that, the hook does not run.

        on_own_wait: called with the number of chunks sent whenever the hook waits on an event loop by itself.
        """
        self.asynchronous = False
        self.left = False
        self.outcome = ""
        self.running = False
        self._expected = "".join(expected_chunks)
        self._ends = list(accumulate(map(len, expected_chunks)))
        self._gates = gates
        self._text_of = text_of
        self._on_start = on_start
        self._on_own_wait = on_own_wait
        self._text = ""
        self._chunks = 0
        self._chunks_at_gate: int | None = None

    @property
    def sent(self) -> int:
        """The number of expected chunks sent so far."""
        return min(bisect_right(self._ends, len(self._text)), self._chunks)

    @property
    def total(self) -> int:
        """The number of chunks of the earlier answer."""
        return len(self._ends)

    @property
    def diverged(self) -> bool:
        """Whether the text differs from the earlier answer."""
        return not (self._expected.startswith(self._text) or self._text.startswith(self._expected))

    @property
    def ended_at_gate(self) -> bool:
        """Whether another answer than the earlier one ended with the chunk before the gate, or with the next one.

        Then the pause was at its end, and a hook that stops looks like one that goes on.
        """
        if self._chunks_at_gate is None or self.outcome != "finished" or self._text == self._expected:
            return False
        return self._chunks - self._chunks_at_gate <= 1

    def play(self, chunks: Generator[Any, Any, Any]) -> Generator[Any, None, None]:
        """The chunks, for a thread. On an event loop there is not a pause, because it would block the loop."""
        self._on_start(self)
        with reported_outcome(self._end), closing(chunks), self._noted_exit():
            self._wait()
            for chunk in chunks:
                self._count(chunk)
                yield chunk
                self._wait()

    async def aplay(self, chunks: AsyncGenerator[Any, Any]) -> AsyncGenerator[Any, None]:
        """The chunks, for a task."""
        self.asynchronous = True
        self._on_start(self)
        with reported_outcome(self._end):
            async with aclosing(chunks):
                with self._noted_exit():
                    await self._await()
                    while (chunk := await self._next(chunks)) is not _END:
                        self._count(chunk)
                        yield chunk
                        await self._await()

    async def _next(self, chunks: AsyncGenerator[Any, Any]) -> Any:
        try:
            return await OwnWaits(anext(chunks), lambda: self._on_own_wait(self.sent))
        except StopAsyncIteration:
            return _END

    @contextmanager
    def _noted_exit(self) -> Iterator[None]:
        try:
            yield
        except (GeneratorExit, asyncio.CancelledError):
            self.left = True
            raise

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
        here = [gate for place, gate in self._gates.items() if place <= self.sent]
        if not all(gate.reached.is_set() for gate in here):
            self._chunks_at_gate = self._chunks
        return here

    def _count(self, chunk: Any) -> None:
        self.running = False
        text = self._text_of(chunk)
        self._text += text
        self._chunks += bool(text)

    def _end(self, outcome: str) -> None:
        self.outcome = outcome
        self.running = False


def _on_a_loop() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True
