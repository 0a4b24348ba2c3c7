"""The same models on the reference and on langchain-core: they behave the same. `test_differences.py` has the rest."""

import asyncio
import warnings
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any
from uuid import UUID

import pytest

from reference import models as on_reference
from reference.deadline import run
from reference.twins import normal, on_langchain, twins

Outcome = tuple[list[Any], str]

ENDING_MODELS = [
    "OnlyCall",
    "OnlyAcall",
    "SyncStream",
    "Streams",
    "OnlyAstream",
    "Blanks",
    "Nothing",
    "Breaks",
    "CallBreaks",
    "Informs",
    "BadOnDemand",
]
FALLBACKS = {"OnlyCall", "OnlyAcall", "BadOnDemand"}


async def one_by_one(values: list[Any]) -> AsyncIterator[Any]:
    for value in values:
        yield value


def outcome_of(make: Callable[[], Any]) -> Outcome:
    """Return the results of a call, and the type of the exception that it raised."""
    results: list[Any] = []

    async def read(stream: AsyncIterator[Any]) -> None:
        async for item in stream:
            results.append(normal(item) if isinstance(item, dict) else item)  # noqa: PERF401  # kept if it raises

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # langchain-core calls v1 deprecated
            result = make()
            if isinstance(result, Iterator):
                results.extend(result)
            elif isinstance(result, AsyncIterator):
                run(read(result))
            elif asyncio.iscoroutine(result):
                results.append(run(result))
            else:
                results.append(result)
    except Exception as error:  # noqa: BLE001  # any exception is compared
        return results, type(error).__name__
    return results, "no error"


CALLS: dict[str, Callable[..., Any]] = {
    "invoke": lambda model, value, **kwargs: model.invoke(value, **kwargs),
    "ainvoke": lambda model, value, **kwargs: model.ainvoke(value, **kwargs),
    "stream": lambda model, value, **kwargs: model.stream(value, **kwargs),
    "astream": lambda model, value, **kwargs: model.astream(value, **kwargs),
    "batch": lambda model, value, **kwargs: model.batch([value, "2"], **kwargs),
    "abatch": lambda model, value, **kwargs: model.abatch([value, "2"], **kwargs),
    "transform": lambda model, value, **kwargs: model.transform(iter([value]), **kwargs),
    "atransform": lambda model, value, **kwargs: model.atransform(one_by_one([value]), **kwargs),
    "events v1": lambda model, value, **kwargs: model.astream_events(value, version="v1", **kwargs),
    "events v2": lambda model, value, **kwargs: model.astream_events(value, version="v2", **kwargs),
}
each_call = pytest.mark.parametrize("call", CALLS)


@pytest.mark.parametrize(
    ("name", "call"),
    # S2 is the one difference.
    [(name, call) for name in ENDING_MODELS for call in CALLS if call != "events v2" or name not in FALLBACKS],
)
@pytest.mark.parametrize("prompt", ["1", ""])
def test_every_model_gives_the_same_on_both(name: str, call: str, prompt: str) -> None:
    ours, theirs = twins(name)

    assert outcome_of(lambda: CALLS[call](ours, prompt)) == outcome_of(lambda: CALLS[call](theirs, prompt))
    # The threads of a batch may run in any order.
    assert sorted(map(repr, ours.calls)) == sorted(map(repr, theirs.calls))


@each_call
@pytest.mark.parametrize(
    "value",
    [[("system", "s"), ("human", "hi")], [{"role": "ai", "content": "hi"}], ["hi"], [], 42, None, {"a": 1}],
    ids=str,
)
def test_every_input_is_accepted_or_rejected_on_both(value: Any, call: str) -> None:
    ours, theirs = twins("Streams")

    assert outcome_of(lambda: CALLS[call](ours, value)) == outcome_of(lambda: CALLS[call](theirs, value))


@each_call
@pytest.mark.parametrize("name", ["Streams", "SyncStream"])
def test_config_and_keywords_arrive_the_same_on_both(name: str, call: str) -> None:
    ours, theirs = twins(name)
    config = {"tags": ["b", "a"], "metadata": {"m": 1}, "run_name": "name", "run_id": UUID(int=7)}
    config = config if "batch" not in call else {**config, "run_id": None}
    arguments = {"config": config, "stop": ["x"], "temperature": 0}

    assert outcome_of(lambda: CALLS[call](ours, "hi", **arguments)) == outcome_of(
        lambda: CALLS[call](theirs, "hi", **arguments)
    )
    assert sorted(ours.calls) == sorted(theirs.calls)
    assert ours.calls[0][1:] == (["x"], {"temperature": 0})


@each_call
def test_bound_arguments_and_config_are_the_same_on_both(call: str) -> None:
    ours, theirs = twins("Streams")
    config = {"tags": ["call"], "metadata": {"m": 1}}

    def bound(model: Any) -> Any:
        return model.bind(stop=["x"]).with_config(tags=["z", "y"], metadata={"m": 0, "w": 1}, run_name="fixed")

    assert outcome_of(lambda: CALLS[call](bound(ours), "hi", config=config)) == outcome_of(
        lambda: CALLS[call](bound(theirs), "hi", config=config)
    )
    assert sorted(ours.calls) == sorted(theirs.calls)


@pytest.mark.parametrize("call", ["events v1", "events v2"])
@pytest.mark.parametrize(
    "filters",
    [
        {"include_names": ["Streams"]},
        {"include_names": ["other"]},
        {"include_types": ["llm"]},
        {"include_types": ["chat_model"]},
        {"include_tags": ["tag"]},
        {"include_tags": []},
        {"include_names": ["other"], "include_tags": ["tag"]},
        {"exclude_names": ["Streams"]},
        {"exclude_types": ["llm"]},
        {"exclude_tags": ["tag"]},
        {"include_types": ["llm"], "exclude_tags": ["tag"]},
    ],
    ids=str,
)
def test_filters_select_the_same_on_both(filters: dict[str, Any], call: str) -> None:
    ours, theirs = twins("Streams")
    arguments = {"config": {"tags": ["tag"]}, **filters}

    assert outcome_of(lambda: CALLS[call](ours, "hi", **arguments)) == outcome_of(
        lambda: CALLS[call](theirs, "hi", **arguments)
    )


@pytest.mark.parametrize("call", ["batch", "abatch"])
def test_a_short_list_of_configs_is_rejected_on_both(call: str) -> None:
    ours, theirs = twins("Streams")

    assert outcome_of(lambda: CALLS[call](ours, "hi", config=[{}])) == ([], "ValueError")
    assert outcome_of(lambda: CALLS[call](theirs, "hi", config=[{}])) == ([], "ValueError")


def test_an_unknown_version_of_events_is_rejected_on_both() -> None:
    ours, theirs = twins("Streams")

    assert outcome_of(lambda: ours.astream_events("hi", version="v9")) == ([], "NotImplementedError")
    assert outcome_of(lambda: theirs.astream_events("hi", version="v9")) == ([], "NotImplementedError")


@pytest.mark.parametrize("name", ["Endless", "AsyncEndless"])
def test_a_stream_closed_early_stops_the_model_on_both(name: str) -> None:
    for model in twins(name):
        stream = model.stream("hi")
        next(stream)
        stream.close()

        assert (model.made, len(model.closed)) == ([0], 1)


@pytest.mark.parametrize("name", sorted(FALLBACKS))
def test_a_fallback_starts_and_ends_the_same_in_v2_on_both(name: str) -> None:
    ours, theirs = (outcome_of(lambda model=model: CALLS["events v2"](model, "hi"))[0] for model in twins(name))  # type: ignore[misc]  # bound in time

    assert [ours[0], ours[-1]] == theirs


def test_s23_a_failed_run_with_a_fallback_has_no_end_event_in_v2_on_both() -> None:
    def ends(module: Any) -> list[str]:
        chain = module.Breaks().with_fallbacks([module.Streams()])
        events, error = outcome_of(lambda: CALLS["events v2"](chain, "0", exclude_types=["chain"]))
        assert error == "no error"
        return [f"{event['name']} {event['event']}" for event in events if event["event"] != "on_llm_stream"]

    starts_and_end = ["Breaks on_llm_start", "Streams on_llm_start", "Streams on_llm_end"]
    assert ends(on_reference) == ends(on_langchain) == starts_and_end


@pytest.mark.parametrize("call", ["events v1", "events v2"])
def test_s24_a_nested_model_that_does_not_report_its_tokens_has_no_stream_event_on_both(call: str) -> None:
    for model in twins("OnlyAstream"):
        events, _ = outcome_of(lambda model=model: CALLS[call](model | str.upper, "hi", include_types=["llm"]))  # type: ignore[misc]  # bound in time

        assert [event["event"] for event in events] == ["on_llm_start", "on_llm_end"]


@pytest.mark.parametrize("name", ["Endless", "AsyncEndless"])
def test_s26_a_closed_stream_is_reported_as_a_generator_exit_on_both(name: str) -> None:
    errors = []

    class HandlerLog:
        raise_error = run_inline = ignore_llm = ignore_chain = False

        def on_llm_start(self, *args: Any, **kwargs: Any) -> None: ...

        def on_llm_error(self, error: BaseException, **kwargs: Any) -> None:
            errors.append(type(error).__name__)

    for model in twins(name):
        stream = model.stream("hi", {"callbacks": [HandlerLog()]})
        next(stream)
        stream.close()

    assert errors == ["GeneratorExit", "GeneratorExit"]
