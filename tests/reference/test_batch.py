"""Batches: contract section E."""

import asyncio
import contextvars
import threading
from typing import Any
from uuid import UUID

import pytest

from llm_reference import LLM
from llm_reference.runs.run import Run, Tracer
from reference.deadline import run
from reference.models import BadOnDemand, OnlyAcall, OnlyCall, Streams

PROMPTS = ["one", "two", "three", "two"]


class Peak(OnlyCall):
    """Counts its concurrent calls. Each waits for `together` others, so that the count does not depend on timing."""

    def __init__(self, together: int) -> None:
        super().__init__()
        self.barrier = threading.Barrier(together)
        self.lock = threading.Lock()
        self.now = self.peak = 0

    def _call(self, prompt: str, *args: Any, **kwargs: Any) -> str:
        with self.lock:
            self.now += 1
            self.peak = max(self.peak, self.now)
        self.barrier.wait(timeout=5)
        with self.lock:
            self.now -= 1
        return prompt


def test_an_empty_batch_does_not_call_the_model() -> None:
    model = Streams()

    assert model.batch([]) == []
    assert run(model.abatch([])) == []
    assert model.calls == []


def test_a_batch_gives_the_outputs_of_invoke_in_order() -> None:
    model = Streams()

    expected = [model.invoke(prompt) for prompt in PROMPTS]

    assert model.batch(PROMPTS) == expected
    assert run(model.abatch(PROMPTS)) == expected


def test_an_error_in_any_input_is_raised() -> None:
    with pytest.raises(ConnectionError):
        BadOnDemand().batch(["a", "bad", "c"])
    with pytest.raises(ConnectionError):
        run(BadOnDemand().abatch(["a", "bad", "c"]))


def test_with_return_exceptions_an_error_fills_only_its_own_slot() -> None:
    inputs = ["a", "bad", "c"]

    outputs = BadOnDemand().batch(inputs, return_exceptions=True)
    async_outputs = run(BadOnDemand().abatch(inputs, return_exceptions=True))

    assert [repr(output) for output in outputs] == ["'good a'", "ConnectionError('connection lost')", "'good c'"]
    assert [repr(output) for output in async_outputs] == [repr(output) for output in outputs]


@pytest.mark.parametrize("limit", [1, 2])
def test_max_concurrency_is_reached_and_not_exceeded(limit: int) -> None:
    model, async_model = Peak(limit), Peak(limit)

    model.batch(PROMPTS, {"max_concurrency": limit})
    run(async_model.abatch(PROMPTS, {"max_concurrency": limit}))

    assert (model.peak, async_model.peak) == (limit, limit)


def test_at_most_max_concurrency_tasks_run() -> None:
    at_work, counts = set(), []

    class Counts(OnlyCall):
        async def _acall(self, prompt: str, *args: Any, **kwargs: Any) -> str:
            at_work.add(prompt)
            await asyncio.sleep(0)
            counts.append(len(at_work))
            at_work.remove(prompt)
            return prompt

    run(Counts().abatch(["a", "b", "c", "d"], {"max_concurrency": 2}))

    assert max(counts) == 2


def test_without_a_limit_the_calls_of_a_batch_overlap() -> None:
    model, async_model = Peak(4), Peak(4)

    model.batch(PROMPTS)
    run(async_model.abatch(PROMPTS))

    assert (model.peak, async_model.peak) == (4, 4)


def test_a_limit_below_one_is_an_error_and_does_not_hang() -> None:
    with pytest.raises(ValueError, match="max_concurrency: expected at least 1, got 0"):
        Streams().batch(PROMPTS, {"max_concurrency": 0})
    with pytest.raises(ValueError, match="max_concurrency: expected at least 1, got 0"):
        run(Streams().abatch(PROMPTS, {"max_concurrency": 0}))


def test_a_list_of_configs_applies_one_to_one() -> None:
    runs: list[Run] = []

    class Notes(Tracer):
        def started(self, run: Run) -> None:
            runs.append(run)

    configs: list[Any] = [{"run_name": name, "callbacks": [Notes()]} for name in ("first", "second")]
    Streams().batch(["a", "b"], [*configs, None][:2])

    assert sorted(run.name for run in runs) == ["first", "second"]


def test_a_list_of_configs_is_merged_with_the_bound_config() -> None:
    runs: list[Run] = []

    class Notes(Tracer):
        def started(self, run: Run) -> None:
            runs.append(run)

    bound = Streams().with_config(tags=["bound"], callbacks=[Notes()])
    bound.batch(["a", "b"], [{"tags": ["one"]}, {"tags": ["two"]}])

    assert sorted(run.tags for run in runs) == [["bound", "one"], ["bound", "two"]]


def test_a_run_id_for_many_inputs_identifies_the_first_run() -> None:
    runs: list[Run] = []

    class Notes(Tracer):
        def started(self, run: Run) -> None:
            runs.append(run)

    Streams().batch(["a", "b"], {"run_id": UUID(int=1), "max_concurrency": 1, "callbacks": [Notes()]})

    assert runs[0].id == UUID(int=1)
    assert runs[1].id != UUID(int=1)


@pytest.mark.parametrize("model", [Streams(), Streams().bind(stop=["x"])])
def test_a_list_of_configs_of_the_wrong_length_is_an_error(model: LLM) -> None:
    with pytest.raises(ValueError, match="expected one for each of the 4 inputs, got 1"):
        model.batch(PROMPTS, [{}])
    with pytest.raises(ValueError, match="expected one for each of the 4 inputs, got 1"):
        run(model.abatch(PROMPTS, [{}]))


def test_keywords_reach_every_call_of_a_batch() -> None:
    model = Streams()

    model.batch(["a", "b"], stop=["x"], temperature=0)
    run(model.abatch(["a", "b"], stop=["x"], temperature=0))

    assert sorted(model.calls) == [(prompt, ["x"], {"temperature": 0}) for prompt in ("a", "a", "b", "b")]


def test_context_variables_of_the_caller_reach_the_threads_of_a_batch() -> None:
    var = contextvars.ContextVar("var", default="unset")

    class Reads(OnlyCall):
        def _call(self, prompt: str, *args: Any, **kwargs: Any) -> str:
            return var.get()

    var.set("set")

    assert Reads().batch(["a", "b"]) == ["set", "set"]
    assert run(Reads().abatch(["a", "b"])) == ["set", "set"]


def test_abatch_uses_a_native_ainvoke() -> None:
    assert run(OnlyAcall().abatch(["a", "b"])) == ["natively a", "natively b"]


def test_when_one_input_fails_the_others_stop() -> None:
    ended: list[str] = []

    class OneFails(OnlyCall):
        async def _acall(self, prompt: str, *args: Any, **kwargs: Any) -> str:
            if prompt == "bad":
                raise ConnectionError("connection lost")
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                ended.append(prompt)
                raise
            return prompt

    async def call() -> None:
        with pytest.raises(ConnectionError):
            await OneFails().abatch(["a", "bad"])
        assert ended == ["a"]
        assert len(asyncio.all_tasks()) == 1

    run(call())
