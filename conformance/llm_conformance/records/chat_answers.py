"""The answers of a chat model that is made to say more than text."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from llm_conformance.records.outcome import CallOutcome, Raised
from llm_conformance.records.value import Value

# The name of the tool that is bound to a model that decides itself whether it calls it.
BOUND_TOOL = "get_weather"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatAnswer(CallOutcome):
    """One call of a chat model.

    said: what the model is made to say, as a message with whole calls, usage and finish reason; null if it decides that
        itself.
    chunks: the chunks that the consumer got; of an answer that is not streamed, the message.
    message: the message that the call returned, or its chunks, added with `+`; null if there is none.
    message_raised: the exception that adding them raised.
    output: the message in the end event of the root; null for a call without events.
    """

    kind: ClassVar[str] = "chat-answer"

    said: Value | None = None
    chunks: tuple[Value, ...] = ()
    message: Value | None = None
    message_raised: Raised | None = None
    output: Value | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatAnswers(CallOutcome):
    """Several answers of a chat model in one call style.

    by_label: each answer, by the name of its golden stream, or by what the call is.
    without_tools: the model does not implement bind_tools(), or it refused these tools.
    refused: the message of the ValueError with which bind_tools() refused them; empty if it did not.
    """

    kind: ClassVar[str] = "chat-answers"

    by_label: dict[str, ChatAnswer] = field(default_factory=dict)
    without_tools: bool = False
    refused: str = ""

    @property
    def parts(self) -> tuple[CallOutcome, ...]:
        """The calls."""
        return tuple(self.by_label.values())
