"""The config and keyword arguments of a call: contract section F."""

import copy
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from llm_reference import LLM, Runnable, RunnableConfig
from llm_reference.runs.run import Run, Tracer
from reference.deadline import run
from reference.models import OnlyCall, Streams, SyncStream

Call = Callable[..., Any]


async def _drain(stream: Any) -> None:
    async for _ in stream:
        pass


CALLS: dict[str, Call] = {
    "invoke": lambda model, *args, **kwargs: model.invoke(*args, **kwargs),
    "ainvoke": lambda model, *args, **kwargs: run(model.ainvoke(*args, **kwargs)),
    "stream": lambda model, *args, **kwargs: list(model.stream(*args, **kwargs)),
    "astream": lambda model, *args, **kwargs: run(_drain(model.astream(*args, **kwargs))),
    "batch": lambda model, prompt, *args, **kwargs: model.batch([prompt], *args, **kwargs),
    "abatch": lambda model, prompt, *args, **kwargs: run(model.abatch([prompt], *args, **kwargs)),
    "transform": lambda model, prompt, *args, **kwargs: list(model.transform(iter([prompt]), *args, **kwargs)),
    "events": lambda model, *args, **kwargs: run(_drain(model.astream_events(*args, **kwargs))),
}
each_call = pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)


class Notes(Tracer):
    """Records the runs that start."""

    def __init__(self) -> None:
        self.runs: list[Run] = []

    def started(self, run: Run) -> None:
        self.runs.append(run)


@each_call
@pytest.mark.parametrize("model", [OnlyCall(), SyncStream(), Streams(), Streams().bind()])
@pytest.mark.parametrize("config", [None, {}, {"tags": None, "metadata": None, "run_name": None}])
def test_a_config_may_be_missing_or_empty_by_position_or_by_name(call: Call, model: LLM, config: Any) -> None:
    call(model, "hi")
    call(model, "hi", config)
    call(model, "hi", config=config)


@each_call
@pytest.mark.parametrize("bind", [False, True])
def test_the_arguments_of_the_caller_are_not_changed(call: Call, bind: bool) -> None:  # noqa: FBT001
    model: Runnable[Any, str] = Streams(tags=["own"], metadata={"own": 1})
    model = model.with_config(tags=["bound"], metadata={"bound": 1}) if bind else model
    passed: dict[str, Any] = {
        "config": {"tags": ["b", "a"], "metadata": {"m": {}}, "run_name": "name", "callbacks": [], "other": 1},
        "stop": ["x"],
        "options": {"a": [1]},
    }
    before = copy.deepcopy(passed)

    call(model, "hi", passed["config"], stop=passed["stop"], options=passed["options"])

    assert passed == before


@each_call
def test_tags_metadata_name_and_id_are_those_of_the_run(call: Call) -> None:
    notes = Notes()
    config: RunnableConfig = {
        "tags": ["b", "a"],
        "metadata": {"m": 1},
        "run_name": "name",
        "run_id": UUID(int=7),
        "callbacks": [notes],
    }

    call(Streams(), "hi", config)

    (run,) = notes.runs
    assert (run.tags, run.metadata, run.name, run.id) == (["b", "a"], {"m": 1}, "name", UUID(int=7))


def test_a_run_without_a_name_has_the_name_of_its_model() -> None:
    notes = Notes()

    Streams().invoke("hi", {"callbacks": [notes]})
    Streams(name="my model").invoke("hi", {"callbacks": [notes]})

    assert [run.name for run in notes.runs] == ["Streams", "my model"]
    assert notes.runs[0].id != notes.runs[1].id


def test_tags_of_the_constructor_join_those_of_the_call_and_the_metadata_of_the_call_wins() -> None:
    notes = Notes()
    model = Streams(tags=["own"], metadata={"own": 1, "both": "own"})

    model.invoke("hi", {"tags": ["call"], "metadata": {"both": "call"}, "callbacks": [notes]})

    assert notes.runs[0].tags == ["call", "own"]
    assert notes.runs[0].metadata == {"own": 1, "both": "call"}


@each_call
def test_with_config_merges_and_the_call_wins(call: Call) -> None:
    notes = Notes()
    model = Streams().with_config({"tags": ["wc"], "metadata": {"wm": 1, "both": "wc"}}, run_name="wc_name")

    call(model, "hi", {"tags": ["t1"], "metadata": {"m": 1, "both": "call"}, "callbacks": [notes]})

    (run,) = notes.runs
    assert run.tags == ["t1", "wc"]
    assert run.metadata == {"wm": 1, "m": 1, "both": "call"}
    assert run.name == "wc_name"


def test_a_second_with_config_replaces_the_key() -> None:
    notes = Notes()
    model = Streams().with_config(tags=["old"], run_name="kept", callbacks=[notes]).with_config(tags=["new"])

    model.invoke("hi")

    assert [(run.tags, run.name) for run in notes.runs] == [(["new"], "kept")]


def test_a_config_applies_to_all_attempts_as_a_whole() -> None:
    notes = Notes()
    model = OnlyCall().with_config(run_name="fixed", callbacks=[notes]).with_retry()

    model.invoke("hi")

    assert [run.name for run in notes.runs] == ["fixed", "OnlyCall"]


def test_the_run_name_of_the_call_wins_over_with_config() -> None:
    notes = Notes()

    model = Streams().with_config(run_name="fixed", callbacks=[notes])
    model.invoke("hi", {"run_name": "called"})
    model.invoke("hi", {"run_name": None})

    assert [run.name for run in notes.runs] == ["called", "fixed"]


@each_call
def test_stop_and_unknown_keywords_reach_the_hook(call: Call) -> None:
    model = Streams()

    call(model, "hi", stop=["x"], temperature=0)

    assert model.calls == [("hi", ["x"], {"temperature": 0})]


@each_call
def test_bound_keywords_are_those_of_the_call(call: Call) -> None:
    model = Streams()

    call(model.bind(stop=["x"], temperature=0), "hi")
    call(model.bind(stop=["x"], temperature=1).with_config(tags=["a"]).bind(temperature=0), "hi")
    call(model.bind(stop=["never"]), "hi", stop=["x"], temperature=0)

    assert model.calls == [("hi", ["x"], {"temperature": 0})] * 3


def test_the_model_does_not_get_the_keywords_of_astream_events() -> None:
    model = Streams()

    CALLS["events"](model, "hi", version="v2", include_names=["Streams"], exclude_tags=["x"], temperature=0)

    assert model.calls == [("hi", None, {"temperature": 0})]


def test_a_model_gets_its_run_manager() -> None:
    reported: list[tuple[str, str]] = []

    class Tokens(Tracer):
        def token(self, run: Run, token: str, chunk: Any) -> None:
            reported.append((run.name, chunk.text))

    config: RunnableConfig = {"callbacks": [Tokens()], "run_name": "one"}
    list(Streams().stream("hi", config))
    CALLS["astream"](Streams(), "hi", {**config, "run_name": "two"})
    CALLS["astream"](SyncStream(), "hi", {**config, "run_name": "three"})

    tokens = ["You", " said:", " hi", "\n\n", "é🙂"]
    assert reported == [(name, token) for name in ("one", "two", "three") for token in tokens]


def test_an_object_without_handler_methods_is_ignored_among_the_callbacks() -> None:
    assert OnlyCall().invoke("hi", {"callbacks": [object()]}) == OnlyCall().invoke("hi")
