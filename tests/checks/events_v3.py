"""Examples of the checks of version v3."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from checks.chat_records import call, calls, one, said, thrice, tokens
from checks.example import Example
from checks.records import ERROR, reply, stream, value_of
from checks.v3_records import FINISH, START, block, call_block, said_v3, text_block, v3, v3_event
from llm_conformance.records import Projection, V3Event, V3Stream, V3Streams, Value

_WHOLE = said_v3(*text_block("h", "i"))
_CALL = said_v3(*call_block('{"city":', ' "Rio"}', args={"city": "Rio"}))
_BROKEN_CALL = said_v3(*call_block('{"city":', args='{"city":', kind="invalid_tool_call"))
_NAMED = said_v3(
    *block(
        0,
        {"type": "tool_call_chunk", "args": ""},
        [{"type": "tool-call-delta", "args": "{}"}],
        {"type": "tool_call", "id": "a", "name": "weather", "args": {}},
    )
)
_IMAGE = {"type": "image", "mime_type": "image/png"}
_AUDIO = {"type": "audio", "mime_type": "audio/wav"}
_SNAPSHOT = said_v3(
    *block(
        0,
        {"type": "tool_call_chunk", "id": "a", "name": "weather", "args": ""},
        [{"type": "block-delta", "fields": {"type": "tool_call_chunk", "args": "{}"}}],
        {"type": "tool_call", "id": "a", "name": "weather", "args": {}},
    )
)
_OF_TWO_TYPES = said_v3(
    *block(
        0,
        {"type": "reasoning", "reasoning": ""},
        [{"type": "reasoning-delta", "reasoning": "a"}],
        {"type": "tool_call", "id": "a", "name": "weather", "args": {}},
    )
)
_RAISED = "raised ValueError: no prompt (acme.py:1 in invoke)"
_INTERLEAVED = said_v3(
    *(text_block("a", index=0)[:2]), *text_block("b", index=1), text_block("a", index=0)[2], *text_block("c", index=2)
)
_TEXT = text_block("h", "i")
_ERROR = v3_event("error", message="busy")
_RIO = call(city="Rio")
_CALLED = calls(_RIO)


def read(
    *events: V3Event, says: str = "", thinks: str = "", made: tuple[dict[str, Any], ...] = (), **parts: Any
) -> V3Stream:
    """The stream of a whole message, whose projections give these parts of the answer."""
    facts: dict[str, Any] = {
        "text": projection(says, says),
        "reasoning": projection(thinks, thinks),
        "tool_calls": Projection((), value_of(list(made))),
        "output": said(says, tool_calls=list(made)),
    }
    return said_v3(*events, **{**facts, **parts})


def projection(whole: Any, *deltas: Any) -> Projection:
    """A projection."""
    return Projection(tuple(map(value_of, deltas)), value_of(whole))


_HI = text_block("h", "i")
_SAYS_HI = read(*_HI, says="hi")
_SAYS_HO = read(*text_block("ho"), says="ho")
_CALLS_RIO = read(
    *call_block('{"city": "Rio"}', args={"city": "Rio"}),
    made=(_RIO,),
    tool_calls=projection([_RIO], {"type": "tool_call_chunk", "id": "a", "name": "weather", "args": '{"city": "Rio"}'}),
)
# Another check reports that they share an id.
_CALLS_RIO_TWICE = read(
    *(event for index in range(2) for event in call_block('{"city": "Rio"}', args={"city": "Rio"}, index=index)),
    made=(_RIO, _RIO),
    tool_calls=projection(
        [_RIO, _RIO], *({"type": "tool_call_chunk", "id": "a", "name": "weather", "args": '{"city": "Rio"}'},) * 2
    ),
)
_CALLS_LYON = read(output=calls(call(city="Lyon")))
_USED: dict[str, Any] = {"usage_metadata": tokens(1, 2)}
_COUNTED, _COUNTED_OTHERWISE = read(output=said(**_USED)), read(output=said(usage_metadata=tokens(1, 3)))
_ENDED: dict[str, Any] = {"response_metadata": {"finish_reason": "stop"}}
_THOUGHT = said("hi", content=[{"type": "thinking", "thinking": "so"}])
_THINKS = read(*text_block("so", kind="reasoning"))


def beside(message: Value) -> tuple[Any, ...]:
    """The other observations of a check: the stream of this message, and what `invoke()` gives."""
    return one(message), reply(message), thrice(message)


_SAID = said_v3(*_HI, said=said("hi", tool_calls=[_RIO]), output=said("hi", tool_calls=[_RIO]))


def made_to_say(stream: V3Stream) -> V3Streams:
    """A golden stream."""
    return V3Streams(by_label={"chat-call": stream})


EXAMPLES = (
    Example(
        "events-v3.completes",
        (made_to_say(_WHOLE),),
        (made_to_say(v3(raised=ERROR)),),
        _RAISED,
    ),
    Example(
        "events-v3.exact",
        (made_to_say(_SAID),),
        (made_to_say(replace(_SAID, output=said("h", tool_calls=[_RIO]))),),
        "'h'",
    ),
    Example(
        "events-v3.exact", (made_to_say(_SAID),), (made_to_say(replace(_SAID, output=said("hi"))),), "no call of a tool"
    ),
    Example("events-v3.completes", (_WHOLE,), (v3(raised=ERROR),), _RAISED),
    Example(
        "events-v3.awaitable",
        (_WHOLE,),
        (said_v3(needed_await=False, returned_type="async_generator"),),
        "an object of type async_generator",
    ),
    Example("events-v3.first", (_WHOLE,), (v3(),), "no event"),
    Example("events-v3.first", (_WHOLE,), (v3(*_TEXT, FINISH),), "content-block-start of block 0 first"),
    Example("events-v3.first", (_WHOLE,), (said_v3(START),), "2 events message-start"),
    Example("events-v3.last", (_WHOLE,), (v3(START, *_TEXT),), "content-block-finish of block 0 last"),
    Example("events-v3.last", (v3(START, _ERROR),), (said_v3(FINISH),), "message-finish, message-finish"),
    Example("events-v3.last", (_WHOLE,), (said_v3(_ERROR),), "error, message-finish"),
    Example(
        "events-v3.last", (_WHOLE,), (v3(START, FINISH, *_TEXT),), "content-block-start of block 0 after message-finish"
    ),
    Example("events-v3.blocks", (_WHOLE,), (said_v3(v3_event("content-block-start")),), "content-block-start"),
    Example("events-v3.blocks", (_INTERLEAVED,), (said_v3(_TEXT[0], *_TEXT),), "content-block-start of block 0"),
    Example("events-v3.blocks", (_WHOLE,), (said_v3(*_TEXT[1:]),), "content-block-delta of block 0"),
    Example("events-v3.blocks", (_WHOLE,), (said_v3(*_TEXT, _TEXT[-1]),), "content-block-finish of block 0"),
    Example("events-v3.blocks", (v3(START, _TEXT[0], _ERROR),), (said_v3(*_TEXT[:-1]),), "no finish of block 0"),
    Example(
        "events-v3.types",
        (_WHOLE,),
        (said_v3(*block(0, {"type": "text"}, [{"type": "tool-call-delta", "args": "{"}], {"type": "text"})),),
        "tool-call-delta in it",
    ),
    Example(
        "events-v3.types",
        (_BROKEN_CALL,),
        (said_v3(*block(0, {"type": "text"}, [], {"type": "reasoning"})),),
        "a finish of type reasoning",
    ),
    Example("events-v3.types", (_NAMED,), (said_v3(*call_block("{}", args={}, id="b")),), "id 'b' in its finish"),
    Example("events-v3.deltas", (_WHOLE,), (said_v3(*text_block("h", whole="hi")),), "'h'"),
    Example("events-v3.deltas", (_OF_TWO_TYPES,), (said_v3(*text_block("a", whole="ab", kind="reasoning")),), "'a'"),
    Example(
        "events-v3.deltas",
        (_CALL,),
        (said_v3(*call_block('{"city"', args={"city": "Rio"})),),
        "deltas that join to '{\"city\"'",
    ),
    Example("events-v3.deltas", (_BROKEN_CALL,), (said_v3(*call_block(args={"a": 1})),), "deltas that join to ''"),
    Example(
        "events-v3.deltas",
        (_SNAPSHOT,),
        (said_v3(*block(0, _IMAGE, [{"type": "data-delta", "data": "iV"}], {**_IMAGE, "data": "iVB"})),),
        "deltas that join to 'iV'",
    ),
    Example(
        "events-v3.deltas",
        (said_v3(*block(0, _AUDIO, [{"type": "data-delta", "data": "iV"}], {**_AUDIO, "base64": "iV"})),),
        (said_v3(*block(0, _AUDIO, [{"type": "data-delta", "data": "iV"}], {**_AUDIO, "base64": "iVB"})),),
        "deltas that join to 'iV'",
    ),
    Example("events-v3.fields", (_WHOLE,), (v3(V3Event(value_of("hi")), FINISH),), "a str without one"),
    Example("events-v3.fields", (_NAMED,), (v3(v3_event("message-start", role="ai"), FINISH),), "no key 'id'"),
    Example("events-v3.fields", (_CALL,), (said_v3(*call_block("{}", args="{}")),), "key 'args' with a str"),
    Example(
        "events-v3.fields",
        (_WHOLE,),
        (v3(START, v3_event("content-block-start", index="0", content={"type": "text", "text": ""}), FINISH),),
        "key 'index' with a str",
    ),
    Example(
        "events-v3.fields",
        (v3(START, v3_event("message-finish", usage={"input_tokens": 1})),),
        (v3(START, v3_event("message-finish", usage={"input_tokens": "1"})),),
        "key 'input_tokens' with a str",
    ),
    Example(
        "events-v3.projections",
        (_SAYS_HI,),
        (read(*_HI, says="hi", thinks="hi"),),
        "'hi'",
    ),
    Example("events-v3.projections", (_SAYS_HI,), (read(*_HI, text=projection("hi", "h")),), "'h'"),
    Example("events-v3.projections", (_CALLS_RIO,), (read(*_HI, text=Projection(raised=ERROR)),), _RAISED),
    Example("events-v3.projections", (_CALLS_RIO_TWICE,), (read(*call_block("{}", args={})),), "no call"),
    Example(
        "events-v3.projections",
        (_CALLS_RIO,),
        (
            read(
                *call_block("{}", args={}),
                tool_calls=projection([call()], {"type": "tool_call_chunk", "id": "a", "args": "{"}),
            ),
        ),
        "'{'",
    ),
    Example("events-v3.output", (_SAYS_HI,), (read(*_HI, output=None, output_raised=ERROR),), _RAISED),
    Example("events-v3.output", (_SAYS_HI,), (read(*_HI, output=None),), "nothing"),
    Example("events-v3.output", (_SAYS_HI,), (read(*_HI, output=said("h")),), "'h'"),
    Example("events-v3.output", (_CALLS_RIO,), (replace(_CALLS_RIO, output=said()),), "no call of a tool"),
    Example("events-v3.text", (_SAYS_HI, stream("h", "i")), (_SAYS_HO, stream("hi")), "'ho'"),
    Example("events-v3.calls", (_CALLS_RIO, *beside(_CALLED)), (_CALLS_LYON, *beside(_CALLED)), "'Lyon'"),
    Example("events-v3.reasoning", (_THINKS, *beside(_THOUGHT)), (_SAYS_HI, *beside(_THOUGHT)), "''"),
    Example("events-v3.usage", (_COUNTED, *beside(said(**_USED))), (_SAYS_HI, *beside(said(**_USED))), "no usage"),
    Example(
        "events-v3.usage",
        (_COUNTED, *beside(said(**_USED))),
        (_COUNTED_OTHERWISE, *beside(said(**_USED))),
        "3 (output_tokens)",
    ),
    Example(
        "events-v3.metadata",
        (read(output=said(**_ENDED)), *beside(said(**_ENDED))),
        (_SAYS_HI, *beside(said(**_ENDED))),
        "no finish reason",
    ),
    Example(
        "events-v3.async-parity",
        (_SAYS_HI, _SAYS_HI, reply(said("hi")), thrice(said("hi"))),
        (_SAYS_HI, _SAYS_HO, reply(said("hi")), thrice(said("hi"))),
        "'ho'",
    ),
    Example(
        "events-v3.async-parity",
        (_SAYS_HI, _SAYS_HI, reply(said("hi")), thrice(said("hi"))),
        (
            _SAYS_HI,
            read(*_HI, *text_block("so", index=1, kind="reasoning"), says="hi"),
            reply(said("hi")),
            thrice(said("hi")),
        ),
        "'so'",
    ),
)
