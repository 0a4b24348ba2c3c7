"""Custom events: `dispatch_custom_event`, and its events in v2."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from llm_reference import RunnableGenerator, RunnableLambda, adispatch_custom_event, dispatch_custom_event
from reference.deadline import run
from reference.nested import Chain, starts
from reference.tracers import events_of


def report(value: str) -> str:
    dispatch_custom_event("progress", {"done": value})
    return value


async def areport(value: str) -> str:
    await adispatch_custom_event("progress", 50)
    return value


def reporting(pieces: Iterator[str]) -> Iterator[str]:
    for piece in pieces:
        dispatch_custom_event("piece", piece)
        yield piece


@pytest.mark.parametrize(("function", "data"), [(report, {"done": "hi"}), (areport, 50)])
def test_a_custom_event_belongs_to_the_run_that_dispatches_it(function: Any, data: Any) -> None:
    events = events_of(RunnableLambda(function, name="step"), config={"tags": ["t"], "metadata": {"m": 1}})

    assert [event["event"] for event in events] == [
        "on_chain_start",
        "on_custom_event",
        "on_chain_stream",
        "on_chain_end",
    ]
    custom = events[1]
    assert custom == {**events[0], "event": "on_custom_event", "name": "progress", "data": data}


def test_v1_has_no_custom_events() -> None:
    assert [event["event"] for event in events_of(RunnableLambda(report), version="v1")] == [
        "on_chain_start",
        "on_chain_stream",
        "on_chain_end",
    ]


def test_a_custom_event_of_a_nested_step_comes_in_its_place_and_names_its_parents() -> None:
    outer: Chain = RunnableLambda(report, name="first") | RunnableLambda(lambda value: value, name="second")

    events = events_of(outer)

    reported = [f"{event['name']} {event['event']}" for event in events]
    assert (
        reported.index("first on_chain_start")
        < reported.index("progress on_custom_event")
        < reported.index("first on_chain_end")
    )
    custom = events[reported.index("progress on_custom_event")]
    assert custom["run_id"] == starts(events)["first"]["run_id"]
    assert custom["parent_ids"] == [events[0]["run_id"]]


@pytest.mark.parametrize(
    ("filters", "passes"),
    [
        ({"include_names": ["progress"]}, True),
        ({"include_types": ["progress"]}, True),
        ({"include_tags": ["t"]}, True),
        ({"include_types": ["chain"]}, False),
        ({"exclude_names": ["progress"]}, False),
        ({"exclude_tags": ["t"]}, False),
    ],
    ids=str,
)
def test_custom_events_are_filtered_by_their_own_name_and_the_tags_of_the_run(
    filters: dict[str, Any],
    passes: bool,  # noqa: FBT001
) -> None:
    events = events_of(RunnableLambda(report), config={"tags": ["t"]}, **filters)

    assert ("on_custom_event" in {event["event"] for event in events}) == passes


def test_a_custom_event_outside_of_a_run_is_an_error() -> None:
    with pytest.raises(RuntimeError, match="a custom event needs a run"):
        dispatch_custom_event("progress", 1)
    with pytest.raises(RuntimeError, match="a custom event needs a run"):
        run(adispatch_custom_event("progress", 1))


def test_a_generator_dispatches_it_between_its_chunks() -> None:
    async def areporting(pieces: AsyncIterator[str]) -> AsyncIterator[str]:
        async for piece in pieces:
            await adispatch_custom_event("piece", piece)
            yield piece
            yield piece

    reported = [event["event"] for event in events_of(RunnableGenerator(reporting, areporting))]

    assert reported == ["on_chain_start", "on_custom_event", "on_chain_stream", "on_chain_stream", "on_chain_end"]


def test_without_handlers_a_custom_event_has_no_effect() -> None:
    step: Chain = RunnableLambda(report, areport)
    generator: Chain = RunnableGenerator(reporting)

    assert step.invoke("hi") == "hi"
    assert run(step.ainvoke("hi")) == "hi"
    assert list(generator.stream("hi")) == ["hi"]
