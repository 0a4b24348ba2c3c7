"""The script object: a scripted model takes its tokens from it."""

from __future__ import annotations

import itertools
import threading
from collections.abc import AsyncGenerator, Generator, Sequence

from llm_conformance.control.controller import PlannedAnswer
from llm_conformance.control.script.answer import ScriptedAnswer
from llm_conformance.control.script.generation import ScriptGeneration
from llm_conformance.control.script.plan import Plan, events_of
from llm_fixtures import AnswerEvent, Golden


class UnknownPromptError(LookupError):
    """The prompt does not have a planned answer."""


class Script:
    """The planned answer to each prompt; all instances of a subject share one script.

    A planned answer is found by the nonce in the prompt, until it is discarded.
    """

    sends_eagerly = False
    free_text = False

    def __init__(self) -> None:
        self._answers: dict[str, ScriptedAnswer] = {}
        self._lock = threading.Lock()
        self._numbers = itertools.count(1)

    def play(self, prompt: str, stop: Sequence[str] | None = None) -> Generator[str, None, None]:
        """The tokens of the answer to this prompt, up to the first of the stop texts."""
        return self._generation(prompt, stop).play()

    def aplay(self, prompt: str, stop: Sequence[str] | None = None) -> AsyncGenerator[str, None]:
        """The same for `async for`; a gate does not block the event loop."""
        return self._generation(prompt, stop).aplay()

    def play_events(self, prompt: str, stop: Sequence[str] | None = None) -> Generator[AnswerEvent, None, None]:
        """The answer piece by piece: text, reasoning, tool calls, then the usage and why it ended.

        Each piece has a `type`; llm_fixtures/pieces.py has their fields.
        """
        return self._generation(prompt, stop).play_events()

    def aplay_events(self, prompt: str, stop: Sequence[str] | None = None) -> AsyncGenerator[AnswerEvent, None]:
        """The same for `async for`."""
        return self._generation(prompt, stop).aplay_events()

    def plan(
        self,
        tokens: Sequence[str],
        *,
        prompt: str = "Say it.",
        gates: Sequence[int] = (),
        fails: int | None = None,
    ) -> ScriptedAnswer:
        """Plan these tokens as the answer to the prompt with a new nonce."""
        return self._plan(tokens, events_of(tokens, prompt), prompt, gates=gates, fails=fails)

    def plan_golden(self, stream: Golden, *, gates: Sequence[int] = ()) -> ScriptedAnswer:
        """Plan a golden stream as the answer to its prompt. The indices of the gates are those of its pieces."""
        return self._plan(stream.text_tokens(), stream.events(), stream.prompt, gates=gates)

    def release(self) -> None:
        """Open the gates of every planned answer."""
        with self._lock:
            answers = tuple(self._answers.values())
        for answer in answers:
            answer.open_gates()

    def discard(self, answer: PlannedAnswer) -> None:
        """Forget the answer, and open its gates."""
        answer.open_gates()
        with self._lock:
            self._answers.pop(answer.nonce, None)

    def _plan(
        self,
        tokens: Sequence[str],
        events: tuple[AnswerEvent, ...],
        prompt: str,
        *,
        gates: Sequence[int],
        fails: int | None = None,
    ) -> ScriptedAnswer:
        nonce = f"answer-{next(self._numbers):05}"
        answer = ScriptedAnswer(Plan(nonce, tuple(tokens), events, tuple(gates), fails), f"{prompt} [{nonce}]")
        with self._lock:
            self._answers[nonce] = answer
        return answer

    def _generation(self, prompt: str, stop: Sequence[str] | None) -> ScriptGeneration:
        return self._answer_for(prompt).start_generation(prompt, [text for text in stop or () if text])

    def _answer_for(self, prompt: str) -> ScriptedAnswer:
        if not isinstance(prompt, str):
            raise TypeError(f"script.play(): expected the text of the prompt, got {type(prompt).__name__}")
        with self._lock:
            found = [answer for nonce, answer in self._answers.items() if nonce in prompt]
        if len(found) == 1:
            return found[0]
        what = "several prompts of the harness" if found else "not a prompt of the harness"
        raise UnknownPromptError(f"script.play(): expected the text of one prompt, unchanged; {what}: {prompt[:80]!r}")
