"""Examples for the checks of whole messages: calls and usage."""

from __future__ import annotations

from checks.chat_records import added, again_and_fresh, call, calls, handled, one, part, said, seen, thrice, tokens
from checks.example import Example
from checks.records import about, batch, replies, reply

_CHUNK = "acme.Chunk"
_PARIS, _ROME = calls(call(city="Paris")), calls(call(city="Rome"))
_TWO = calls(call(city="Paris"), call("time", "b"))
_BEGUN = said(kind=_CHUNK, tool_call_chunks=[part(0, "weather", "a")])
_FRAGMENT = said(kind=_CHUNK, tool_call_chunks=[part(0, args='{"city": "Paris"}')])
_ASTRAY = said(kind=_CHUNK, tool_call_chunks=[part(None, args="{}")])
_BROKEN = said(invalid_tool_calls=[{"name": "weather", "args": "{", "id": "a"}])
# What langchain-core makes of a call that the token limit cuts off in a stream.
_GARBLED = calls(call(city="Par"), tool_call_chunks=[part(0, "weather", "a", '{"city": "Par')])
_CUT = calls(
    call(city="Par"),
    tool_call_chunks=[part(0, "weather", "a", '{"city": "Par')],
    response_metadata={"finish_reason": "length"},
)

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
        "calls.valid-arguments",
        (one(_CUT), reply(_CUT), thrice(_CUT)),
        (one(_GARBLED), reply(_PARIS), thrice(_PARIS)),
        """fragments that join to weather('{"city": "Par')""",
    ),
    Example(
        "calls.concat",
        (reply(_BROKEN), one(_CUT), thrice(_BROKEN)),
        (reply(_ROME), one(_CUT), thrice(_ROME)),
        "'Par'",
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
_OTHERS_COUNTED = replies(the_second_prompt=_COUNTED, the_third_prompt=_COUNTED)
_COUNTED_AGAIN = said("hi", usage_metadata=tokens(18, 4))
_ADDED_UP = said("hi", usage_metadata=tokens(18, 8))
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
        "usage.batch",
        (batch(_COUNTED), reply(_COUNTED), _OTHERS_COUNTED, thrice(_COUNTED)),
        (batch(_COUNTED_AGAIN), reply(_COUNTED), _OTHERS_COUNTED, thrice(_COUNTED)),
        "18 (input_tokens)",
    ),
    Example(
        "usage.not-accumulated",
        (reply(_COUNTED), again_and_fresh(_COUNTED_AGAIN, _COUNTED)),
        (reply(_COUNTED), again_and_fresh(_ADDED_UP, _COUNTED)),
        "input_tokens = 18, output_tokens = 8",
    ),
    Example(
        "usage.not-accumulated",
        (reply(_COUNTED), again_and_fresh(_UNCOUNTED, _COUNTED)),
        (reply(_ADDED_UP), again_and_fresh(said("hi", usage_metadata=tokens(27, 12)), _COUNTED)),
        "input_tokens = 27, output_tokens = 12",
    ),
    Example(
        "usage.not-accumulated",
        (reply(_UNCOUNTED), again_and_fresh(_UNCOUNTED, _UNCOUNTED)),
        (reply(_COUNTED), again_and_fresh(_ADDED_UP, _COUNTED)),
        "input_tokens = 18, output_tokens = 8",
    ),
    Example(
        "usage.not-accumulated",
        (reply(_COUNTED), again_and_fresh(said("ho", usage_metadata=tokens(18, 8)), _COUNTED)),
        (reply(_COUNTED), again_and_fresh(_ADDED_UP, _COUNTED)),
        "input_tokens = 18, output_tokens = 8",
    ),
    Example(
        "usage.streamed",
        (one(_COUNTED), reply(_COUNTED), thrice(_COUNTED), about()),
        (one(_UNCOUNTED), reply(_COUNTED), thrice(_COUNTED), about()),
        "no usage",
    ),
    Example(
        "usage.streamed",
        (one(_COUNTED), reply(_DETAILED), thrice(_COUNTED), about()),
        (one(_COUNTED), reply(_DETAILED), thrice(_DETAILED), about()),
        "no input_token_details.cache_read",
    ),
    Example(
        "usage.invoked",
        (reply(_COUNTED), reply(_COUNTED), one(_COUNTED), _OTHERS_COUNTED, thrice(_COUNTED)),
        (reply(_UNCOUNTED), reply(_UNCOUNTED), one(_COUNTED), _OTHERS_COUNTED, thrice(_UNCOUNTED)),
        "no usage",
    ),
    Example(
        "usage.invoked",
        (reply(_UNCOUNTED), reply(_COUNTED), one(_COUNTED), _OTHERS_COUNTED, thrice(_UNCOUNTED)),
        (reply(_UNCOUNTED), reply(_COUNTED), one(_UNCOUNTED), _OTHERS_COUNTED, thrice(_COUNTED)),
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

EXAMPLES = (*CALLS, *USAGE)
