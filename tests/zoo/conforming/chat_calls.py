"""Chat models whose answers call tools in an unusual way."""

import random
from typing import Any, ClassVar
from uuid import uuid4

from langchain_core.messages import AIMessage, AIMessageChunk
from langchain_core.messages.tool import invalid_tool_call

from zoo.conforming.chat_base import END, USAGE, Parts, fragment, fragments

__all__ = [
    "ArgumentsByCharacter",
    "CallAlone",
    "CallBeforeText",
    "CallCutByLength",
    "CallCutByLengthInStreams",
    "CallWithNoArguments",
    "CallWithNullArguments",
    "ChangesAtOneCall",
    "EqualCalls",
    "FragmentedCalls",
    "GeneratedCallIds",
    "IndexBeginsAtOne",
    "InterleavedFragments",
    "InvalidCall",
    "LineBreakInArguments",
    "NestedArguments",
    "SampledArguments",
    "SampledCalls",
    "StreamsDisabledForTools",
    "WholeCall",
    "WholeCallsApart",
    "WholeCallsAtIndexZero",
    "WholeCallsWithoutIndex",
]

_WEATHER = {"name": "get_weather", "args": '{"city": "Paris"}', "id": "call_a"}
_TIME = {"name": "get_time", "args": '{"zone": "Europe/Paris"}', "id": "call_b"}
_DONE = AIMessageChunk(content="", usage_metadata=USAGE, response_metadata={**END, "finish_reason": "tool_calls"})


class FragmentedCalls(Parts):
    """Two calls in fragments, as most providers send them."""

    def after(self) -> list[AIMessageChunk]:
        return [
            fragment(name="get_weather", args="", id="call_a", index=0),
            fragment(args='{"city"', index=0),
            fragment(args=': "Paris"}', index=0),
            fragment(name="get_time", args="", id="call_b", index=1),
            fragment(args='{"zone": "Europe/Paris"}', index=1),
            _DONE,
        ]


class WholeCall(Parts):
    """A whole call in one chunk."""

    def after(self) -> list[AIMessageChunk]:
        return [fragment(**_WEATHER, index=0), _DONE]


class WholeCallsAtIndexZero(Parts):
    """Two whole calls in one chunk, both with the index 0 and with different ids, as ChatOllama sends them."""

    def after(self) -> list[AIMessageChunk]:
        return [fragments({**_WEATHER, "index": 0}, {**_TIME, "index": 0}), _DONE]


class WholeCallsApart(Parts):
    """Two whole calls in a chunk each, both with the index 0 and with different ids."""

    def after(self) -> list[AIMessageChunk]:
        return [fragment(**_WEATHER, index=0), fragment(**_TIME, index=0), _DONE]


class WholeCallsWithoutIndex(Parts):
    """Whole calls in `tool_calls` of a chunk: langchain-core makes fragments without an index of them."""

    def after(self) -> list[AIMessageChunk]:
        calls: Any = [
            {"name": "get_weather", "args": {"city": "Paris"}, "id": "call_a"},
            {"name": "get_time", "args": {"zone": "Europe/Paris"}, "id": "call_b"},
        ]
        return [*(AIMessageChunk(content="", tool_calls=[call]) for call in calls), _DONE]


class GeneratedCallIds(Parts):
    """The provider sends no ids, so the model generates them: they differ between two answers."""

    def after(self) -> list[AIMessageChunk]:
        each = [{**call, "id": uuid4().hex, "index": at} for at, call in enumerate((_WEATHER, _TIME))]
        return [fragments(*each), _DONE]


class CallWithNoArguments(Parts):
    """A call without arguments: they are an empty text."""

    def after(self) -> list[AIMessageChunk]:
        return [fragment(name="list_files", args="", id="call_a", index=0), _DONE]


class CallWithNullArguments(Parts):
    """A call without arguments: no fragment has any."""

    def after(self) -> list[AIMessageChunk]:
        return [fragment(name="list_files", id="call_a", index=0), fragment(index=0), _DONE]


class CallCutByLength(Parts):
    """The token limit ends the answer inside the arguments of a call; langchain-core completes them in a sum."""

    def after(self) -> list[AIMessageChunk]:
        end = AIMessageChunk(content="", usage_metadata=USAGE, response_metadata={**END, "finish_reason": "length"})
        return [fragment(name="get_weather", args='{"city": "Pa', id="call_a", index=0), end]


class CallCutByLengthInStreams(CallCutByLength):
    """The same, and the answer of `invoke()` has the call as an invalid one."""

    def whole(self, text: str) -> AIMessage:
        call = invalid_tool_call(name="get_weather", args='{"city": "Pa', id="call_a", error=None)
        return super().whole(text).model_copy(update={"tool_calls": [], "invalid_tool_calls": [call]})


class EqualCalls(Parts):
    """Two calls of one tool with the same arguments."""

    def after(self) -> list[AIMessageChunk]:
        return [fragments({**_WEATHER, "index": 0}, {**_WEATHER, "id": "call_b", "index": 1}), _DONE]


class CallAlone(Parts):
    """An answer without text: a call is all of it."""

    def words(self, text: str) -> list[AIMessageChunk]:
        return []

    def after(self) -> list[AIMessageChunk]:
        return [
            fragment(name="get_weather", args="", id="call_a", index=0),
            fragment(args='{"city": "Paris"}', index=0),
            _DONE,
        ]


class CallBeforeText(Parts):
    """The call comes before the text."""

    def before(self) -> list[AIMessageChunk]:
        return [fragment(**_WEATHER, index=0)]


class InterleavedFragments(Parts):
    """The fragments of two calls alternate."""

    def after(self) -> list[AIMessageChunk]:
        return [
            fragment(name="get_weather", args="", id="call_a", index=0),
            fragment(name="get_time", args="", id="call_b", index=1),
            fragment(args='{"city": ', index=0),
            fragment(args='{"zone": ', index=1),
            fragments({"args": '"Paris"}', "index": 0}, {"args": '"Europe/Paris"}', "index": 1}),
            _DONE,
        ]


class IndexBeginsAtOne(Parts):
    """The index of a call is that of a block of the content, of which the text is the first."""

    def after(self) -> list[AIMessageChunk]:
        return [
            fragment(name="get_weather", args="", id="call_a", index=1),
            fragment(args='{"city": "Paris"}', index=1),
            fragment(**_TIME, index=3),
            _DONE,
        ]


class ArgumentsByCharacter(Parts):
    """Each character of the arguments is a fragment, also those of an escape."""

    def after(self) -> list[AIMessageChunk]:
        text = '{"city": "S\\u00e3o \\"Paulo\\"", "braces": "}{", "line": "\u2028"}'
        first = fragment(name="get_weather", args="", id="call_a", index=0)
        return [first, *(fragment(args=character, index=0) for character in text), _DONE]


class NestedArguments(Parts):
    """The arguments are objects in objects, numbers, null and an empty list."""

    def after(self) -> list[AIMessageChunk]:
        text = '{"where": {"city": "Paris", "at": [48.85, 2.35]}, "days": 3, "unit": null, "others": [], "exact": true}'
        return [fragment(name="get_weather", args="", id="call_a", index=0), fragment(args=text, index=0), _DONE]


class LineBreakInArguments(Parts):
    """A text of the arguments contains a line break that is not escaped, which langchain-core accepts."""

    def after(self) -> list[AIMessageChunk]:
        return [fragment(name="write", args='{"text": "one\ntwo"}', id="call_a", index=0), _DONE]


class InvalidCall(Parts):
    """The model writes arguments that are not JSON: the call is invalid in every answer."""

    def after(self) -> list[AIMessageChunk]:
        return [fragment(name="get_weather", args="Paris, please", id="call_a", index=0), _DONE]


class SampledCalls(Parts):
    """The text is always the same, and the number of calls is sampled."""

    def after(self) -> list[AIMessageChunk]:
        number = random.randint(0, 2)  # noqa: S311 - no secret
        return [*(fragment(**{**_WEATHER, "id": f"call_{at}"}, index=at) for at in range(number)), _DONE]


class SampledArguments(Parts):
    """The text is always the same, and the arguments of the call are sampled."""

    def after(self) -> list[AIMessageChunk]:
        city = random.choice(("Paris", "Rome", "Oslo", "Bern"))  # noqa: S311 - no secret
        return [fragment(name="get_weather", args=f'{{"city": "{city}"}}', id="call_a", index=0), _DONE]


class StreamsDisabledForTools(FragmentedCalls):
    """Does not stream if tools are bound."""

    disable_streaming: Any = "tool_calling"


class ChangesAtOneCall(Parts):
    """Changes everything but its text at call `changes_at`: for one call, or `for_good`."""

    changes_at: ClassVar[int] = 7
    for_good: ClassVar[bool] = True
    calls: ClassVar[int] = 0

    def after(self) -> list[AIMessageChunk]:
        ChangesAtOneCall.calls += 1
        changed = self.calls == self.changes_at or (self.for_good and self.calls > self.changes_at)
        city, end, read = ("Rome", "length", 6) if changed else ("Paris", "stop", 1)
        usage: Any = {**USAGE, "input_token_details": {"cache_read": read}}
        return [
            AIMessageChunk(content="", additional_kwargs={"reasoning_content": city}),
            fragment(name="get_weather", args=f'{{"city": "{city}"}}', id="call_a", index=0),
            AIMessageChunk(content="", usage_metadata=usage, response_metadata={"finish_reason": end}),
        ]
