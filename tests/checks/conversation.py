"""Examples for the check of a conversation of several turns."""

from __future__ import annotations

from checks.chat_records import said, tokens
from checks.example import Example
from checks.records import ERROR, reply
from llm_conformance.records import ChatAnswer, ChatAnswers, Value

_ALONE = reply(said("hi", usage_metadata=tokens(2, 1)))
_TOLD, _FORGOT = said("about nine, hi"), said("hi")
_COUNTED, _FEWER = (said("hi", usage_metadata=tokens(count, 1)) for count in (20, 15))


def conversation(whole: Value, stream: Value) -> ChatAnswers:
    """The answers of `invoke()` and of a stream to the same messages."""
    by = {"invoke": whole, "stream": stream, "invoke again": whole}
    return ChatAnswers(by_label={name: ChatAnswer(message=message) for name, message in by.items()})


EXAMPLES = (
    Example(
        "input.conversation",
        (conversation(_TOLD, _TOLD), _ALONE),
        (conversation(_TOLD, _FORGOT), _ALONE),
        "'hi'",
    ),
    Example(
        "input.conversation",
        (conversation(_COUNTED, _COUNTED), _ALONE),
        (conversation(_COUNTED, _FEWER), _ALONE),
        "15 (input_tokens)",
    ),
    Example(
        "input.conversation",
        (ChatAnswers(by_label={"invoke": ChatAnswer(raised=ERROR)}), _ALONE),
        (conversation(_COUNTED, _FEWER), _ALONE),
        "15 (input_tokens)",
    ),
)
