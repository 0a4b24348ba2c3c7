"""The hooks of a black box as the hand in which it is: it says what it says, and is held between its chunks."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from types import AsyncGeneratorType, GeneratorType
from typing import Any

from llm_conformance.control.controller import PlannedAnswer as Announced
from llm_conformance.control.hooks.answer import HookedAnswer
from llm_fixtures import Golden


class Hooks:
    """A cue is one of the run's own prompts, and stands for whoever is asked that one.

    read: the text of a prompt, a message or a chunk; None where it has none.
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
        prompt: str = "",  # noqa: ARG002 - a prompt of the run, so that the model is asked nothing unheard-of
        gates: Sequence[int] = (),
        fails: int | None = None,
    ) -> HookedAnswer:
        """Hold whoever is asked the first prompt of the run that is free; tokens: the pieces in which it is heard.

        LookupError where no prompt is free, ValueError where a failure is asked for.
        """
        if fails is not None:
            raise ValueError(f"announce(): expected no failure for a black box, got one at token {fails}")
        with self._lock:
            free = [one for one in self._prompts if one not in self._answers]
            if not free:
                raise LookupError(f"announce(): each of the {len(self._prompts)} prompts of the run is announced")
            cue = self._answers[free[0]] = HookedAnswer(free[0], tokens, gates, self._text_of)
        return cue

    def plan_golden(self, stream: Golden) -> HookedAnswer:
        """ValueError: nobody tells a black box what to say."""
        raise ValueError(f"announce_golden(): a black box cannot be made to say {stream.text!r}")

    def discard(self, cue: Announced) -> None:
        """Hold nobody any more."""
        cue.open_gates()
        with self._lock:
            self._answers.pop(cue.nonce, None)

    def wrap(self, made: Any, asked: Iterable[Any]) -> Any:
        """What a hook has made of what it was asked; a generator is held where a cue says so."""
        cue = self._found("\n".join(map(self._text_of, asked)))
        if cue is None or any(take.running for take in cue.generations):
            # A hook that runs another one does so as it likes: only what is around both is judged.
            return made
        if isinstance(made, GeneratorType):
            return cue.start_generation().play(made)
        if isinstance(made, AsyncGeneratorType):
            return cue.start_generation().aplay(made)
        # An iterator of the author's own may be more than that.
        return made

    def _found(self, text: str) -> HookedAnswer | None:
        with self._lock:
            found = [cue for prompt, cue in self._answers.items() if prompt in text]
        return max(found, key=lambda cue: len(cue.prompt), default=None)

    def _text_of(self, value: Any) -> str:
        if isinstance(value, list | tuple):
            return "\n".join(map(self._text_of, value))
        return self._read(value) or ""
