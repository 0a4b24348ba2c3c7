"""The same models on the reference and on langchain-core: what is seen is equal; where it is not, both are pinned."""

import asyncio
import contextvars
import threading
import warnings
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any
from uuid import UUID

import pytest
from langchain_core.callbacks import BaseCallbackHandler

from llm_reference.run import Run, Watcher
from reference import models as on_reference
from reference.deadline import run
from reference.twins import normal, on_langchain, twins

Seen = tuple[list[Any], str]

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


def seen(make: Callable[[], Any]) -> Seen:
    """All that came out of a call, and the type of the exception at its end."""
    got: list[Any] = []

    async def read(stream: AsyncIterator[Any]) -> None:
        async for item in stream:
            got.append(normal(item) if isinstance(item, dict) else item)  # noqa: PERF401  # kept when an error ends it

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # langchain-core calls v1 deprecated
            result = make()
            if isinstance(result, Iterator):
                got.extend(result)
            elif isinstance(result, AsyncIterator):
                run(read(result))
            elif asyncio.iscoroutine(result):
                got.append(run(result))
            else:
                got.append(result)
    except Exception as error:  # noqa: BLE001  # whatever it is, it is compared
        return got, type(error).__name__
    return got, "no error"


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
    # S2, pinned below, is the one difference.
    [(name, call) for name in ENDING_MODELS for call in CALLS if call != "events v2" or name not in FALLBACKS],
)
@pytest.mark.parametrize("prompt", ["1", ""])
def test_every_model_gives_the_same_on_both(name: str, call: str, prompt: str) -> None:
    ours, theirs = twins(name)

    assert seen(lambda: CALLS[call](ours, prompt)) == seen(lambda: CALLS[call](theirs, prompt))
    # Threads of a batch may hear their prompts in any order.
    assert sorted(map(repr, ours.heard)) == sorted(map(repr, theirs.heard))


@each_call
@pytest.mark.parametrize(
    "value",
    [[("system", "s"), ("human", "hi")], [{"role": "ai", "content": "hi"}], ["hi"], [], 42, None, {"a": 1}],
    ids=str,
)
def test_every_input_is_taken_or_refused_on_both(value: Any, call: str) -> None:
    ours, theirs = twins("Streams")

    assert seen(lambda: CALLS[call](ours, value)) == seen(lambda: CALLS[call](theirs, value))


@each_call
@pytest.mark.parametrize("name", ["Streams", "SyncStream"])
def test_config_and_keywords_arrive_the_same_on_both(name: str, call: str) -> None:
    ours, theirs = twins(name)
    config = {"tags": ["b", "a"], "metadata": {"m": 1}, "run_name": "name", "run_id": UUID(int=7)}
    config = config if "batch" not in call else {**config, "run_id": None}
    arguments = {"config": config, "stop": ["x"], "temperature": 0}

    assert seen(lambda: CALLS[call](ours, "hi", **arguments)) == seen(lambda: CALLS[call](theirs, "hi", **arguments))
    assert sorted(ours.heard) == sorted(theirs.heard)
    assert ours.heard[0][1:] == (["x"], {"temperature": 0})


@each_call
def test_bound_arguments_and_config_are_the_same_on_both(call: str) -> None:
    ours, theirs = twins("Streams")
    config = {"tags": ["call"], "metadata": {"m": 1}}

    def bound(model: Any) -> Any:
        return model.bind(stop=["x"]).with_config(tags=["z", "y"], metadata={"m": 0, "w": 1}, run_name="fixed")

    assert seen(lambda: CALLS[call](bound(ours), "hi", config=config)) == seen(
        lambda: CALLS[call](bound(theirs), "hi", config=config)
    )
    assert sorted(ours.heard) == sorted(theirs.heard)


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
def test_filters_choose_the_same_on_both(filters: dict[str, Any], call: str) -> None:
    ours, theirs = twins("Streams")
    arguments = {"config": {"tags": ["tag"]}, **filters}

    assert seen(lambda: CALLS[call](ours, "hi", **arguments)) == seen(lambda: CALLS[call](theirs, "hi", **arguments))


@pytest.mark.parametrize("call", ["batch", "abatch"])
def test_a_short_list_of_configs_is_refused_by_both(call: str) -> None:
    ours, theirs = twins("Streams")

    assert seen(lambda: CALLS[call](ours, "hi", config=[{}])) == ([], "ValueError")
    assert seen(lambda: CALLS[call](theirs, "hi", config=[{}])) == ([], "ValueError")


def test_an_unknown_version_of_events_is_refused_by_both() -> None:
    ours, theirs = twins("Streams")

    assert seen(lambda: ours.astream_events("hi", version="v9")) == ([], "NotImplementedError")
    assert seen(lambda: theirs.astream_events("hi", version="v9")) == ([], "NotImplementedError")


@pytest.mark.parametrize("name", ["Endless", "AsyncEndless"])
def test_a_stream_closed_early_stops_the_model_on_both(name: str) -> None:
    for model in twins(name):
        stream = model.stream("hi")
        next(stream)
        stream.close()

        assert (model.made, len(model.closed)) == ([0], 1)


# What differs, from both sides.


async def turns(count: int) -> None:
    """Let every other task of the loop have its turn so many times."""
    for _ in range(count):
        await asyncio.sleep(0)


@pytest.mark.parametrize("name", sorted(FALLBACKS))
def test_s2_a_fallback_has_a_stream_event_in_v2_here_and_none_there(name: str) -> None:
    ours, theirs = (seen(lambda model=model: CALLS["events v2"](model, "hi"))[0] for model in twins(name))  # type: ignore[misc]  # bound in time

    assert [event["event"] for event in ours] == ["on_llm_start", "on_llm_stream", "on_llm_end"]
    assert [event["event"] for event in theirs] == ["on_llm_start", "on_llm_end"]
    assert [ours[0], ours[2]] == theirs


@pytest.mark.parametrize("call", ["batch", "abatch"])
def test_s4_good_inputs_keep_their_results_here_and_lose_them_there(call: str) -> None:
    ours, theirs = twins("BadOnDemand")

    ((good, bad),), _ = seen(lambda: CALLS[call](ours, "good", return_exceptions=True))
    assert (good, bad) == ("good good", "good 2")
    (our_outputs,), _ = seen(lambda: CALLS[call](ours, "bad", return_exceptions=True))
    (their_outputs,), _ = seen(lambda: CALLS[call](theirs, "bad", return_exceptions=True))

    assert [type(output).__name__ for output in our_outputs] == ["ConnectionError", "str"]
    assert [type(output).__name__ for output in their_outputs] == ["ConnectionError", "ConnectionError"]


def test_s5_the_run_id_of_a_batch_names_its_first_run_here_and_none_there() -> None:
    assert _batch_runs_with_its_id_here() == [True, False]
    assert _batch_runs_with_its_id_there() == [False, False]


def _batch_runs_with_its_id_here() -> list[bool]:
    ids = []

    class Notes(Watcher):
        def started(self, run: Run) -> None:
            ids.append(run.id == UUID(int=7))

    on_reference.OnlyCall().batch(["a", "b"], {"run_id": UUID(int=7), "callbacks": [Notes()], "max_concurrency": 1})
    return ids


def _batch_runs_with_its_id_there() -> list[bool]:
    ids = []

    class Notes(BaseCallbackHandler):
        def on_llm_start(self, *_args: Any, run_id: UUID, **_kwargs: Any) -> None:
            ids.append(run_id == UUID(int=7))

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        on_langchain.OnlyCall().batch(["a", "b"], {"run_id": UUID(int=7), "callbacks": [Notes()]})
    return ids


def test_s7_an_empty_list_of_callbacks_is_nothing_here_and_an_index_error_there() -> None:
    ours, theirs = twins("OnlyCall")

    assert seen(lambda: ours.ainvoke("hi", {"callbacks": []}))[1] == "no error"
    assert seen(lambda: theirs.ainvoke("hi", {"callbacks": []}))[1] == "IndexError"


def test_s10_an_error_after_an_overridden_astream_is_raised_here_and_swallowed_there() -> None:
    def breaks(base: Any) -> Any:
        class Overrides(base):  # type: ignore[misc]  # either of two
            async def astream(self, input: Any, config: Any = None, **kwargs: Any) -> Any:  # noqa: A002
                text = await self.ainvoke(input, config, **kwargs)
                yield text[:3]
                raise ConnectionError("the line is cut")

        return Overrides()

    assert seen(lambda: CALLS["events v2"](breaks(on_reference.OnlyCall), "hi"))[1] == "ConnectionError"
    assert seen(lambda: CALLS["events v2"](breaks(on_langchain.OnlyCall), "hi"))[1] == "no error"


def test_s12_tags_of_the_constructor_are_in_the_events_of_v1_here_and_missing_there() -> None:
    ours, theirs = (
        seen(lambda module=module: CALLS["events v1"](module.Streams(tags=["own"], metadata={"own": 1}), "hi"))[0]  # type: ignore[misc]  # bound in time
        for module in (on_reference, on_langchain)
    )

    assert {(*event["tags"], *event["metadata"]) for event in ours} == {("own", "own")}
    assert {(*event["tags"], *event["metadata"]) for event in theirs} == {()}


@pytest.mark.parametrize("leave", ["aclose", "cancel"])
def test_s17_leaving_the_events_of_v1_stops_the_model_here_and_not_there(leave: str) -> None:
    async def goes_on_after_leaving(module: Any) -> bool:
        at_gate, gate, went_on = asyncio.Event(), asyncio.Event(), asyncio.Event()

        class Gated(module.OnlyCall):  # type: ignore[misc]  # either of two
            async def _astream(self, prompt: str, *args: Any, **kwargs: Any) -> AsyncIterator[Any]:
                yield module.GenerationChunk(text="before")
                at_gate.set()
                await gate.wait()
                went_on.set()
                yield module.GenerationChunk(text="after")

        async def read() -> None:
            events = Gated().astream_events("hi", version="v1")
            await anext(events)
            await anext(events)
            await at_gate.wait()
            if leave == "aclose":
                await events.aclose()
            await anext(events)

        reader = asyncio.create_task(read())
        await at_gate.wait()
        if leave == "cancel":
            reader.cancel()
        await turns(100)
        gate.set()
        await turns(100)
        await asyncio.wait([reader])
        return went_on.is_set()

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert not run(goes_on_after_leaving(on_reference))
        assert run(goes_on_after_leaving(on_langchain))


def test_s18_events_wait_for_their_reader_here_and_run_away_there() -> None:
    async def made_after_one_event(module: Any) -> int:
        made = []

        class Counts(module.OnlyCall):  # type: ignore[misc]  # either of two
            async def _astream(self, prompt: str, *args: Any, **kwargs: Any) -> AsyncIterator[Any]:
                for number in range(100):
                    made.append(number)
                    yield module.GenerationChunk(text="a")

        events = Counts().astream_events("hi", version="v2")
        await anext(events)
        await turns(1000)
        count = len(made)
        await events.aclose()
        return count

    assert run(made_after_one_event(on_reference)) < 20
    assert run(made_after_one_event(on_langchain)) == 100


def test_s19_the_calls_of_a_batch_overlap_here_and_come_one_by_one_there() -> None:
    def overlap(module: Any, patience: float) -> bool:
        together = threading.Barrier(2)

        class Meets(module.OnlyCall):  # type: ignore[misc]  # either of two
            def _call(self, prompt: str, *args: Any, **kwargs: Any) -> str:
                try:
                    together.wait(patience)
                except threading.BrokenBarrierError:
                    return "alone"
                return "together"

        return bool(Meets().batch(["a", "b"]) == ["together", "together"])

    assert overlap(on_reference, patience=5)
    assert not overlap(on_langchain, patience=0.01)


def test_beyond_metadata_of_the_call_wins_here_and_that_of_the_constructor_there() -> None:
    ours, theirs = (
        seen(
            lambda module=module: CALLS["events v2"](  # type: ignore[misc]  # bound in time
                module.Streams(metadata={"m": "own"}), "hi", config={"metadata": {"m": "call"}}
            )
        )[0]
        for module in (on_reference, on_langchain)
    )

    assert {event["metadata"]["m"] for event in ours} == {"call"}
    assert {event["metadata"]["m"] for event in theirs} == {"own"}


def _informs(module: Any, *infos: dict[str, Any]) -> Any:
    class Informs(module.OnlyCall):  # type: ignore[misc]  # either of two
        def _stream(self, prompt: str, *args: Any, **kwargs: Any) -> Iterator[Any]:
            for info in infos:
                yield module.GenerationChunk(text="a", generation_info=info)

    return Informs()


def test_beyond_what_chunks_say_twice_holds_as_said_last_here_and_is_glued_there() -> None:
    ours, theirs = (
        seen(lambda module=module: CALLS["events v2"](_informs(module, {"model": "m"}, {"model": "m"}), "hi"))[0][-1]  # type: ignore[misc]  # bound in time
        for module in (on_reference, on_langchain)
    )

    assert ours["data"]["output"]["generations"][0][0]["generation_info"] == {"model": "m"}
    assert theirs["data"]["output"]["generations"][0][0]["generation_info"] == {"model": "mm"}


def test_beyond_two_chunks_with_different_numbers_stream_here_and_fail_there() -> None:
    infos = [{"logprob": 0.5}, {"logprob": 0.25}]

    assert seen(lambda: _informs(on_reference, *infos).stream("hi")) == (["a", "a"], "no error")
    assert seen(lambda: _informs(on_langchain, *infos).stream("hi")) == (["a", "a"], "TypeError")


def test_beyond_a_generator_keeps_its_context_variables_here_and_loses_them_there() -> None:
    var = contextvars.ContextVar("var", default="unset")

    def remembers(module: Any) -> Any:
        class Remembers(module.OnlyCall):  # type: ignore[misc]  # either of two
            def _stream(self, prompt: str, *args: Any, **kwargs: Any) -> Iterator[Any]:
                token = var.set("mine")
                yield module.GenerationChunk(text="")
                yield module.GenerationChunk(text=var.get())
                var.reset(token)

        return Remembers()

    assert seen(lambda: remembers(on_reference).astream("hi")) == (["", "mine"], "no error")
    assert seen(lambda: remembers(on_langchain).astream("hi")) == (["", "unset"], "ValueError")
