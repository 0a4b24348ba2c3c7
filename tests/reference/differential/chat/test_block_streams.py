"""Generated answers as streams of version v3 on both libraries: events, projections and the message are the same.

The answers are those that both do rightly; the table of the README has the others. `LLM_DIFFERENTIAL=2000` generates
2000 of them.
"""

import os
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from reference.deadline import run
from reference.differential.chat.messages import OURS, THEIRS, plain
from reference.differential.chat.plan import ChatPlan

LONG = os.environ.get("LLM_DIFFERENTIAL")
Fields = Mapping[str, Any]

# langchain-core calls version v3 a beta.
pytestmark = pytest.mark.filterwarnings("ignore")

_WORDS = st.sampled_from(["", "a", " b", "\n", "é🙂"])
_TEXT = _WORDS.map(lambda text: {"content": text})
_USAGE: Fields = {"content": "", "usage_metadata": {"input_tokens": 1, "output_tokens": 2, "total_tokens": 3}}
_END: Fields = {"content": "", "response_metadata": {"finish_reason": "stop", "model_name": "m"}}


def call(index: int, arguments: list[str]) -> list[Fields]:
    """A call in fragments, of an index that no other call has."""
    first = {"name": f"f{index}", "args": "", "id": f"call_{index}", "index": index}
    others = [{"name": None, "args": part, "id": None, "index": index} for part in arguments]
    return [{"content": "", "tool_call_chunks": [fragment]} for fragment in (first, *others)]


_ARGUMENTS = st.sampled_from([[], ["{}"], ['{"a": ', '"b"}'], ['{"a"', ': [1, {"b": 2}]', "}"], ['{"a": 1'], ["nul"]])
_CALLS = st.lists(_ARGUMENTS, max_size=2).map(
    lambda calls: [fields for index, arguments in enumerate(calls) for fields in call(index, arguments)]
)
_THOUGHTS = st.lists(_WORDS, max_size=2).map(
    lambda texts: [{"content": "", "additional_kwargs": {"reasoning_content": text}} for text in texts if text]
)
ANSWERS = st.builds(
    lambda thoughts, texts, calls, more, ends: (*thoughts, *texts, *calls, *more, *ends),
    _THOUGHTS,
    st.lists(_TEXT, max_size=3),
    _CALLS,
    st.lists(_TEXT, max_size=2),
    st.lists(st.sampled_from([_USAGE, _END]), unique_by=id, max_size=2),
).filter(bool)


def drawn(library: dict[str, Any], answer: tuple[Fields, ...]) -> Any:
    hooks = {hook: library["HOOKS"][hook] for hook in ("_stream", "_astream")}
    return type("Drawn", (library["Drawn"],), hooks)(plan=ChatPlan(chunks=answer), calls=[])


def read(library: dict[str, Any], answer: tuple[Fields, ...]) -> list[Any]:
    """Read the events of a stream, and then the wholes; and the deltas of each projection in a stream of its own."""
    model = drawn(library, answer)
    stream, fresh = (model.stream_events("hi", version="v3") for _ in range(2))
    return [
        *map(event_data, stream),
        [str(stream.text), str(stream.reasoning), *map(dict, stream.tool_calls.get()), message_data(stream.output)],
        [*map(dict, fresh.tool_calls)],
        [*model.stream_events("hi", version="v3").text],
    ]


async def aread(library: dict[str, Any], answer: tuple[Fields, ...]) -> list[Any]:
    """The same without blocking the event loop."""
    model = drawn(library, answer)
    stream, fresh, other = [await model.astream_events("hi", version="v3") for _ in range(3)]
    return [
        *[event_data(event) async for event in stream],
        [
            await stream.text,
            await stream.reasoning,
            *map(dict, await stream.tool_calls),
            message_data(await stream.output),
        ],
        [dict(fragment) async for fragment in fresh.tool_calls],
        [text async for text in other.text],
    ]


def event_data(event: Any) -> dict[str, Any]:
    """An event without its random id, and without what one library alone has."""
    content = {key: value for key, value in event.get("content", {}).items() if key not in ("index", "error")}
    # The reasoning is a block; langchain-core has it in the keyword arguments, too.
    gone = ("id", "additional_kwargs")
    return {**{key: value for key, value in event.items() if key not in gone}, "content": content}


def message_data(message: Any) -> dict[str, Any]:
    values = plain(message)
    content = values["content"]
    blocks = content if isinstance(content, str) else [{**block, "error": None} for block in content]
    invalid = [{**one, "error": None} for one in values["invalid_tool_calls"]]
    return {**values, "id": None, "additional_kwargs": {}, "content": blocks, "invalid_tool_calls": invalid}


@settings(
    max_examples=int(LONG or 15),
    derandomize=not LONG,
    database=None,
    deadline=None,
    phases=[Phase.explicit, Phase.generate, Phase.shrink],
    suppress_health_check=list(HealthCheck),
)
@given(ANSWERS)
@example((*call(0, ['{"a": ', '"b"}']), {"content": "a"}, *call(1, ["{}"]), _USAGE, _END))
def test_a_stream_of_version_v3_is_the_same_on_both(answer: tuple[Fields, ...]) -> None:
    ours = read(OURS, answer)

    assert ours == read(THEIRS, answer)
    assert run(aread(OURS, answer)) == run(aread(THEIRS, answer)) == ours
