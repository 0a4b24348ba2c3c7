"""Examples for the checks of whole messages: calls, usage, blocks and metadata."""

from __future__ import annotations

from typing import Any

from checks.example import Example
from checks.records import about, batch, end, replies, reply, run, start, stream, token, value_of
from llm_conformance.records import CallbackEvent, CallbackLog, Value

_CHUNK = "acme.Chunk"


def said(text: str = "", kind: str = "acme.AIMessage", **parts: Any) -> Value:
    """A message, or a chunk, with these parts beside its text."""
    return Value(kind, "object", text=text, fields={name: value_of(part) for name, part in parts.items()})


def call(name: str = "weather", identity: str = "a", **args: Any) -> dict[str, Any]:
    """A call of a tool."""
    return {"name": name, "args": args, "id": identity}


def part(index: int | None = 0, name: str | None = None, identity: str | None = None, args: str = "") -> dict[str, Any]:
    """A fragment of a call."""
    return {"name": name, "args": args, "id": identity, "index": index}


def calls(*made: dict[str, Any], **parts: Any) -> Value:
    """A message with these calls."""
    return said(tool_calls=list(made), **parts)


def added(*chunks: Value, total: Value | None) -> Any:
    """A stream of these chunks, and their sum."""
    return stream(*chunks, total=total)


def one(message: Value) -> Any:
    """A stream of one chunk, which is its own sum."""
    return added(message, total=message)


def thrice(message: Value) -> Any:
    """Two more answers that are the same."""
    return replies(again=reply(message), fresh=reply(message))


def tokens(prompt: int, completion: int, total: int | None = None, **details: Any) -> dict[str, Any]:
    """Usage."""
    whole = prompt + completion if total is None else total
    return {"input_tokens": prompt, "output_tokens": completion, "total_tokens": whole, **details}


def handled(answer: Value, reported: Value | None, ended: Value | None) -> CallbackLog:
    """A call with a handler."""
    events = (
        CallbackEvent("on_chat_model_start", "r"),
        CallbackEvent("on_llm_new_token", "r", "", has_chunk=reported is not None),
        CallbackEvent("on_llm_end", "r", answer="", message=ended),
    )
    return CallbackLog(events=events, texts=("",), total=answer, reported=reported)


def seen(message: Value, output: Value | None = None) -> Any:
    """Events whose chunks add up to a message, with the output of their end."""
    return run(start(), token("h"), end(message if output is None else output), total=message)


_PARIS, _ROME = calls(call(city="Paris")), calls(call(city="Rome"))
_TWO = calls(call(city="Paris"), call("time", "b"))
_BEGUN = said(kind=_CHUNK, tool_call_chunks=[part(0, "weather", "a")])
_FRAGMENT = said(kind=_CHUNK, tool_call_chunks=[part(0, args='{"city": "Paris"}')])
_ASTRAY = said(kind=_CHUNK, tool_call_chunks=[part(None, args="{}")])
_BROKEN = said(invalid_tool_calls=[{"name": "weather", "args": "{", "id": "a"}])

CALLS = (
    Example(
        "calls.index",
        (added(_BEGUN, _FRAGMENT, total=_PARIS),),
        (added(_BEGUN, _ASTRAY, total=_PARIS),),
        "a fragment without one: '{}'",
    ),
    Example(
        "calls.one-name",
        (added(_BEGUN, _FRAGMENT, total=_PARIS),),
        (added(_BEGUN, _BEGUN, total=calls(call("weatherweather", city="Paris"))),),
        "name 'weatherweather'",
    ),
    Example(
        "calls.one-name",
        (one(_TWO),),
        (added(_BEGUN, _BEGUN, total=calls(call(identity="aa", city="Paris"))),),
        "id 'aa'",
    ),
    Example("calls.one-name", (one(_TWO),), (one(calls(call(identity=""))),), "a call without id"),
    Example("calls.one-name", (one(_TWO),), (one(calls(call(""))),), "a call without name"),
    Example("calls.one-name", (one(_TWO),), (one(calls(call(), call("time"))),), "2 calls with id 'a'"),
    Example(
        "calls.valid-arguments",
        (one(_PARIS), reply(_PARIS), thrice(_PARIS)),
        (one(_BROKEN), reply(_PARIS), thrice(_PARIS)),
        "1 in it: weather('{')",
    ),
    Example(
        "calls.valid-arguments",
        (one(calls(call(), tool_call_chunks=[part(0, "weather", "a")])), reply(calls(call())), thrice(calls(call()))),
        (
            one(calls(call(), tool_call_chunks=[part(0, "weather", "a", "{}{}")])),
            reply(calls(call())),
            thrice(calls(call())),
        ),
        "fragments that join to weather('{}{}')",
    ),
    Example(
        "calls.concat",
        (reply(_PARIS), one(_PARIS), thrice(_PARIS)),
        (reply(_TWO), one(_PARIS), thrice(_TWO)),
        "calls: weather(city='Paris')",
    ),
    Example(
        "calls.concat",
        (reply(_PARIS), one(_PARIS), thrice(_PARIS)),
        (reply(_PARIS), one(said("hi")), thrice(_PARIS)),
        "no call of a tool",
    ),
    Example(
        "calls.concat",
        (reply(_PARIS), one(_PARIS), thrice(_PARIS)),
        (reply(_PARIS), one(calls(call("climate", city="Paris"))), thrice(_PARIS)),
        "a call of climate",
    ),
    Example(
        "calls.concat",
        (reply(_PARIS), one(_ROME), thrice(_ROME)),
        (reply(_PARIS), one(_ROME), thrice(_PARIS)),
        "'Rome'",
    ),
    Example(
        "calls.async-parity",
        (reply(_PARIS), reply(_PARIS), one(_PARIS), one(_PARIS), thrice(_PARIS)),
        (reply(_PARIS), reply(_PARIS), one(_PARIS), one(said("hi")), thrice(_PARIS)),
        "no call of a tool",
    ),
    Example(
        "calls.batch",
        (batch(_PARIS), reply(_PARIS), thrice(_PARIS)),
        (batch(said("hi")), reply(_PARIS), thrice(_PARIS)),
        "no call of a tool",
    ),
    Example(
        "calls.events",
        (seen(_PARIS), one(_PARIS), reply(_PARIS), thrice(_PARIS)),
        (seen(_PARIS, _ROME), one(_PARIS), reply(_PARIS), thrice(_PARIS)),
        "'Rome'",
    ),
    Example(
        "calls.callbacks",
        (handled(_PARIS, _PARIS, _PARIS),),
        (handled(_PARIS, _PARIS, said("hi")),),
        "no call of a tool",
    ),
    Example("calls.callbacks", (handled(said("hi"), None, None),), (handled(_PARIS, _ROME, _PARIS),), "'Rome'"),
)

_COUNTED = said("hi", usage_metadata=tokens(9, 4))
_DETAILED = said("hi", usage_metadata=tokens(9, 4, input_token_details={"cache_read": 8}))
_COUNTED_AGAIN = said("hi", usage_metadata=tokens(18, 4))
_SUMLESS = said("hi", usage_metadata=tokens(9, 4, 4))
_UNCOUNTED = said("hi")

USAGE = (
    Example(
        "usage.once",
        (added(_UNCOUNTED, _COUNTED, total=_COUNTED),),
        (added(_COUNTED, _COUNTED, total=_COUNTED_AGAIN),),
        "input_tokens = 9 in 2 chunks",
    ),
    Example("usage.total", (reply(_COUNTED),), (reply(_SUMLESS),), "total_tokens = 4"),
    Example(
        "usage.details",
        (one(_DETAILED),),
        (one(said("hi", usage_metadata=tokens(9, 4, output_token_details={"reasoning": 5}))),),
        "output_token_details.reasoning = 5",
    ),
    Example(
        "usage.concat",
        (reply(_DETAILED), one(_DETAILED), thrice(_DETAILED)),
        (reply(_DETAILED), one(_COUNTED_AGAIN), thrice(_DETAILED)),
        "18 (input_tokens)",
    ),
    Example(
        "usage.concat",
        (reply(_COUNTED), one(_COUNTED_AGAIN), thrice(_COUNTED_AGAIN)),
        (
            reply(_DETAILED),
            one(said("hi", usage_metadata=tokens(9, 4, input_token_details={"cache_read": 9}))),
            thrice(_DETAILED),
        ),
        "9 (input_token_details.cache_read)",
    ),
    Example(
        "usage.concat",
        (reply(_UNCOUNTED), one(_COUNTED), thrice(_COUNTED)),
        (reply(_COUNTED), one(_COUNTED_AGAIN), thrice(_COUNTED)),
        "18 (input_tokens)",
    ),
    Example(
        "usage.async-parity",
        (reply(_COUNTED), reply(_COUNTED), one(_COUNTED), one(_COUNTED), thrice(_COUNTED)),
        (reply(_COUNTED), reply(_COUNTED), one(_COUNTED), one(_COUNTED_AGAIN), thrice(_COUNTED)),
        "18 (input_tokens)",
    ),
    Example(
        "usage.streamed",
        (one(_COUNTED), reply(_COUNTED), about()),
        (one(_UNCOUNTED), reply(_COUNTED), about()),
        "no usage",
    ),
    Example(
        "usage.streamed",
        (one(_DETAILED), reply(_DETAILED), about()),
        (one(_COUNTED), reply(_DETAILED), about()),
        "no input_token_details.cache_read",
    ),
    Example(
        "usage.invoked",
        (reply(_COUNTED), reply(_COUNTED), one(_COUNTED)),
        (reply(_UNCOUNTED), reply(_UNCOUNTED), one(_COUNTED)),
        "no usage",
    ),
    Example(
        "usage.invoked",
        (reply(_UNCOUNTED), reply(_UNCOUNTED), one(_UNCOUNTED)),
        (reply(_UNCOUNTED), reply(_COUNTED), one(_UNCOUNTED)),
        "no usage",
    ),
    Example(
        "usage.events",
        (seen(_COUNTED), one(_COUNTED), reply(_COUNTED), thrice(_COUNTED)),
        (seen(_COUNTED, _UNCOUNTED), one(_COUNTED), reply(_COUNTED), thrice(_COUNTED)),
        "none (input_tokens)",
    ),
    Example(
        "usage.callbacks",
        (handled(_COUNTED, None, _COUNTED),),
        (handled(_COUNTED, None, _UNCOUNTED),),
        "none (input_tokens)",
    ),
    Example(
        "usage.callbacks",
        (handled(_UNCOUNTED, None, _COUNTED),),
        (handled(_COUNTED, None, _COUNTED_AGAIN),),
        "18 (input_tokens)",
    ),
    Example(
        "usage.callbacks",
        (handled(_COUNTED, None, None),),
        (handled(_COUNTED, None, _COUNTED_AGAIN),),
        "18 (input_tokens)",
    ),
)

_TEXT = {"type": "text", "text": "hi", "index": 1}


def thought(**fields: Any) -> Value:
    """A message with a reasoning block before its text."""
    return said("hi", content=[{"type": "thinking", "index": 0, **fields}, _TEXT])


_SIGNED, _UNSIGNED = thought(thinking="hm", signature="s"), thought(thinking="hm")
_TORN = said("hi", content=[{"type": "thinking", "thinking": "h"}, {"type": "thinking", "thinking": "m"}, _TEXT])
_BESIDE = said("hi", additional_kwargs={"reasoning_content": "hm"})
_BESIDE_CUT = said("hi", additional_kwargs={"reasoning_content": "h"})
_ONE_BLOCK = said("hi", content=[_TEXT])

BLOCKS = (
    Example(
        "blocks.concat",
        (reply(_SIGNED), one(_SIGNED), thrice(_SIGNED)),
        (reply(_SIGNED), one(_UNSIGNED), thrice(_SIGNED)),
        "nothing",
    ),
    Example(
        "blocks.concat",
        (reply(_SIGNED), one(_UNSIGNED), thrice(_UNSIGNED)),
        (reply(_UNSIGNED), one(_TORN), thrice(_UNSIGNED)),
        "blocks of the types thinking, thinking, text",
    ),
    Example(
        "blocks.concat",
        (reply(_ONE_BLOCK), one(said("hi")), thrice(said("hi"))),
        (reply(_BESIDE), one(_BESIDE_CUT), thrice(_BESIDE)),
        "'h'",
    ),
    Example(
        "blocks.async-parity",
        (reply(_SIGNED), reply(_SIGNED), one(_SIGNED), one(_SIGNED), thrice(_SIGNED)),
        (reply(_SIGNED), reply(_SIGNED), one(_SIGNED), one(said("hi")), thrice(_SIGNED)),
        "blocks of the types text",
    ),
    Example(
        "blocks.same-form",
        (reply(said("hi")), one(said("hi"))),
        (reply(_ONE_BLOCK), one(said("hi"))),
        "content that is a str",
    ),
    Example(
        "blocks.same-form",
        (reply(said("")), one(said("hi"))),
        (reply(said("hi")), one(_ONE_BLOCK)),
        "content that is a list of blocks",
    ),
    Example(
        "blocks.events",
        (seen(_SIGNED), one(_SIGNED), reply(_SIGNED), thrice(_SIGNED)),
        (seen(_SIGNED, said()), one(_SIGNED), reply(_SIGNED), thrice(_SIGNED)),
        "no block",
    ),
    Example(
        "blocks.callbacks", (handled(_SIGNED, _SIGNED, _SIGNED),), (handled(_SIGNED, _UNSIGNED, _SIGNED),), "nothing"
    ),
    Example("blocks.callbacks", (handled(said("hi"), None, None),), (handled(_SIGNED, _SIGNED, _UNSIGNED),), "nothing"),
)


def ended(reason: str = "", model: str = "", **parts: Any) -> Value:
    """A message that says why it ended, and which model gave it."""
    told = {"finish_reason": reason, "model_name": model}
    return said("hi", response_metadata={key: value for key, value in told.items() if value}, **parts)


_STOP, _CUT, _NAMED, _DOUBLED = ended("stop", "m"), ended("length", "m"), ended("", "m"), ended("stopstop", "m")
_OF_R, _OF_S = said("h", id="r"), said("i", id="s")
_LAST = said("i", chunk_position="last")

METADATA = (
    Example(
        "metadata.once",
        (added(_NAMED, _STOP, total=_STOP),),
        (added(_STOP, _STOP, total=_DOUBLED),),
        "finish reason 'stopstop'",
    ),
    Example(
        "metadata.concat",
        (reply(_STOP), one(_STOP), thrice(_STOP)),
        (reply(_STOP), one(_CUT), thrice(_STOP)),
        "finish reason 'length'",
    ),
    Example(
        "metadata.concat",
        (reply(_STOP), one(_CUT), thrice(_CUT)),
        (reply(_STOP), one(ended("stop", "n")), thrice(_STOP)),
        "model name 'n'",
    ),
    Example(
        "metadata.async-parity",
        (reply(_STOP), reply(_STOP), one(_STOP), one(_STOP), thrice(_STOP)),
        (reply(_STOP), reply(_STOP), one(_STOP), one(_CUT), thrice(_STOP)),
        "finish reason 'length'",
    ),
    Example("metadata.streamed", (one(_STOP), reply(_STOP)), (one(_NAMED), reply(_STOP)), "no finish reason"),
    Example(
        "metadata.one-id",
        (added(_OF_R, said("i", id="run-1"), total=_OF_R),),
        (added(_OF_R, _OF_S, total=_OF_R),),
        "id 's' in another chunk",
    ),
    Example("metadata.one-id", (one(said("hi")),), (added(_OF_S, _OF_R, total=_OF_S),), "id 'r' in another chunk"),
    Example(
        "metadata.own-id",
        (one(_OF_R), one(_OF_S), reply(said(id="x")), replies(again=reply(said(id="y")))),
        (one(_OF_R), one(_OF_R), reply(said(id="x")), replies(again=reply(said(id="y")))),
        "id 'r' in two streams",
    ),
    Example(
        "metadata.own-id",
        (one(_OF_R), one(_OF_R), reply(said(id="x")), replies(again=reply(said(id="x")))),
        (one(_OF_S), one(_OF_S), reply(said(id="x")), replies(again=reply(said(id="y")))),
        "id 's' in two streams",
    ),
    Example(
        "metadata.own-id",
        (one(said("hi")), one(said("hi")), reply(said(id="x")), replies()),
        (one(_OF_R), one(_OF_R), reply(said(id="x")), replies()),
        "id 'r' in two streams",
    ),
    Example(
        "metadata.last-chunk",
        (added(said("h"), _LAST, total=_LAST),),
        (added(_LAST, _LAST, total=_LAST),),
        "in chunk 0, 1",
    ),
    Example("metadata.last-chunk", (one(said("hi")),), (added(_LAST, said(""), total=_LAST),), "in chunk 0"),
)

EXAMPLES = (*CALLS, *USAGE, *BLOCKS, *METADATA)
