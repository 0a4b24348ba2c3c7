"""Examples for the checks of a chat model that is made to say golden streams."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from checks.chat_records import call, calls, ended, said, thought, tokens
from checks.example import Example
from checks.records import ERROR, SILENCE, about
from llm_conformance.records import ChatAnswer, ChatAnswers, Value

_NAME = "chat-text-then-call"
_CUT = "chat-call-cut-by-length"


def answer(said_message: Value, message: Value | None, **facts: Any) -> ChatAnswer:
    """An answer of one chunk."""
    chunks = () if message is None else (message,)
    return ChatAnswer(said=said_message, chunks=chunks, message=message, **facts)


def answers(said_message: Value, message: Value | None, **facts: Any) -> ChatAnswers:
    """One answer to one golden stream."""
    return ChatAnswers(by_label={_NAME: answer(said_message, message, **facts)})


def both(whole: Value, cut: Value) -> ChatAnswers:
    """A whole answer, and one that is cut off."""
    return ChatAnswers(by_label={_NAME: answer(whole, whole), _CUT: answer(cut, cut)})


_PARIS = calls(call(city="Paris"), text="hi")
_ROME = calls(call(city="Rome"), text="hi")
_TWO = calls(call(city="Paris"), call(identity="b", city="Paris"), text="hi")
_COUNTED, _MORE = said("hi", usage_metadata=tokens(9, 4)), said("hi", usage_metadata=tokens(18, 4))
_DETAILED = said("hi", usage_metadata=tokens(9, 4, output_token_details={"reasoning": 2}))
_STREAMS_TELL_NO_USAGE = replace(about(), claims={"usage": False})
_SIGNED, _UNSIGNED = thought(thinking="hm", signature="s"), thought(thinking="hm")
_STOP, _LENGTH = ended("stop"), ended("length")
_BROKEN_OFF = said("hi", invalid_tool_calls=[{"name": "weather", "args": "{", "id": "a"}])

_EMPTY_TEXT = said("hi", content=["", {"type": "thinking", "thinking": "hm"}, {"type": "text", "text": "hi"}])
_ASKED = said("hi", content=[{"type": "thinking", "thinking": "hm"}, {"type": "text", "text": "hi"}])

EXAMPLES = (
    Example("calls.cut", (answers(_PARIS, _ROME, raised=ERROR),), (answers(_PARIS, _ROME),), "weather(city='Rome')"),
    Example(
        "calls.cut",
        (ChatAnswers(without_tools=True),),
        (answers(_PARIS, None, hung=SILENCE),),
        "had not ended after 10 s (acme.py:2 in stream)",
    ),
    Example("calls.dialects", (answers(_PARIS, _PARIS),), (answers(_PARIS, None, raised=ERROR),), ERROR.text),
    Example("calls.dialects", (ChatAnswers(),), (answers(_PARIS, _ROME),), "'Rome'"),
    Example("usage.dialects", (answers(_COUNTED, _COUNTED),), (answers(_COUNTED, _MORE),), "18 (input_tokens)"),
    Example("usage.dialects", (answers(said("hi"), said("hi")),), (answers(_COUNTED, _MORE),), "18 (input_tokens)"),
    Example(
        "blocks.dialects",
        (answers(_ASKED, _ASKED), answers(_ASKED, _ASKED)),
        (answers(_ASKED, _EMPTY_TEXT), answers(_ASKED, _ASKED)),
        "an empty text beside them",
    ),
    Example(
        "blocks.dialects",
        (ChatAnswers(), ChatAnswers()),
        (answers(said("hi"), said("hi", content=["hi"])), answers(said("hi"), said("hi"))),
        "content that is a list of blocks",
    ),
    Example("calls.completes", (answers(_PARIS, _PARIS),), (answers(_PARIS, None, raised=ERROR),), ERROR.text),
    Example(
        "calls.completes",
        (answers(_PARIS, _PARIS),),
        (answers(_PARIS, None, message_raised=ERROR),),
        f"`+` {ERROR.text}",
    ),
    Example(
        "calls.cut-by-length",
        (answers(_BROKEN_OFF, _BROKEN_OFF),),
        (answers(_BROKEN_OFF, calls(call())),),
        "weather()",
    ),
    Example(
        "calls.cut-by-length",
        (answers(_BROKEN_OFF, said("hi")),),
        (answers(_BROKEN_OFF, said("hi"), output=_PARIS),),
        "weather(city='Paris')",
    ),
    Example("calls.exact", (answers(_PARIS, _PARIS),), (answers(_PARIS, _ROME),), "'Rome'"),
    Example("calls.exact", (answers(_BROKEN_OFF, _PARIS),), (answers(_PARIS, said("hi")),), "no call of a tool"),
    Example(
        "calls.exact",
        (ChatAnswers(without_tools=True),),
        (answers(_PARIS, _PARIS, output=said("hi")),),
        "no call of a tool",
    ),
    Example(
        "calls.exact",
        (answers(_PARIS, calls(call(identity="z", city="Paris"))),),
        (answers(_PARIS, calls(call(identity="aa", city="Paris"))),),
        "id 'aa'",
    ),
    Example(
        "calls.exact",
        (answers(_TWO, _TWO),),
        (answers(_PARIS, calls(call(identity="", city="Paris"))),),
        "a call without id",
    ),
    Example(
        "calls.exact",
        (answers(_TWO, _TWO),),
        (answers(_TWO, calls(call(city="Paris"), call(city="Paris"))),),
        "2 calls with 1 ids",
    ),
    Example("calls.keeps-text", (answers(said(), said()),), (answers(_PARIS, said("h")),), "'h'"),
    Example("calls.keeps-text", (answers(_PARIS, _PARIS),), (answers(_PARIS, calls(call())),), "''"),
    Example("usage.exact", (answers(_COUNTED, _COUNTED),), (answers(_COUNTED, _MORE),), "18 (input_tokens)"),
    Example("usage.exact", (answers(_COUNTED, said("hi")),), (answers(_COUNTED, _MORE),), "18 (input_tokens)"),
    Example(
        "usage.same-answer",
        (answers(_DETAILED, _DETAILED), answers(_DETAILED, _DETAILED), about()),
        (answers(_DETAILED, _COUNTED), answers(_DETAILED, _DETAILED), about()),
        "no output_token_details.reasoning",
    ),
    Example(
        "usage.same-answer",
        (answers(_DETAILED, said("hi")), answers(_DETAILED, _DETAILED), _STREAMS_TELL_NO_USAGE),
        (answers(_DETAILED, said("hi")), answers(_DETAILED, _DETAILED), about()),
        "no usage",
    ),
    Example(
        "blocks.same-answer",
        (answers(_SIGNED, _SIGNED), answers(_SIGNED, _SIGNED)),
        (answers(_SIGNED, _UNSIGNED), answers(_SIGNED, _SIGNED)),
        "nothing",
    ),
    Example(
        "metadata.same-answer",
        (answers(_STOP, _STOP), answers(_STOP, _STOP)),
        (answers(_STOP, _LENGTH), answers(_STOP, _STOP)),
        "finish reason 'length'",
    ),
    Example("metadata.cut-by-length", (both(_STOP, _LENGTH),), (both(_STOP, _STOP),), "finish reason 'stop'"),
    Example("metadata.cut-by-length", (both(said(), said()),), (both(_STOP, _STOP),), "finish reason 'stop'"),
    Example(
        "metadata.same-answer",
        (answers(_BROKEN_OFF, _STOP), answers(_BROKEN_OFF, _STOP)),
        (answers(_STOP, _LENGTH), answers(_STOP, _STOP)),
        "finish reason 'length'",
    ),
)
