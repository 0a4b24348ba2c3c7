"""The object that a scripted model is given, and asks for its tokens."""

from __future__ import annotations

import itertools
import threading
from collections.abc import AsyncGenerator, Generator, Sequence

from llm_conformance.control.controller import Cue as Announced
from llm_conformance.control.script.answer import Cue
from llm_conformance.control.script.generation import Take
from llm_conformance.control.script.plan import Plan
from llm_conformance.simulator.stop_text import stopped
from llm_fixtures import Golden


class Unscripted(LookupError):  # noqa: N818 - what is missing, not that something is wrong
    """A model asked for the tokens of a prompt that has none."""


class Script:
    """What the model says to each prompt; one script serves all instances of a subject.

    What is announced stands until it is forgotten, and is found by the nonce in the prompt.
    """

    sends_ahead = False
    improvises = False

    def __init__(self) -> None:
        self._cues: dict[str, Cue] = {}
        self._lock = threading.Lock()
        self._numbers = itertools.count(1)

    def play(self, prompt: str, stop: Sequence[str] | None = None) -> Generator[str, None, None]:
        """The tokens of the answer to this prompt, ended before the first of the stop marks."""
        return self._take(prompt, stop).play()

    def aplay(self, prompt: str, stop: Sequence[str] | None = None) -> AsyncGenerator[str, None]:
        """The same for `async for`; it never blocks the loop."""
        return self._take(prompt, stop).aplay()

    def announce(
        self,
        tokens: Sequence[str],
        *,
        prompt: str = "Say it.",
        gates: Sequence[int] = (),
        fails: int | None = None,
    ) -> Cue:
        """Say these tokens to the prompt of the cue, from now on."""
        nonce = f"cue-{next(self._numbers):05}"
        cue = Cue(Plan(nonce, tuple(tokens), tuple(gates), fails), f"{prompt} [{nonce}]")
        with self._lock:
            self._cues[nonce] = cue
        return cue

    def announce_golden(self, stream: Golden) -> Cue:
        """Say the text of a golden stream to its prompt."""
        return self.announce(stream.text_tokens(), prompt=stream.prompt)

    def forget(self, cue: Announced) -> None:
        """Say nothing to its prompt any more, and hold nobody."""
        cue.release()
        with self._lock:
            self._cues.pop(cue.nonce, None)

    def _take(self, prompt: str, stop: Sequence[str] | None) -> Take:
        cue = self._found(prompt)
        said = cue.plan.tokens
        ended = stopped(said, [mark for mark in stop or () if mark])
        return cue.take(said if ended is None else ended.pieces)

    def _found(self, prompt: str) -> Cue:
        if not isinstance(prompt, str):
            raise TypeError(f"script.play(): expected the text of the prompt, got {type(prompt).__name__}")
        with self._lock:
            found = [cue for nonce, cue in self._cues.items() if nonce in prompt]
        if len(found) == 1:
            return found[0]
        what = "several prompts of the harness" if found else "no prompt of the harness"
        raise Unscripted(f"script.play(): expected one prompt as it came, got {what} in {prompt[:80]!r}")
