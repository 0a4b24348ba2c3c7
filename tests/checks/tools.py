"""Examples for the checks of a chat model with tools bound, and of the calls that it makes."""

from __future__ import annotations

from typing import Any

from checks.chat_records import call, calls, ended, part, said, thrice
from checks.example import Example
from checks.records import ERROR, reply
from llm_conformance.records import ChatAnswer, ChatAnswers, Requests, Value

_FIRST, _AGAIN = "the first prompt", "the first prompt again"
_NONE = ChatAnswers(without_tools=True)


def answered(message: Value | None, name: str = _FIRST, **facts: Any) -> ChatAnswers:
    """One answer."""
    return ChatAnswers(by_label={name: ChatAnswer(message=message, **facts)})


def twice(message: Value, again: Value | None = None) -> ChatAnswers:
    """The answer of `invoke()`, and once more."""
    other = message if again is None else again
    return ChatAnswers(by_label={_FIRST: ChatAnswer(message=message), _AGAIN: ChatAnswer(message=other)})


def around(after: dict[str, str]) -> Requests:
    """The requests of a model before, with and after a tool."""
    return Requests(by_label={"before": _PLAIN, "with a tool": _WITH, "after": after})


_PLAIN = {"model": '"m"'}
_WITH = {**_PLAIN, "tools": '[{"name": "get_weather"}]'}


def made(message: Value, *chunks: Value) -> ChatAnswers:
    """The answer of a model that is made to say a call."""
    return ChatAnswers(by_label={"chat-call": ChatAnswer(said=_PARIS, message=message, chunks=chunks)})


_BEGUN = said("h", kind="acme.Chunk", tool_call_chunks=[part(0, "weather", "a")])
_PARIS, _ROME, _TEXT = calls(call(city="Paris")), calls(call(city="Rome")), said("hi")
_BROKEN = said(invalid_tool_calls=[{"name": "weather", "args": "{", "id": "a"}])
_BOTH, _PARIS_TWICE = calls(call(), call("time", "b")), calls(call(city="Paris"), call(identity="b", city="Paris"))
_IN_TURN = (
    said(kind="acme.Chunk", tool_call_chunks=[part(0, "weather", "a", "{}")]),
    said(kind="acme.Chunk", tool_call_chunks=[part(0, "time", "b", "{}")]),
)
_MERGED = calls({"name": "weather", "args": "{}{}", "id": "a"})
_CALLED, _STOPPED, _OTHER = ended("tool_calls", "m"), ended("stop", "m"), ended("tool_calls", "n")

EXAMPLES = (
    Example("tools.ids", (answered(_BOTH),), (answered(calls(call(identity="", city="Paris"))),), "a call without id"),
    Example("tools.ids", (answered(_BOTH),), (answered(calls(call("", city="Paris"))),), "a call without name"),
    Example(
        "tools.ids",
        (answered(_BOTH),),
        (answered(calls(call("get_weather" * 2))),),
        "a call of 'get_weatherget_weather'",
    ),
    Example("tools.ids", (_NONE,), (answered(calls(call(), call("time"))),), "2 calls with 1 ids"),
    Example("tools.ids", (answered(_TEXT),), (answered(calls(call(), call("time"))),), "2 calls with 1 ids"),
    Example(
        "tools.end", (answered(_CALLED), twice(_CALLED)), (answered(_STOPPED), twice(_CALLED)), "finish reason 'stop'"
    ),
    Example("tools.end", (_NONE, _NONE), (answered(_OTHER), twice(_CALLED)), "model name 'n'"),
    Example("tools.end", (answered(_CALLED), twice(_TEXT)), (answered(_OTHER), twice(_CALLED)), "model name 'n'"),
    Example(
        "tools.end", (answered(_CALLED), twice(_CALLED, _STOPPED)), (answered(_OTHER), twice(_CALLED)), "model name 'n'"
    ),
    Example("tools.not-kept", (twice(_PARIS),), (twice(_PARIS, _PARIS_TWICE),), "2 calls"),
    Example("tools.not-kept", (_NONE,), (twice(_PARIS, _PARIS_TWICE),), "2 calls"),
    Example("tools.not-kept", (twice(_TEXT),), (twice(_PARIS, _PARIS_TWICE),), "2 calls"),
    Example("tools.completes", (answered(_PARIS),), (ChatAnswers(raised=ERROR),), ERROR.text),
    Example("tools.completes", (_NONE,), (answered(None, message_raised=ERROR),), f"`+` {ERROR.text}"),
    Example("tools.parity", (answered(_PARIS), twice(_PARIS)), (answered(_TEXT), twice(_PARIS)), "no call of a tool"),
    Example(
        "tools.parity",
        (answered(_PARIS), twice(_PARIS)),
        (answered(calls(call("time", city="Paris"))), twice(_PARIS)),
        "a call of time",
    ),
    Example(
        "tools.parity",
        (answered(_BOTH, chunks=_IN_TURN), twice(_BOTH)),
        (answered(_MERGED, chunks=_IN_TURN), twice(_BOTH)),
        "calls: weather('{}{}')",
    ),
    Example(
        "tools.parity",
        (answered(_PARIS), twice(_PARIS)),
        (answered(calls(call("weatherweather", city="Paris"))), twice(_PARIS)),
        "a call of weatherweather",
    ),
    Example("tools.parity", (answered(_ROME), twice(_PARIS, _ROME)), (answered(_ROME), twice(_PARIS)), "'Rome'"),
    Example(
        "tools.parity",
        (answered(_PARIS), twice(_BROKEN)),
        (answered(_TEXT), twice(_PARIS)),
        "no call of a tool",
    ),
    Example("tools.parity", (_NONE, _NONE), (answered(said("h")), twice(_TEXT)), "'h'"),
    Example("tools.parity", (answered(said()), twice(said())), (answered(said("h")), twice(_TEXT)), "'h'"),
    Example("tools.not-mutated", (answered(_PARIS),), (ChatAnswers(mutated=("tools",)),), "changed: tools"),
    Example("tools.not-mutated", (_NONE,), (ChatAnswers(mutated=("tools",)),), "changed: tools"),
    Example("tools.not-mutated", (reply("hi"),), (reply("hi", mutated=("schema",)),), "changed: schema"),
    Example(
        "tools.not-mutated", (reply(raised=ERROR),), (reply(raised=ERROR, mutated=("schema",)),), "changed: schema"
    ),
    Example(
        "tools.unbound",
        (answered(_TEXT), reply(_TEXT), thrice(_TEXT)),
        (answered(_PARIS), reply(_TEXT), thrice(_TEXT)),
        "calls: weather(city='Paris')",
    ),
    Example(
        "tools.unbound",
        (_NONE, reply(_TEXT), thrice(_TEXT)),
        (ChatAnswers(raised=ERROR), reply(_TEXT), thrice(_TEXT)),
        ERROR.text,
    ),
    Example(
        "tools.unbound",
        (answered(_PARIS), reply(_ROME), thrice(_PARIS)),
        (answered(said("h")), reply(_TEXT), thrice(_TEXT)),
        "'h'",
    ),
    Example("tools.unbound-request", (around(_PLAIN),), (around(_WITH),), 'tools: [{"name": "get_weather"}]'),
    Example("tools.unbound-request", (Requests(),), (around(_WITH),), 'tools: [{"name": "get_weather"}]'),
    Example("tools.nested", (made(_PARIS, _BEGUN),), (made(_PARIS, said("h")),), "none in 1 chunks"),
    Example("tools.nested", (_NONE,), (made(said("hi")),), "no call of a tool"),
    Example("tools.nested", (made(_PARIS),), (ChatAnswers(raised=ERROR),), ERROR.text),
    Example("tools.not-streamed", (made(_PARIS),), (made(said("hi")),), "no call of a tool"),
    Example("tools.not-streamed", (ChatAnswers(),), (ChatAnswers(raised=ERROR),), ERROR.text),
    Example("tools.not-streamed", (_NONE,), (made(_ROME),), "'Rome'"),
)
