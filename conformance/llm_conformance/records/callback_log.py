"""The calls of a callback handler during one call of the model."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from llm_conformance.records.outcome import CallOutcome, Raised
from llm_conformance.records.value import Value


class Place(StrEnum):
    """Where in the answer a consumer closes a stream."""

    MIDDLE = "middle"
    END = "end"


@dataclass(frozen=True, slots=True)
class CallbackEvent:
    """One call of a callback handler.

    method: such as "on_llm_new_token".
    run_id: the run that the handler is called for.
    text: the token, if the method has one.
    delivered: how many chunks the consumer had by then.
    answer: the text of the first generation of an on_llm_end, empty if it has none; null if it is of another form.
    message: the message of that generation; null if it has none.
    has_chunk: an on_llm_new_token has the chunk, as its argument `chunk`.
    errors: the classes of the exception of an on_llm_error, and of its causes.
    tags: the tags of the run, of a start.
    metadata: the keys of the metadata of the run, of a start.
    """

    method: str
    run_id: str
    text: str | None = None
    delivered: int = 0
    answer: str | None = None
    message: Value | None = None
    has_chunk: bool = False
    errors: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    metadata: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackLog(CallOutcome):
    """All calls of a callback handler, in order, and the chunks that the consumer got.

    events: the calls of the handler.
    texts: the texts of the chunks.
    total: the message that the call returned, or its chunks, added with `+`; null if there is none.
    reported: the messages of the chunks that on_llm_new_token had, added with `+`; null if it had none.
    reported_raised: the exception that adding them raised.
    run_id: the run id that the config of the call asked for; empty if it asked for none.
    left_at: where in the answer the consumer closed the stream; null if it read to the end.
    """

    kind: ClassVar[str] = "callback-log"

    events: tuple[CallbackEvent, ...] = ()
    texts: tuple[str, ...] = ()
    total: Value | None = None
    reported: Value | None = None
    reported_raised: Raised | None = None
    run_id: str = ""
    left_at: Place | None = None

    @property
    def of_model(self) -> tuple[CallbackEvent, ...]:
        """The calls of the first run of a language model."""
        ids = [event.run_id for event in self.events if event.method in _STARTS]
        return tuple(event for event in self.events if event.run_id == ids[0]) if ids else ()

    @property
    def starts(self) -> tuple[CallbackEvent, ...]:
        """The starts of all runs of language models."""
        return tuple(event for event in self.events if event.method in _STARTS)

    @property
    def tokens(self) -> tuple[CallbackEvent, ...]:
        """The tokens that the model reported."""
        return tuple(event for event in self.of_model if event.method == "on_llm_new_token")


_STARTS = ("on_llm_start", "on_chat_model_start")
