"""Each defect is present, shown without the suite. Here: chat adapters of a provider in its dialects."""

from collections.abc import Iterator
from typing import Any

import pytest

from llm_conformance.simulator import DIALECTS, ServedStream, Simulator
from llm_fixtures import golden
from llm_reference import IncompleteAnswerError
from llm_zoo import chat_wire, wire_requests
from llm_zoo.bases.chat_adapter import ChatWireAdapter
from zoo.callers import PROMPT, astreamed, streamed
from zoo.messages import calls, stream_total

TOOL = {"type": "function", "function": {"name": "get_weather", "parameters": {"type": "object", "properties": {}}}}


@pytest.fixture(scope="module")
def simulator() -> Iterator[Simulator]:
    with Simulator() as simulator:
        yield simulator


def served_in(simulator: Simulator, dialect: str) -> ServedStream:
    name, spoken = DIALECTS["openai-chat"][dialect]
    return simulator.play(golden(name), dialect=spoken)


def test_the_second_call_of_a_delta_is_lost(simulator: Simulator) -> None:
    served = served_in(simulator, "whole-calls")
    right = calls(stream_total(ChatWireAdapter(url=served.url).bind_tools([TOOL])))

    assert (
        calls(stream_total(chat_wire.SecondCallOfADeltaLost(url=served.url).bind_tools([TOOL]))) == right[:1] != right
    )


def test_usage_beside_choices_is_lost(simulator: Simulator) -> None:
    model = chat_wire.UsageBesideChoicesLost(url=served_in(simulator, "usage-with-finish").url)

    assert model.invoke(PROMPT).usage_metadata is not None
    assert stream_total(model).usage_metadata is None


def test_only_the_stream_reads_one_key_of_reasoning(simulator: Simulator) -> None:
    model = chat_wire.StreamReadsOneReasoningKey(url=served_in(simulator, "reasoning-key").url)

    assert model.invoke(PROMPT).additional_kwargs["reasoning_content"]
    assert "reasoning_content" not in stream_total(model).additional_kwargs


def test_a_call_that_is_cut_ends_without_an_error(simulator: Simulator) -> None:
    served = simulator.play(golden("chat-call"), "clean_end_early")

    with pytest.raises(IncompleteAnswerError):
        streamed(ChatWireAdapter(url=served.url).bind_tools([TOOL]))
    assert stream_total(chat_wire.CutCallIsRepaired(url=served.url).bind_tools([TOOL])).tool_call_chunks


def test_the_choice_of_a_tool_is_lost_in_astream(simulator: Simulator) -> None:
    served = simulator.play(golden("chat-call"))
    model: Any = wire_requests.ToolChoiceLostInAstream(url=served.url).bind_tools([TOOL], tool_choice="get_weather")
    streamed(model)
    astreamed(model)

    first, second = (request.body.get("tool_choice") for request in served.requests)
    assert first
    assert second is None
