"""A script as short as a story needs it, so that the defects of scripted models can be shown without the suite."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

WORDS = ["Sing", " a", " song,", " sing."]


class Words:
    """Says the words to every prompt, and takes notes.

    fails: the word in whose place the script fails. at: is called before each word, with its place.
    """

    def __init__(
        self, words: list[str] = WORDS, *, fails: int | None = None, at: Callable[[int], None] | None = None
    ) -> None:
        self.words = words
        self.fails = fails
        self.at = at
        self.asked = 0
        self.given = 0
        self.ended = 0
        self.silent = asyncio.Event()
        self.holds: int | None = None

    def play(self, _prompt: str, stop: Any = None) -> Iterator[str]:
        self.asked += 1
        return self._said()

    async def aplay(self, prompt: str, stop: Any = None) -> AsyncIterator[str]:
        self.asked += 1
        try:
            for place, word in enumerate(self._said()):
                if place == self.holds:
                    await self.silent.wait()
                yield word
        finally:
            self.ended += 1

    def _said(self) -> Iterator[str]:
        for place, word in enumerate(self.words):
            if self.at is not None:
                self.at(place)
            if place == self.fails:
                raise RuntimeError("no provider")
            self.given += 1
            yield word
