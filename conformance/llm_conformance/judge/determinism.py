"""Whether answers of different calls may be compared: only where the model gives one prompt one answer."""

from __future__ import annotations

from collections.abc import Callable

from llm_conformance.checks.same_message import Compare, changes, same_calls, same_usage
from llm_conformance.records import Need, Observation, Replies, Reply, Status, Stream, SubjectInfo, Unavailable

_SAMPLES = Unavailable(
    Status.INCONCLUSIVE, "the model gives the same prompt different answers", needs=Need.DETERMINISTIC
)
_CALLS_VARY = Unavailable(
    Status.INCONCLUSIVE, "the model answers the same prompt with different calls of tools", needs=Need.DETERMINISTIC
)
_COUNTS_VARY = Unavailable(
    Status.INCONCLUSIVE, "the model counts other numbers of tokens for the same prompt", needs=Need.DETERMINISTIC
)


class Determinism:
    """Why the answers of one subject may not be compared; None where they may.

    observation: gives the observation of a scenario.
    """

    def __init__(self, subject: SubjectInfo, observation: Callable[[str], Observation | Unavailable]) -> None:
        self._subject = subject
        self._observation = observation

    def initial(self) -> Unavailable | None:
        """The model must have given one answer three times: twice by one instance, once by a fresh one."""
        if self._subject.tokens:
            return None
        answers = self._observation("repeat")
        if isinstance(answers, Unavailable):
            return answers if answers.needs == Need.BUDGET else self._between_streams()
        if not isinstance(answers, Replies) or answers.failed:
            return Unavailable(Status.BLOCKED, "by isolation.repeated-calls", blocked_by="isolation.repeated-calls")
        return self._between(answers)

    def not_sampling(self) -> Unavailable | None:
        """Why nothing is concluded from different answers to one prompt; None for a model that gives them."""
        found = self.initial()
        if found is None and self._streams_differ():
            # invoke() may have a cache that streams do not have.
            found = self.confirm()
        if found is None:
            return Unavailable(Status.NOT_APPLICABLE, "the model gives the same prompt the same answer")
        return None if found is _SAMPLES else found

    def confirm(self) -> Unavailable | None:
        """Before a difference is reported, six more answers must be the same, and four that no cache has."""
        if self._subject.tokens:
            return None
        answers = self._observation("confirm")
        if isinstance(answers, Unavailable) and answers.needs == Need.BUDGET:
            return answers
        if not isinstance(answers, Replies) or answers.failed:
            return None
        return self._between(answers) or self._cached()

    def confirm_usage(self) -> Unavailable | None:
        """Before a difference in usage is reported, six more answers must have the numbers of the first."""
        return self._confirm_part(same_usage, _COUNTS_VARY)

    def confirm_calls(self) -> Unavailable | None:
        """Before a difference in calls of tools is reported, six more answers must have the calls of the first."""
        return None if self._subject.tokens else self._confirm_part(same_calls, _CALLS_VARY)

    def _confirm_part(self, compare: Compare, varies: Unavailable) -> Unavailable | None:
        first, answers = self._observation("invoke"), self._observation("confirm")
        if isinstance(answers, Unavailable) and answers.needs == Need.BUDGET:
            return answers
        if not isinstance(first, Reply) or not isinstance(answers, Replies) or answers.failed:
            return None
        return varies if changes(first, answers, compare, "") else None

    def _streams_differ(self) -> bool:
        first, stream = self._observation("invoke"), self._observation("stream")
        return isinstance(first, Reply) and isinstance(stream, Stream) and first.text != stream.text

    def _cached(self) -> Unavailable | None:
        """A cache gives one answer again and again. It has none for a new stop text, even if that cuts nothing."""
        answers = self._observation("confirm_uncached")
        if isinstance(answers, Unavailable):
            return answers if answers.needs == Need.BUDGET else None
        if not isinstance(answers, Replies) or answers.failed:
            return None
        texts = {reply.text.replace(stop, "") for stop, reply in answers.by_label.items()}
        return _SAMPLES if len(texts) > 1 else None

    def _between(self, answers: Replies) -> Unavailable | None:
        first = self._observation("invoke")
        same = isinstance(first, Reply) and all(reply.text == first.text for reply in answers.by_label.values())
        return None if same else _SAMPLES

    def _between_streams(self) -> Unavailable | None:
        """If invoke() fails, two streams are compared instead."""
        first, second = self._observation("stream"), self._observation("repeat_stream")
        if isinstance(first, Unavailable) or isinstance(second, Unavailable):
            return Unavailable(Status.BLOCKED, "by invoke.completes", blocked_by="invoke.completes")
        same = isinstance(first, Stream) and isinstance(second, Stream) and first.text == second.text
        return None if same else _SAMPLES
