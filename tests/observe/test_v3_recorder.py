"""A stream of version v3 is recorded with its events and its projections, also if it ends with an exception."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from llm_conformance.driver.call_result import CallResult
from llm_conformance.driver.recorder import Recorder
from llm_conformance.observe.v3_recorder import V3Recorder
from llm_conformance.records import V3Stream
from llm_conformance.records.codec import through_json
from llm_zoo.bases.chat_v3 import V3Defect
from llm_zoo.bases.v3_events import Event


class Breaks(V3Defect):
    """Its events end with an exception behind the first delta of the reasoning."""

    def _stream_chat_model_events(self, messages: list[Any], stop: Any = None) -> Iterator[Event]:
        yield from [*super()._stream_chat_model_events(messages, stop)][:3]
        raise ConnectionError("the connection was lost")

    async def _astream_chat_model_events(self, messages: list[Any], stop: Any = None) -> AsyncIterator[Event]:
        for event in [*super()._stream_chat_model_events(messages, stop)][:3]:
            yield event
        raise ConnectionError("the connection was lost")


class Bare(V3Defect):
    """Its stream has events alone."""

    def stream_events(self, *_: Any, **_more: Any) -> Any:
        return iter([{"event": "message-start", "role": "ai", "id": "1"}])


def recorded(model: V3Defect, *, asynchronous: bool) -> V3Stream:
    recorder = V3Recorder(Recorder())
    try:
        if asynchronous:
            asyncio.run(recorder.aread(model.astream_events("hi there", version="v3")))
        else:
            recorder.read(model.stream_events("hi there", version="v3"))
    except ConnectionError:
        pass
    stream = through_json(recorder.v3_stream(CallResult()))
    assert isinstance(stream, V3Stream)
    return stream


both = pytest.mark.parametrize("asynchronous", [False, True], ids=["sync", "async"])


@both
def test_the_events_and_the_projections_are_recorded(*, asynchronous: bool) -> None:
    stream = recorded(V3Defect(), asynchronous=asynchronous)

    assert [event.event for event in stream.events[:2]] == ["message-start", "content-block-start"]
    assert stream.needed_await == asynchronous
    read = {name: ([one.text for one in each.deltas], each.whole) for name, each in stream.projections.items()}
    assert read[".text"][0] == ["hi", " there"]
    assert [whole.text for name, (_, whole) in read.items() if whole and name != ".tool_calls"] == [
        "hi there",
        "Where is it?",
    ]
    assert stream.tool_calls is not None
    assert stream.tool_calls.whole is not None
    assert [call.fields["name"].text for call in stream.tool_calls.whole.items] == ["get_weather", "get_time"]
    assert stream.output is not None
    assert stream.output.text == "hi there"


@both
def test_every_projection_of_a_stream_that_breaks_is_recorded(*, asynchronous: bool) -> None:
    stream = recorded(Breaks(), asynchronous=asynchronous)

    assert len(stream.events) == 3
    raised = {name: one.raised and one.raised.bases[0] for name, one in stream.projections.items()}
    assert raised == dict.fromkeys((".text", ".reasoning", ".tool_calls"), "ConnectionError")
    assert stream.output_raised is not None
    assert stream.output_raised.bases[0] == "ConnectionError"


def test_a_stream_without_projections_is_recorded() -> None:
    stream = recorded(Bare(), asynchronous=False)

    assert [event.summary for event in stream.events] == ["message-start"]
    raised = [one.raised and one.raised.bases[0] for one in stream.projections.values()]
    assert raised == ["AttributeError"] * 3
    assert stream.output_raised is not None
