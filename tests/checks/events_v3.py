"""Examples of the checks of version v3."""

from checks.example import Example
from checks.records import ERROR
from checks.v3_records import FINISH, START, block, call_block, said_v3, text_block, v3, v3_event

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
_SNAPSHOT = said_v3(
    *block(
        0,
        {"type": "tool_call_chunk", "id": "a", "name": "weather", "args": ""},
        [{"type": "block-delta", "fields": {"type": "tool_call_chunk", "args": "{}"}}],
        {"type": "tool_call", "id": "a", "name": "weather", "args": {}},
    )
)
_RAISED = "raised ValueError: no prompt (acme.py:1 in invoke)"
_INTERLEAVED = said_v3(
    *(text_block("a", index=0)[:2]), *text_block("b", index=1), text_block("a", index=0)[2], *text_block("c", index=2)
)
_TEXT = text_block("h", "i")
_ERROR = v3_event("error", message="busy")

EXAMPLES = (
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
    Example("events-v3.deltas", (_WHOLE,), (said_v3(*text_block("a", whole="ab", kind="reasoning")),), "'a'"),
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
)
