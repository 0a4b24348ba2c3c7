"""Examples for the checks of what a chat model makes of tools: their forms, choices, results, and objects."""

from __future__ import annotations

from typing import Any

from checks.chat_records import call, calls, part, said
from checks.example import Example
from checks.records import ERROR, end, reply, run, start, stream, token, value_of
from checks.tools import answered
from llm_conformance.records import ChatAnswer, ChatAnswers, Replies, Requests, Stream, Streams, Value
from llm_conformance.records.requests import RESULT_LINKED, RESULT_SENT

_NONE = ChatAnswers(without_tools=True)
_RESULT = RESULT_SENT
_OSLO = {"city": "Oslo"}
_PARIS, _ROME, _SAYS = calls(call(city="Paris")), calls(call(city="Rome")), said("hi")
_FAILED = ChatAnswers(raised=ERROR)
_CHOSEN, _FORM = "tool_choice='none'", "`bind_tools()` with a function"
_TOOL = {"the name of the tool": "sent", "the parameter": "sent", "the type of the parameter": "string"}


def told(message: Value | None, **facts: Any) -> ChatAnswers:
    """The answer to the result of a tool, of a model that is made to say "hi"."""
    return answered(message, "the answer to the result", said=value_of("hi"), **facts)


def turns(sent: str) -> Requests:
    """The requests of two call styles; the second one has the result or not."""
    return Requests(by_label={"invoke": {_RESULT: "true"}, "stream": {_RESULT: sent}})


def linked(found: str) -> Requests:
    """A request whose result names its call or does not."""
    return Requests(by_label={"invoke": {RESULT_SENT: "true", RESULT_LINKED: found}})


def in_chunks(count: int) -> ChatAnswers:
    """An answer whose arguments come in so many chunks."""
    chunk = said(kind="acme.Chunk", tool_call_chunks=[part(args="{")])
    return ChatAnswers(by_label={"chat-arguments-by-byte": ChatAnswer(chunks=(chunk,) * count, message=_PARIS)})


def own(astream: Value | None, **facts: Any) -> ChatAnswers:
    """The answers to the result of a call that the model made by itself."""
    return ChatAnswers(by_label={"invoke": ChatAnswer(message=_SAYS), "astream": ChatAnswer(message=astream, **facts)})


def refused(label: str, **facts: Any) -> ChatAnswers:
    """A call that raised."""
    return ChatAnswers(by_label={label: ChatAnswer(raised=ERROR)}, **facts)


def formed(of_function: dict[str, str]) -> Requests:
    """What the requests say of the tool as a dict, and as a function."""
    return Requests(by_label={"a dict": _TOOL, "a function": of_function})


def raw(*objects: Any, message: Value = _PARIS) -> Streams:
    """The objects and the message of a stream with both."""
    return Streams(by_label={"parsed": stream(*objects), "raw": Stream(chunks=(message,), total=message)})


_CHUNKED = answered(_PARIS, chunks=(said(kind="acme.Chunk"),))
_UNSTREAMED = answered(_PARIS, chunks=(_PARIS,))
_UNSTREAMED_ON_DEMAND = answered(_PARIS, "tool_choice='any'", chunks=(_PARIS,))


def seen(*objects: Any, output: Any = _OSLO) -> Any:
    """Events with objects."""
    return run(start(), *(token(one) for one in objects), end(output))


def raw_reply(found: Any, message: Value = _PARIS) -> Replies:
    """The object and the message of an answer with both."""
    return Replies(by_label={"parsed": reply(found), "raw": reply(message)})


_WITH_RAW = raw_reply(_OSLO)
_TWO = {"city": "Oslo", "zone": "CET"}

EXAMPLES = (
    Example("tools.takes-forms", (answered(_PARIS),), (refused(_FORM, raised=ERROR),), ERROR.text),
    Example("tools.takes-forms", (_NONE,), (_FAILED,), ERROR.text),
    Example("tools.takes-forms", (ChatAnswers(),), (_FAILED,), ERROR.text),
    Example(
        "tools.forms", (answered(_PARIS), answered(_PARIS)), (answered(_SAYS), answered(_PARIS)), "no call of a tool"
    ),
    Example("tools.forms", (_NONE, _NONE), (answered(_ROME), answered(_PARIS)), "'Rome'"),
    Example("tools.forms", (_FAILED, _FAILED), (_FAILED, answered(_PARIS)), ERROR.text),
    Example("tools.forms", (ChatAnswers(), ChatAnswers()), (_FAILED, answered(_PARIS)), ERROR.text),
    Example("tools.sends-forms", (formed(_TOOL),), (formed({"the name of the tool": "sent"}),), "'not sent'"),
    Example("tools.sends-forms", (Requests(),), (formed({}),), "'not sent'"),
    Example(
        "tools.choice",
        (answered(_SAYS, _CHOSEN), answered(_SAYS, _CHOSEN)),
        (answered(_PARIS, _CHOSEN), answered(_SAYS, _CHOSEN)),
        "calls: weather(city='Paris')",
    ),
    Example("tools.choice", (_NONE, _NONE), (refused(_CHOSEN), answered(_SAYS, _CHOSEN)), ERROR.text),
    Example(
        "tools.choice",
        (answered(_SAYS, _CHOSEN), refused(_CHOSEN)),
        (answered(said("h"), _CHOSEN), answered(_SAYS, _CHOSEN)),
        "'h'",
    ),
    Example("tools.takes-own-results", (own(_SAYS),), (refused("invoke"),), ERROR.text),
    Example("tools.takes-own-results", (_NONE,), (refused("invoke"),), ERROR.text),
    Example("tools.takes-own-results", (ChatAnswers(),), (refused("invoke"),), ERROR.text),
    Example("tools.own-results", (own(_SAYS),), (own(_PARIS),), "calls: weather(city='Paris')"),
    Example("tools.own-results", (_NONE,), (own(said("h")),), "'h'"),
    Example("tools.own-results", (ChatAnswers(),), (own(None, raised=ERROR),), ERROR.text),
    Example("tools.own-results", (refused("invoke"),), (own(None, raised=ERROR),), ERROR.text),
    Example("tools.takes-results", (told(said("hi")),), (ChatAnswers(raised=ERROR),), ERROR.text),
    Example("tools.takes-results", (_NONE,), (told(said("h")),), "'h'"),
    Example("tools.results", (told(said("hi")), told(said("hi"))), (told(said("h")), told(said("hi"))), "'h'"),
    Example("tools.results", (_NONE, _NONE), (ChatAnswers(raised=ERROR), told(said("hi"))), ERROR.text),
    Example(
        "tools.results",
        (told(said("hi")), ChatAnswers(raised=ERROR)),
        (told(said("hi"), output=said("h")), told(said("hi"))),
        "'h'",
    ),
    Example("tools.sends-results", (turns("true"),), (turns("false"),), f"{_RESULT}: not sent"),
    Example("tools.sends-results", (Requests(),), (turns("false"),), f"{_RESULT}: not sent"),
    Example("tools.links-results", (linked("true"),), (linked("false"),), "a result of no call"),
    Example("tools.links-results", (turns("true"),), (linked("false"),), "a result of no call"),
    Example(
        "tools.structured",
        (stream({"city": "O"}, {"city": "Oslo"}), reply(_OSLO), _CHUNKED),
        (stream({"city": "O"}), reply(_OSLO), _CHUNKED),
        "dict (city='O')",
    ),
    Example(
        "tools.structured", (stream(), reply(raised=ERROR), _CHUNKED), (stream(), reply(_OSLO), _CHUNKED), "no object"
    ),
    Example(
        "tools.structured",
        (stream(_OSLO), reply("Oslo"), _CHUNKED),
        (stream(raised=ERROR), reply(_OSLO), _CHUNKED),
        ERROR.text,
    ),
    Example(
        "tools.structured",
        (seen({"city": "O"}, _OSLO), reply(_OSLO), _CHUNKED),
        (seen({"city": "O"}), reply(_OSLO), _CHUNKED),
        "dict (city='O')",
    ),
    Example("tools.structured", (seen(_OSLO), reply(_OSLO), _CHUNKED), (seen(), reply(_OSLO), _CHUNKED), "no object"),
    Example(
        "tools.structured",
        (seen(_OSLO), reply(_OSLO), _CHUNKED),
        (run(raised=ERROR), reply(_OSLO), _CHUNKED),
        ERROR.text,
    ),
    Example(
        "tools.structured",
        (seen(_OSLO), reply(_OSLO), _UNSTREAMED),
        (seen(), reply(_OSLO), _UNSTREAMED),
        "no object",
    ),
    Example(
        "tools.partial-objects",
        (stream({"city": "O"}, _OSLO), reply(_OSLO), in_chunks(9)),
        (stream(_OSLO), reply(_OSLO), in_chunks(9)),
        "one object, when the call is whole",
    ),
    Example(
        "tools.partial-objects",
        (stream(_OSLO), reply(_OSLO), in_chunks(1)),
        (stream(_OSLO), reply(_OSLO), in_chunks(8)),
        "one object, when the call is whole",
    ),
    Example(
        "tools.partial-objects",
        (stream({"n": [1]}, {}, {"n": [1, 2], "q": "\ud83d"}, {"n": [12, 2], "q": "😀"}), reply(_OSLO), in_chunks(9)),
        (stream({"city": "Oslo"}, {"zone": "CET"}, _TWO), reply(_TWO), in_chunks(9)),
        "dict (zone='CET')",
    ),
    Example(
        "tools.partial-objects",
        (stream(), reply(), in_chunks(9)),
        (stream(_OSLO), reply(_OSLO), in_chunks(9)),
        "one object, when the call is whole",
    ),
    Example(
        "tools.structured-class",
        (stream(_OSLO), reply(_OSLO), _CHUNKED),
        (stream(), reply(_OSLO), _CHUNKED),
        "no object",
    ),
    Example(
        "tools.structured-class",
        (stream(), reply(), _CHUNKED),
        (stream({"city": "O"}), reply(_OSLO), _CHUNKED),
        "dict (city='O')",
    ),
    Example("tools.structured-raw", (raw(_OSLO), _WITH_RAW, _CHUNKED), (raw(), _WITH_RAW, _CHUNKED), "no object"),
    Example(
        "tools.structured-raw",
        (raw(_OSLO), _WITH_RAW, _CHUNKED),
        (raw(_OSLO, message=_ROME), _WITH_RAW, _CHUNKED),
        "'Rome'",
    ),
    Example(
        "tools.structured",
        (reply(_OSLO), reply(_OSLO), _CHUNKED),
        (reply({"city": "O"}), reply(_OSLO), _CHUNKED),
        "dict (city='O')",
    ),
    Example(
        "tools.structured-class",
        (reply(_OSLO), reply(_OSLO), _CHUNKED),
        (reply(raised=ERROR), reply(_OSLO), _CHUNKED),
        ERROR.text,
    ),
    Example(
        "tools.structured-raw",
        (raw_reply(_OSLO), _WITH_RAW, _CHUNKED),
        (raw_reply({"city": "O"}), _WITH_RAW, _CHUNKED),
        "dict (city='O')",
    ),
    Example(
        "tools.structured-raw",
        (raw_reply(_OSLO), _WITH_RAW, _CHUNKED),
        (raw_reply(_OSLO, _ROME), _WITH_RAW, _CHUNKED),
        "'Rome'",
    ),
    Example(
        "tools.structured-raw",
        (Streams(), Replies(), _CHUNKED),
        (Streams(raised=ERROR), _WITH_RAW, _CHUNKED),
        ERROR.text,
    ),
    Example(
        "tools.structured-class",
        (stream(_OSLO), reply(_OSLO), _UNSTREAMED),
        (stream(), reply(_OSLO), _UNSTREAMED),
        "no object",
    ),
    Example(
        "tools.own-objects",
        (stream(_OSLO), reply(_OSLO), reply(_OSLO), _UNSTREAMED, ChatAnswers()),
        (stream(), reply(_OSLO), reply(_OSLO), _UNSTREAMED, ChatAnswers()),
        "no object",
    ),
    Example(
        "tools.own-objects",
        (stream({}, _OSLO), reply(_OSLO), reply(_OSLO), _CHUNKED, ChatAnswers()),
        (stream({}), reply(_OSLO), reply(_OSLO), _CHUNKED, ChatAnswers()),
        "dict ()",
    ),
    Example(
        "tools.own-objects",
        (stream(), reply("Oslo"), reply("Oslo"), _CHUNKED, ChatAnswers()),
        (stream(raised=ERROR), reply(_OSLO), reply(_OSLO), _CHUNKED, ChatAnswers()),
        ERROR.text,
    ),
    Example(
        "tools.own-objects",
        (stream(_OSLO), reply(_OSLO), reply(_OSLO), _CHUNKED, ChatAnswers()),
        (stream(), reply(_OSLO), reply(_OSLO), _CHUNKED, ChatAnswers()),
        "no object",
    ),
    Example(
        "tools.own-objects",
        (stream(_OSLO), reply(_OSLO), reply(_OSLO), _CHUNKED, _UNSTREAMED_ON_DEMAND),
        (stream(), reply(_OSLO), reply(_OSLO), _CHUNKED, _UNSTREAMED_ON_DEMAND),
        "no object",
    ),
    Example("tools.forms", (answered(_SAYS), answered(_SAYS)), (answered(said("h")), answered(_SAYS)), "'h'"),
    Example(
        "tools.forms",
        (answered(_SAYS), answered(_SAYS)),
        (answered(calls(call("time"))), answered(calls(call()))),
        "a call of time",
    ),
)
