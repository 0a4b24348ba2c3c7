"""One generation: the model takes the tokens of a planned answer, and the outcome is kept."""

from __future__ import annotations

import threading
from collections.abc import AsyncGenerator, Generator, Iterator, Mapping, Sequence
from typing import TypeVar

from llm_conformance.control.outcome import reported_outcome
from llm_conformance.control.script.plan import Plan, ScriptedError
from llm_conformance.simulator.gate import Gate
from llm_fixtures import AnswerEvent

T = TypeVar("T")


class ScriptGeneration:
    """Passes the tokens of one call to the model.

    prompt: the prompt that the model passed on.
    text_alone: the model takes the text of the answer, and not its events.
    sent: the number of tokens sent so far. asynchronous: they are read on an event loop.
    outcome: "finished", "closed", "cancelled" or "failed"; empty while it may go on. done: set when it has ended.
    """

    def __init__(self, prompt: str, plan: Plan, gates: Mapping[int, Gate]) -> None:
        """`plan` is what is planned for the prompt, or the part of it before a stop text."""
        self.prompt = prompt
        self.tokens = plan.tokens
        self.text_alone = True
        self.sent = 0
        self.asynchronous = False
        self.outcome = ""
        self.done = threading.Event()
        self._events = plan.events
        self._gates = gates
        self._fails = plan.fails

    def play(self) -> Generator[str, None, None]:
        """The tokens, for a thread."""
        yield from self._played(self.tokens, ())

    def aplay(self) -> AsyncGenerator[str, None]:
        """The tokens, for a task."""
        return self._aplayed(self.tokens, ())

    def play_events(self) -> Generator[AnswerEvent, None, None]:
        """The pieces of the answer, its usage and its end, for a thread."""
        self.text_alone = False
        count = len(self.tokens)
        yield from self._played(self._events[:count], self._events[count:])

    def aplay_events(self) -> AsyncGenerator[AnswerEvent, None]:
        """The same, for a task."""
        self.text_alone = False
        count = len(self.tokens)
        return self._aplayed(self._events[:count], self._events[count:])

    def _played(self, items: Sequence[T], ends: Sequence[T]) -> Generator[T, None, None]:
        with reported_outcome(self._end):
            for place, item in self._steps(items):
                if (gate := self._gates.get(place)) is not None:
                    gate.wait()
                if item is not None:
                    yield self._next(place, item)
            self._fail_at(len(items))
            yield from ends

    async def _aplayed(self, items: Sequence[T], ends: Sequence[T]) -> AsyncGenerator[T, None]:
        self.asynchronous = True
        with reported_outcome(self._end):
            for place, item in self._steps(items):
                if (gate := self._gates.get(place)) is not None:
                    await gate.wait_async()
                if item is not None:
                    yield self._next(place, item)
            self._fail_at(len(items))
            for end in ends:
                yield end

    def _steps(self, items: Sequence[T]) -> Iterator[tuple[int, T | None]]:
        yield from enumerate(items)
        yield len(items), None

    def _next(self, place: int, item: T) -> T:
        self._fail_at(place)
        self.sent += 1
        return item

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
