from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from llm_conformance.driver.recorder import Recorder
from llm_conformance.records import Value


@pytest.mark.parametrize("name", ["generation_info", "response_metadata"])
def test_info_of_the_provider_is_recorded_with_the_chunk(name: str) -> None:
    value = Recorder().value(SimpleNamespace(text="hi", **{name: {"finish_reason": "stop"}}))

    assert value.text == "hi"
    assert value.fields[name].fields == {"finish_reason": Value("str", "str", text="stop")}


@pytest.mark.parametrize("info", [None, {}, "stop", ["stop"]])
def test_info_of_another_type_is_not_recorded(info: Any) -> None:
    assert Recorder().value(SimpleNamespace(text="hi", generation_info=info)).fields == {}


def test_a_record_that_contains_itself_is_cut() -> None:
    info: dict[str, Any] = {}
    info["info"] = SimpleNamespace(text="hi", generation_info=info)

    value, depth = Recorder().value(info["info"]), 0
    while value.fields:
        value, depth = next(iter(value.fields.values())), depth + 1
    assert 1 < depth < 20


@pytest.mark.parametrize(
    ("chunk", "carries"),
    [
        ({"text": ""}, False),
        ({"text": "hi"}, True),
        ({"text": "", "response_metadata": {"model_name": "m"}}, False),
        ({"text": "", "additional_kwargs": {"refusal": None}}, False),
        ({"text": "", "additional_kwargs": {"reasoning_content": "hm"}}, True),
        ({"text": "", "tool_call_chunks": []}, False),
        ({"text": "", "tool_call_chunks": [{"name": "search"}]}, True),
        ({"text": "", "content": [{"type": "text", "text": "", "index": 0}]}, False),
        ({"text": "", "content": [{"type": "thinking", "thinking": "hm"}]}, True),
    ],
)
def test_a_chunk_carries_text_a_thought_or_a_call_of_a_tool(chunk: dict[str, Any], *, carries: bool) -> None:
    assert Recorder().value(SimpleNamespace(**chunk)).carries_answer == carries
