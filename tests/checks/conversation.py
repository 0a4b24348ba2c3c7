"""Examples for the check of a conversation of several turns."""

from __future__ import annotations

from dataclasses import replace

from checks.chat_records import said, tokens
from checks.example import Example
from checks.records import ERROR, about, replies, reply
from llm_conformance.records import ChatAnswer, ChatAnswers, Requests, Value
from llm_conformance.records.requests import ORDER, ROLE_OF

_SYSTEM = "the system message"
_ALONE = reply(said("hi", usage_metadata=tokens(2, 1)))
_AGAIN = replies(again=_ALONE)
_TOLD, _FORGOT = said("about nine, hi"), said("hi")
_COUNTED, _FEWER = (said("hi", usage_metadata=tokens(count, 1)) for count in (20, 15))
_ANSWERED = said("about nine, hi", usage_metadata=tokens(20, 1))


def conversation(whole: Value, stream: Value) -> ChatAnswers:
    """The answers of `invoke()` and of a stream to the same messages."""
    by = {"invoke": whole, "stream": stream, "invoke again": whole}
    return ChatAnswers(by_label={name: ChatAnswer(message=message) for name, message in by.items()})


def sent(by_stream: str) -> Requests:
    """The requests of two call styles; the second one has the system message or not."""
    return Requests(by_label={"invoke": {_SYSTEM: "true"}, "stream": {_SYSTEM: by_stream}})


def placed(role: str = "assistant", order: str = "the question, the answer") -> Requests:
    """The same requests, of which the second has the answer in this role, and the messages in this order."""
    facts = {_SYSTEM: "true", f"{ROLE_OF}the answer": "assistant", ORDER: "the question, the answer"}
    return Requests(by_label={"invoke": facts, "stream": {**facts, f"{ROLE_OF}the answer": role, ORDER: order}})


_CHANGED = ChatAnswers(by_label={"stream": ChatAnswer(message=_TOLD, mutated=("messages",))})
_REFUSED = ChatAnswers(by_label={"invoke": ChatAnswer(raised=ERROR)})

EXAMPLES = (
    Example("input.messages-not-mutated", (conversation(_TOLD, _TOLD),), (_CHANGED,), "changed: messages"),
    Example("input.messages-not-mutated", (_REFUSED,), (_CHANGED,), "changed: messages"),
    Example("wire.same-conversation", (placed(),), (placed(role="user"),), f"{ROLE_OF}the answer: user"),
    Example(
        "wire.same-conversation",
        (placed(),),
        (placed(order="the answer, the question"),),
        f"{ORDER}: the answer, the question",
    ),
    Example("wire.same-conversation", (sent("true"),), (sent("false"),), f"{_SYSTEM}: not sent"),
    Example("wire.same-conversation", (sent("true"),), (replace(sent("true"), raised=ERROR),), ERROR.text),
    Example("wire.same-conversation", (Requests(),), (sent("false"),), f"{_SYSTEM}: not sent"),
    Example(
        "input.conversation",
        (conversation(_COUNTED, _FEWER), _ALONE, _AGAIN, about("hi")),
        (conversation(_COUNTED, _FEWER), _ALONE, _AGAIN, about()),
        "15 (input_tokens)",
    ),
    Example(
        "input.conversation",
        (conversation(_TOLD, _TOLD), _ALONE, _AGAIN, about()),
        (conversation(_TOLD, _FORGOT), _ALONE, _AGAIN, about()),
        "'hi'",
    ),
    Example(
        "input.conversation",
        (conversation(_COUNTED, _COUNTED), _ALONE, _AGAIN, about()),
        (conversation(_COUNTED, _FEWER), _ALONE, _AGAIN, about()),
        "15 (input_tokens)",
    ),
    Example(
        "input.conversation",
        (ChatAnswers(by_label={"invoke": ChatAnswer(raised=ERROR)}), _ALONE, _AGAIN, about()),
        (conversation(_COUNTED, _FEWER), _ALONE, _AGAIN, about()),
        "15 (input_tokens)",
    ),
    Example(
        "input.conversation",
        (conversation(_COUNTED, said("hi")), _ALONE, _AGAIN, about()),
        (conversation(_COUNTED, _FEWER), _ALONE, _AGAIN, about()),
        "15 (input_tokens)",
    ),
    Example(
        "input.conversation",
        (conversation(_TOLD, _ANSWERED), _ALONE, _AGAIN, about()),
        (conversation(_TOLD, _FORGOT), _ALONE, _AGAIN, about()),
        "'hi'",
    ),
    Example(
        "input.conversation",
        (
            conversation(_COUNTED, _FEWER),
            _ALONE,
            replies(again=reply(said("hi", usage_metadata=tokens(4, 1)))),
            about(),
        ),
        (conversation(_COUNTED, _FEWER), _ALONE, _AGAIN, about()),
        "15 (input_tokens)",
    ),
)
