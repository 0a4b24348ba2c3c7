"""The plan for one prompt: the tokens of the answer, the gates, and the failure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from llm_conformance.simulator.stop_text import cut_at_stop
from llm_fixtures import AnswerEvent, Finish, Finished, Token, Usage


class ScriptedError(RuntimeError):
    """The planned failure. A model may raise another exception with this one as its cause."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The answer to a prompt that contains `nonce`.

    events: what `play_events` gives: a piece for each token, then the usage and the finish reason.
    gates: the indices of the tokens before which the model pauses; `len(tokens)` is a gate after the last token.
    fails: the index of the token that `ScriptedError` replaces; `len(tokens)` is a failure after the last token.
    """

    nonce: str
    tokens: tuple[str, ...]
    events: tuple[AnswerEvent, ...]
    gates: tuple[int, ...] = ()
    fails: int | None = None

    def before(self, stops: Iterable[str]) -> Plan:
        """The plan up to the first of the stop texts, which cannot fail; the plan itself if none of them occurs."""
        truncated = cut_at_stop(self.tokens, stops)
        if truncated is None:
            return self
        tokens = truncated.pieces
        events = (_with_text(event, text) for event, text in zip(self.events, tokens, strict=False))
        usage = replace(self.usage, completion=len(tokens))
        return replace(self, tokens=tokens, events=(*events, usage, Finished(Finish.STOP)), fails=None)

    @property
    def usage(self) -> Usage:
        """The usage among the events."""
        return next(event for event in self.events if isinstance(event, Usage))


def events_of(tokens: Sequence[str], prompt: str) -> tuple[AnswerEvent, ...]:
    """The events of an answer that is text alone."""
    usage = Usage(prompt=len(prompt.split()), completion=len(tokens))
    return (*(Token(text=text) for text in tokens), usage, Finished(Finish.STOP))


def _with_text(event: AnswerEvent, text: str) -> AnswerEvent:
    return replace(event, text=text) if isinstance(event, Token) else event
