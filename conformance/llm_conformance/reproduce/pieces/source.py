"""Where the model under a script has its answer from: a script object, or a hook that is watched."""

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from types import SimpleNamespace
from typing import Any

# Seconds: the script has its own, below the imports.
PAUSE = 2.0


class Script:
    """The model takes the tokens of its answers from here."""

    def __init__(self, answers: dict[str, list[str]]) -> None:
        self.answers = answers

    def tokens(self, prompt: str, stop: list[str] | None) -> list[str]:
        """The tokens of the answer to this prompt, up to the stop text."""
        found = next(tokens for asked, tokens in self.answers.items() if asked in prompt)
        for place in range(len(found)):
            whole = "".join(found[: place + 1])
            for mark in stop or []:
                if mark in whole:
                    before = len("".join(found[:place]))
                    return [*found[:place], whole[before : whole.index(mark)]]
        return found

    def play(self, prompt: str, stop: list[str] | None = None) -> Iterator[str]:
        """The tokens, for a synchronous call."""
        yield from self.tokens(prompt, stop)

    async def aplay(self, prompt: str, stop: list[str] | None = None) -> AsyncIterator[str]:
        """The tokens, for an asynchronous call."""
        for token in self.tokens(prompt, stop):
            yield token


class ScriptOfPieces:
    """The model takes the pieces of its answers from here: text, reasoning, calls of tools, usage and the end."""

    def __init__(self, answers: dict[str, list[dict[str, Any]]]) -> None:
        self.answers = answers

    def pieces(self, prompt: str) -> list[Any]:
        """The pieces of the answer to this prompt."""
        found = next(pieces for asked, pieces in self.answers.items() if asked in prompt)
        return [SimpleNamespace(**piece) for piece in found]

    def play_events(self, prompt: str, _stop: list[str] | None = None) -> Iterator[Any]:
        """The pieces, for a synchronous call."""
        yield from self.pieces(prompt)

    async def aplay_events(self, prompt: str, _stop: list[str] | None = None) -> AsyncIterator[Any]:
        """The pieces, for an asynchronous call."""
        for piece in self.pieces(prompt):
            yield piece


class FailingScript:
    """The model takes its tokens from here, and fails behind the last of them."""

    def __init__(self, tokens: list[str]) -> None:
        self.tokens = tokens

    def play(self, _prompt: str, _stop: list[str] | None = None) -> Iterator[str]:
        """The tokens, for a synchronous call."""
        yield from self.tokens
        raise RuntimeError("the model fails")

    async def aplay(self, _prompt: str, _stop: list[str] | None = None) -> AsyncIterator[str]:
        """The tokens, for an asynchronous call."""
        for token in self.tokens:
            yield token
        raise RuntimeError("the model fails")


class Watched:
    """Shows what the model does with its answer. reached: the pause. ended: the model asks for nothing more.

    calls: how often the model was called. sent: the tokens that it has generated. whole: it has generated all of them.
    """

    def __init__(self) -> None:
        self.reached, self.ended = threading.Event(), threading.Event()
        self.calls, self.sent, self.whole = 0, 0, False

    def state(self) -> str:
        """What the model does after a moment."""
        self.ended.wait(PAUSE / 2)
        if self.ended.is_set() and not self.whole:
            return "the model has stopped"
        return "the model has generated the whole answer" if self.whole else "the model still generates"


class PausedScript(Watched):
    """The model takes its tokens from here, and waits for PAUSE seconds in the middle of them, the first time."""

    def __init__(self, tokens: list[str]) -> None:
        super().__init__()
        self.tokens = tokens

    def play(self, _prompt: str, _stop: list[str] | None = None) -> Iterator[str]:
        """The tokens, for a synchronous call."""
        self.calls += 1
        return self.generation(pauses=self.calls == 1)

    def aplay(self, _prompt: str, _stop: list[str] | None = None) -> AsyncIterator[str]:
        """The tokens, for an asynchronous call."""
        self.calls += 1
        return self.ageneration(pauses=self.calls == 1)

    def generation(self, *, pauses: bool) -> Iterator[str]:
        """The tokens, for a thread."""
        try:
            for place, token in enumerate(self.tokens):
                if pauses and place == len(self.tokens) // 2:
                    self.reached.set()
                    self.ended.wait(PAUSE)
                self.sent += 1
                yield token
            self.whole = True
        finally:
            self.ended.set()

    async def ageneration(self, *, pauses: bool) -> AsyncIterator[str]:
        """The tokens, for a task."""
        try:
            for place, token in enumerate(self.tokens):
                if pauses and place == len(self.tokens) // 2:
                    self.reached.set()
                    await asyncio.sleep(PAUSE)
                self.sent += 1
                yield token
            self.whole = True
        finally:
            self.ended.set()


class PausedPieces(PausedScript):
    """The same for a chat model, which takes pieces."""

    play_events = PausedScript.play
    aplay_events = PausedScript.aplay
