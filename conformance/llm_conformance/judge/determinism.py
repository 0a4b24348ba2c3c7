"""Whether answers of different calls may be compared at all: nothing is accused in doubt."""

from __future__ import annotations

from collections.abc import Callable

from llm_conformance.records import About, Missing, Observation, Replies, Reply, Stream, Status

_CHANGES = "the model gives the same prompt different answers"


class Doubts:
    """What speaks against comparing the answers of one subject.

    observation: what the scenario of a name saw.
    """

    def __init__(self, about: About, observation: Callable[[str], Observation | Missing]) -> None:
        self._about = about
        self._observation = observation

    def at_first(self) -> Missing | None:
        """The model must have given one answer three times: twice by one instance, once by a fresh one."""
        if self._about.tokens:
            return None
        answers = self._observation("repeats")
        if isinstance(answers, Missing):
            return self._between_streams()
        if not isinstance(answers, Replies) or answers.broken:
            return Missing(Status.BLOCKED, "by isolation.repeats")
        return self._between(answers)

    def before_accusing(self) -> Missing | None:
        """Before a difference is held against the model, it is asked six times more."""
        if self._about.tokens:
            return None
        answers = self._observation("confirm")
        return self._between(answers) if isinstance(answers, Replies) and not answers.broken else None

    def _between(self, answers: Replies) -> Missing | None:
        first = self._observation("invoke")
        same = isinstance(first, Reply) and all(reply.text == first.text for reply in answers.by.values())
        return None if same else Missing(Status.NOT_TESTABLE, _CHANGES)

    def _between_streams(self) -> Missing | None:
        """Where invoke() is broken, two streams tell."""
        first, second = self._observation("stream"), self._observation("restream")
        if isinstance(first, Missing) or isinstance(second, Missing):
            return Missing(Status.BLOCKED, "by invoke.completes")
        same = isinstance(first, Stream) and isinstance(second, Stream) and first.text == second.text
        return None if same else Missing(Status.NOT_TESTABLE, _CHANGES)
