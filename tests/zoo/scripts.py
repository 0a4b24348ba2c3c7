"""A minimal script for the scripted models of the zoo, to show their defects without the suite."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

WORDS = ["Sing", " a", " song,", " sing."]


class Words:
    """Answers every prompt with the words, and counts.

    fails_at: index of the word in whose place the script raises.
    before_each: called before each word with its index.
    calls, sent: the calls and the words so far.
    pauses_at: index of the word before which `aplay()` waits for `resume`.
    """

    def __init__(
        self,
        words: list[str] = WORDS,
        *,
        fails_at: int | None = None,
        before_each: Callable[[int], None] | None = None,
    ) -> None:
        self.words = words
        self.fails_at = fails_at
        self.before_each = before_each
        self.calls = 0
        self.sent = 0
        self.resume = asyncio.Event()
        self.pauses_at: int | None = None

    def play(self, _prompt: str, stop: Any = None) -> Iterator[str]:
        self.calls += 1
        return self._tokens()

    async def aplay(self, _prompt: str, stop: Any = None) -> AsyncIterator[str]:
        self.calls += 1
        for index, word in enumerate(self._tokens()):
            if index == self.pauses_at:
                await self.resume.wait()
            yield word

    def _tokens(self) -> Iterator[str]:
        for index, word in enumerate(self.words):
            if self.before_each is not None:
                self.before_each(index)
            if index == self.fails_at:
                raise RuntimeError("no provider")
            self.sent += 1
            yield word


class Pieces:
    """Answers every prompt with the pieces: text, calls, reasoning, usage and the end."""

    def __init__(self, *pieces: Any) -> None:
        self.pieces = pieces

    def play_events(self, _prompt: str, _stop: Any = None) -> Iterator[Any]:
        yield from self.pieces

    async def aplay_events(self, _prompt: str, _stop: Any = None) -> AsyncIterator[Any]:
        for piece in self.pieces:
            yield piece
