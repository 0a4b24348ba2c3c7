"""The object that a scripted model is given, and asks for its tokens."""

from __future__ import annotations

import itertools
import threading
from collections.abc import AsyncGenerator, Generator, Sequence

from llm_conformance.control.controller import PlannedAnswer as Announced
from llm_conformance.control.script.answer import ScriptedAnswer
from llm_conformance.control.script.generation import ScriptGeneration
from llm_conformance.control.script.plan import Plan
from llm_conformance.simulator.stop_text import cut_at_stop
from llm_fixtures import Golden


class UnknownPromptError(LookupError):
    """A model asked for the tokens of a prompt that has none."""


class Script:
    """What the model says to each prompt; one script serves all instances of a subject.

    What is announced stands until it is forgotten, and is found by the nonce in the prompt.
    """

    sends_eagerly = False
    free_text = False

    def __init__(self) -> None:
        self._answers: dict[str, ScriptedAnswer] = {}
        self._lock = threading.Lock()
        self._numbers = itertools.count(1)

    def play(self, prompt: str, stop: Sequence[str] | None = None) -> Generator[str, None, None]:
        """The tokens of the answer to this prompt, ended before the first of the stop marks."""
        return self._generation(prompt, stop).play()

    def aplay(self, prompt: str, stop: Sequence[str] | None = None) -> AsyncGenerator[str, None]:
        """The same for `async for`; it never blocks the loop."""
        return self._generation(prompt, stop).aplay()

    def plan(
        self,
        tokens: Sequence[str],
        *,
        prompt: str = "Say it.",
        gates: Sequence[int] = (),
        fails: int | None = None,
    ) -> ScriptedAnswer:
        """Say these tokens to the prompt of the cue, from now on."""
        nonce = f"cue-{next(self._numbers):05}"
        cue = ScriptedAnswer(Plan(nonce, tuple(tokens), tuple(gates), fails), f"{prompt} [{nonce}]")
        with self._lock:
            self._answers[nonce] = cue
        return cue

    def plan_golden(self, stream: Golden) -> ScriptedAnswer:
        """Say the text of a golden stream to its prompt."""
        return self.plan(stream.text_tokens(), prompt=stream.prompt)

    def discard(self, cue: Announced) -> None:
        """Say nothing to its prompt any more, and hold nobody."""
        cue.open_gates()
        with self._lock:
            self._answers.pop(cue.nonce, None)

    def _generation(self, prompt: str, stop: Sequence[str] | None) -> ScriptGeneration:
        cue = self._answer_for(prompt)
        said = cue.plan.tokens
        ended = cut_at_stop(said, [mark for mark in stop or () if mark])
        return cue.start_generation(said if ended is None else ended.pieces)

    def _answer_for(self, prompt: str) -> ScriptedAnswer:
        if not isinstance(prompt, str):
            raise TypeError(f"script.play(): expected the text of the prompt, got {type(prompt).__name__}")
        with self._lock:
            found = [cue for nonce, cue in self._answers.items() if nonce in prompt]
        if len(found) == 1:
            return found[0]
        what = "several prompts of the harness" if found else "no prompt of the harness"
        raise UnknownPromptError(f"script.play(): expected one prompt as it came, got {what} in {prompt[:80]!r}")
