"""The controller of a black box: the model chooses its text, and its hooks are paused between chunks."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from types import AsyncGeneratorType, GeneratorType
from typing import Any

from llm_conformance.control.controller import PlannedAnswer
from llm_conformance.control.hooks.answer import HookedAnswer
from llm_fixtures import Golden


class Hooks:
    """Plans answers for the prompts of the run; each prompt has at most one planned answer.

    read: gives the text of a prompt, a message or a chunk; None if it does not have one.
    """

    sends_eagerly = False
    free_text = True

    def __init__(self, prompts: Sequence[str], read: Callable[[Any], str | None]) -> None:
        self._prompts = tuple(prompts)
        self._read = read
        self._answers: dict[str, HookedAnswer] = {}
        self._lock = threading.Lock()

    def plan(
        self,
        tokens: Sequence[str],
        *,
        prompt: str = "",  # noqa: ARG002 - the prompt is one of the run, whose answer is known from an earlier call
        gates: Sequence[int] = (),
        fails: int | None = None,
    ) -> HookedAnswer:
        """Plan the answer to the first prompt of the run that is free.

        tokens: the chunks of an earlier answer to that prompt.
        Raises LookupError if all prompts have a planned answer, ValueError for `fails`.
        """
        if fails is not None:
            raise ValueError(f"plan(): a black box cannot be made to fail, got fails={fails}")
        with self._lock:
            free = [one for one in self._prompts if one not in self._answers]
            if not free:
                raise LookupError(f"plan(): each of the {len(self._prompts)} prompts of the run has a planned answer")
            answer = self._answers[free[0]] = HookedAnswer(free[0], tokens, gates, self._text_of)
        return answer

    def plan_golden(self, stream: Golden, *, gates: Sequence[int] = ()) -> HookedAnswer:  # noqa: ARG002
        """Raise ValueError: a black box chooses its text."""
        raise ValueError(f"plan_golden(): a black box cannot be made to answer {stream.text!r}")

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

    def wrap(self, returned: Any, arguments: Iterable[Any]) -> Any:
        """What a hook returned for these arguments; a generator is wrapped if an answer is planned for the prompt."""
        answer = self._answer_for("\n".join(map(self._text_of, arguments)))
        if answer is None or any(generation.running for generation in answer.generations):
            # A hook that calls another hook does so freely: testable is only the code around both.
            return returned
        if isinstance(returned, GeneratorType):
            return answer.start_generation().play(returned)
        if isinstance(returned, AsyncGeneratorType):
            return answer.start_generation().aplay(returned)
        # An iterator of another class may have more methods than a generator.
        return returned

    def _answer_for(self, text: str) -> HookedAnswer | None:
        with self._lock:
            found = [answer for prompt, answer in self._answers.items() if prompt in text]
        return max(found, key=lambda answer: len(answer.prompt), default=None)

    def _text_of(self, value: Any) -> str:
        if isinstance(value, list | tuple):
            return "\n".join(map(self._text_of, value))
        return self._read(value) or ""
