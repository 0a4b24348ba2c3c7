"""What a callback handler heard of a call."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from llm_conformance.records.outcome import CallOutcome


class Place(StrEnum):
    """Where in the answer a consumer closes a stream."""

    MIDDLE = "middle"
    END = "end"


@dataclass(frozen=True, slots=True)
class CallbackEvent:
    """One call of the handler.

    method: such as "on_llm_new_token".
    text: the token, where it is told one.
    delivered: how many chunks the consumer had by then.
    """

    method: str
    run_id: str
    text: str | None = None
    delivered: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackLog(CallOutcome):
    """What a handler was told, in order, and the texts of the chunks that were delivered meanwhile."""

    kind: ClassVar[str] = "heard"

    events: tuple[CallbackEvent, ...] = ()
    texts: tuple[str, ...] = ()
    run_id: str = ""
    left_at: Place | None = None

    @property
    def of_model(self) -> tuple[CallbackEvent, ...]:
        """What it was told of the first run of a language model."""
        ids = [note.run_id for note in self.events if note.method in _STARTS]
        return tuple(note for note in self.events if note.run_id == ids[0]) if ids else ()

    @property
    def tokens(self) -> tuple[CallbackEvent, ...]:
        """The tokens that the model reported."""
        return tuple(note for note in self.of_model if note.method == "on_llm_new_token")


_STARTS = ("on_llm_start", "on_chat_model_start")
