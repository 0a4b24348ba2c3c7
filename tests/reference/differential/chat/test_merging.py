"""Adds up generated chunks on both libraries: the sums are equal, field by field, or both raise."""

import operator
import os
from copy import deepcopy
from functools import reduce
from itertools import product
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st
from langchain_core.utils._merge import merge_dicts as dicts_of_langchain
from langchain_core.utils._merge import merge_lists as lists_of_langchain
from langchain_core.utils.json import parse_partial_json as parse_of_langchain

from llm_reference.messages.merge import merge_dicts, merge_lists
from llm_reference.messages.partial_json import parse_partial_json
from reference.differential.chat.messages import CHUNKS, OURS, THEIRS, plain, with_whole_calls

LONG = os.environ.get("LLM_DIFFERENTIAL")
generated = settings(
    # A few each time; `LLM_DIFFERENTIAL=4000` adds up more of them.
    max_examples=int(LONG or 60),
    derandomize=not LONG,
    database=None,
    deadline=None,
    phases=[Phase.explicit, Phase.generate, Phase.shrink],
    suppress_health_check=list(HealthCheck),
)


def sums(library: dict[str, Any], chunks: list[dict[str, Any]]) -> list[Any]:
    """The first chunk, the sum by pairs, the sum of the list, and of the generations; or the error of each."""
    built = [library["AIMessageChunk"](**deepcopy(fields)) for fields in chunks]
    generations = [library["ChatGenerationChunk"](message=message) for message in built]

    def outcome(call: Any) -> Any:
        try:
            return plain(call())
        except (TypeError, ValueError) as error:
            return type(error).__name__

    return [
        outcome(lambda: built[0]),
        outcome(lambda: reduce(operator.add, built)),
        outcome(lambda: built[0] + built[1:]),
        outcome(lambda: (generations[0] + generations[1:]).message),
        [plain(message) for message in built],  # adding does not change what is added
    ]


def as_ours(value: Any) -> Any:
    if isinstance(value, list):
        return [as_ours(each) for each in value]
    return with_whole_calls(value) if isinstance(value, dict) else value


@generated
@example([{"content": []}, {"content": "a"}])
@example([{"content": ["a"]}, {"content": "b"}, {"content": [{"type": "text", "text": "c"}]}, {"content": "d"}])
@given(st.lists(CHUNKS, min_size=1, max_size=5))
def test_the_sum_of_chunks_is_that_of_langchain_core(chunks: list[dict[str, Any]]) -> None:
    assert sums(OURS, chunks) == as_ours(sums(THEIRS, chunks))


_KEYS = ["id", "index", "type", "created", "timestamp", "output_version", "model_provider", "k"]
_VALUES = [
    None,
    "",
    "a",
    "b",
    "lc_1",
    0,
    1,
    True,
    False,
    0.5,
    [1],
    [{"index": 0, "k": "a"}],
    {},
    {"k": "a"},
    {"id": "a"},
]
_SAME = st.fixed_dictionaries(
    {"index": st.sampled_from([0, 1, "lc_1", "a"])},
    optional={
        "type": st.sampled_from(["text", "thinking"]),
        "id": st.sampled_from([None, "", "a", "b"]),
        "k": st.sampled_from(_VALUES),
    },
)


def merged(merge: Any, one: Any, other: Any) -> str:
    try:
        return repr(merge(deepcopy(one), deepcopy(other)))
    except TypeError:
        return "TypeError"


@pytest.mark.parametrize("key", _KEYS)
def test_any_two_values_of_a_key_are_merged_as_in_langchain_core(key: str) -> None:
    for left, right in product(_VALUES, _VALUES):
        pair = {key: left}, {key: right}

        assert merged(merge_dicts, *pair) == merged(dicts_of_langchain, *pair)


@generated
@example([{"index": 0, "id": "a"}], [{"index": 0, "id": "b"}])
@example([{"index": 0, "id": "a"}], [{"index": 0, "id": ""}])
@given(st.lists(_SAME, max_size=3), st.lists(_SAME, max_size=3))
def test_lists_are_merged_as_in_langchain_core(left: list[Any], right: list[Any]) -> None:
    assert merged(merge_lists, left, right) == merged(lists_of_langchain, left, right)


@generated
@given(st.text(st.sampled_from('{}[]":,\\ \n01aentrulfs')))
def test_partial_json_is_what_langchain_core_makes_of_it(text: str) -> None:
    def parsed(parse: Any) -> Any:
        try:
            return parse(text)
        except ValueError:
            return "ValueError"

    assert parsed(parse_partial_json) == parsed(parse_of_langchain)


CALL = '{"city": "Pa\\"ris\\u2028", "days": [1, {"on": true}], "note": "a\nb"}'


@pytest.mark.parametrize("end", range(len(CALL) + 1))
def test_every_start_of_the_arguments_is_what_langchain_core_makes_of_it(end: int) -> None:
    chunks = [{"content": "", "tool_call_chunks": [{"name": "f", "args": CALL[:end], "id": "i", "index": 0}]}]

    assert sums(OURS, chunks) == sums(THEIRS, chunks)


WHOLE = {"name": "f", "args": {"a": [1, None]}, "id": "i"}
BROKEN = {"name": "f", "args": "{", "id": None, "error": None}


@pytest.mark.parametrize("name", ["AIMessage", "AIMessageChunk"])
@pytest.mark.parametrize(
    "fields",
    [
        {"tool_calls": [WHOLE]},
        {"invalid_tool_calls": [BROKEN]},
        {"tool_calls": [WHOLE], "invalid_tool_calls": [BROKEN]},
    ],
)
def test_whole_calls_are_completed_as_in_langchain_core(name: str, fields: dict[str, Any]) -> None:
    assert plain(OURS[name]("a", **fields)) == plain(THEIRS[name]("a", **fields))


@pytest.mark.parametrize("other", ["a", 1, None, ["a"]])
def test_only_chunks_can_be_added(other: Any) -> None:
    for library in (OURS, THEIRS):
        with pytest.raises(TypeError):
            library["AIMessageChunk"]("a") + other
        with pytest.raises(TypeError):
            library["ChatGenerationChunk"](message=library["AIMessageChunk"]("a")) + other
