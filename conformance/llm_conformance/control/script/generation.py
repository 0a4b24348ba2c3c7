"""One generation: the model takes the tokens of a planned answer, and the outcome is kept."""

from __future__ import annotations

import threading
from collections.abc import AsyncGenerator, Generator, Iterator, Mapping

from llm_conformance.control.outcome import reported_outcome
from llm_conformance.control.script.plan import ScriptedError
from llm_conformance.simulator.gate import Gate


class ScriptGeneration:
    """Passes the tokens of one call to the model.

    prompt: the prompt that the model passed on.
    sent: the number of tokens sent so far. asynchronous: they are read on an event loop.
    outcome: "finished", "closed", "cancelled" or "failed"; empty while it may go on. done: set when it has ended.
    """

    def __init__(self, prompt: str, tokens: tuple[str, ...], gates: Mapping[int, Gate], fails: int | None) -> None:
        self.prompt = prompt
        self.tokens = tokens
        self.sent = 0
        self.asynchronous = False
        self.outcome = ""
        self.done = threading.Event()
        self._gates = gates
        self._fails = fails

    def play(self) -> Generator[str, None, None]:
        """The tokens, for a thread."""
        with reported_outcome(self._end):
            for place, token in self._steps():
                if (gate := self._gates.get(place)) is not None:
                    gate.wait()
                if token is not None:
                    yield self._next(place, token)
            self._fail_at(len(self.tokens))

    async def aplay(self) -> AsyncGenerator[str, None]:
        """The tokens, for a task."""
        self.asynchronous = True
        with reported_outcome(self._end):
            for place, token in self._steps():
                if (gate := self._gates.get(place)) is not None:
                    await gate.wait_async()
                if token is not None:
                    yield self._next(place, token)
            self._fail_at(len(self.tokens))

    def _steps(self) -> Iterator[tuple[int, str | None]]:
        yield from enumerate(self.tokens)
        yield len(self.tokens), None

    def _next(self, place: int, token: str) -> str:
        self._fail_at(place)
        self.sent += 1
        return token

    def _fail_at(self, place: int) -> None:
        if self._fails == place:
            raise ScriptedError(f"the script fails at token {place}")

    @property
    def total(self) -> int:
        """The number of tokens."""
        return len(self.tokens)

    def _end(self, outcome: str) -> None:
        self.outcome = outcome
        self.done.set()
