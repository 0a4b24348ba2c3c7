"""Retries of a runnable. `test_retry.py` tests the retries of requests."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import Any
from uuid import UUID

import pytest

from llm_reference import BaseCallbackHandler, GenerationChunk, Runnable, RunnableLambda, StrOutputParser
from llm_reference.runs.config import ensure_config
from llm_reference.runs.run import Run
from reference.deadline import run
from reference.models import OnlyCall, Streams

Chain = Runnable[Any, Any]


class Flaky(OnlyCall):
    """Raises `failures` times, then answers."""

    failures: int = 2

    def _call(self, prompt: str, *args: Any, **kwargs: Any) -> str:
        self.calls.append((prompt, None, None))
        if len(self.calls) <= self.failures:
            raise ConnectionError(f"failure {len(self.calls)}")
        return f"at last {prompt}"


def retried(model: Chain, **options: Any) -> Chain:
    return model.with_retry(wait_exponential_jitter=False, **options)


async def collected(stream: AsyncIterator[Any]) -> list[Any]:
    return [piece async for piece in stream]


class HandlerLog(BaseCallbackHandler):
    def __init__(self) -> None:
        self.reported: list[tuple[str, list[str]]] = []
        self.parents: set[UUID | None] = set()

    def on_llm_start(self, *args: Any, parent_run_id: UUID | None = None, **kwargs: Any) -> None:
        self.reported.append(("start", kwargs["tags"]))
        self.parents.add(parent_run_id)

    def on_llm_error(self, *args: Any, **kwargs: Any) -> None:
        self.reported.append(("error", kwargs["tags"]))

    def on_llm_end(self, *args: Any, **kwargs: Any) -> None:
        self.reported.append(("end", kwargs["tags"]))


def test_it_is_called_until_it_succeeds() -> None:
    model, async_model = Flaky(), Flaky()

    assert retried(model).invoke("hi") == run(retried(async_model).ainvoke("hi")) == "at last hi"
    assert len(model.calls) == len(async_model.calls) == 3


def test_after_the_last_attempt_its_last_error_is_raised() -> None:
    with pytest.raises(ConnectionError, match="failure 2"):
        retried(Flaky(), stop_after_attempt=2).invoke("hi")
    with pytest.raises(ConnectionError, match="failure 3"):
        run(retried(Flaky(failures=9)).ainvoke("hi"))


def test_other_errors_are_not_retried() -> None:
    model, async_model = Flaky(), Flaky()

    with pytest.raises(ConnectionError, match="failure 1"):
        retried(model, retry_if_exception_type=(ValueError,)).invoke("hi")
    with pytest.raises(ConnectionError, match="failure 1"):
        run(retried(async_model, retry_if_exception_type=(ValueError,)).ainvoke("hi"))
    assert len(model.calls) == len(async_model.calls) == 1


def test_it_waits_exponentially_longer_between_attempts() -> None:
    step: Any = OnlyCall().with_retry(stop_after_attempt=9)
    waits = [wait for _, wait in step._attempts(Run("chain", "it", ensure_config(None), "hi"))]

    assert all(2**n <= wait <= 2**n + 1 for n, wait in enumerate(waits[:5]))
    assert waits[6:] == [60.0, 60.0, None]


def test_the_attempts_are_children_of_one_run_and_later_ones_have_a_tag() -> None:
    log = HandlerLog()

    retried(Flaky()).invoke("hi", {"run_id": UUID(int=7), "tags": ["t"], "callbacks": [log]})

    second, third = ["retry:attempt:2", "t"], ["retry:attempt:3", "t"]
    assert log.reported == [
        ("start", ["t"]),
        ("error", ["t"]),
        ("start", second),
        ("error", second),
        ("start", third),
        ("end", third),
    ]
    assert log.parents == {UUID(int=7)}


def test_a_stream_is_not_retried() -> None:
    prompts = []

    class Breaks(OnlyCall):
        def _stream(self, prompt: str, *args: Any, **kwargs: Any) -> Iterator[GenerationChunk]:
            prompts.append(prompt)
            yield GenerationChunk(text="a")
            raise ConnectionError("connection lost")

    stream = retried(Breaks()).stream("hi")

    assert next(stream) == "a"
    with pytest.raises(ConnectionError):
        next(stream)
    with pytest.raises(ConnectionError):
        run(collected(retried(Breaks()).astream("hi")))
    assert prompts == ["hi", "hi"]
    assert list(retried(Streams()).stream("hi")) == ["You", " said:", " hi", "\n\n", "é🙂"]


def test_each_input_of_a_batch_has_its_own_attempts() -> None:
    prompts: list[str] = []

    class OnceBad(OnlyCall):
        def _call(self, prompt: str, *args: Any, **kwargs: Any) -> str:
            prompts.append(prompt)
            if prompt == "never" or prompts.count(prompt) == 1:
                raise ConnectionError("connection lost")
            return prompt

    outputs = retried(OnceBad()).batch(["a", "never", "b"], return_exceptions=True)

    assert [repr(output) for output in outputs] == ["'a'", "ConnectionError('connection lost')", "'b'"]
    assert sorted(prompts) == ["a", "a", "b", "b", "never", "never", "never"]
    assert run(retried(OnceBad()).abatch(["c", "d"])) == ["c", "d"]


def test_bound_keywords_and_config_reach_every_attempt() -> None:
    log, model = HandlerLog(), Flaky()

    retried(model.bind(stop=["x"]).with_config(tags=["bound"])).invoke("hi", {"callbacks": [log]})

    assert [tags for event, tags in log.reported if event == "start"] == [
        ["bound"],
        ["retry:attempt:2", "bound"],
        ["retry:attempt:3", "bound"],
    ]


def test_in_a_chain_only_the_failing_step_is_retried() -> None:
    calls = []

    def before(text: str) -> str:
        calls.append(text)
        return text

    chain: Chain = RunnableLambda(before) | retried(Flaky()) | StrOutputParser()

    assert chain.invoke("hi") == "at last hi"
    assert calls == ["hi"]


def test_a_cancellation_is_not_retried() -> None:
    prompts = []

    class Waits(OnlyCall):
        async def _acall(self, prompt: str, *args: Any, **kwargs: Any) -> str:
            prompts.append(prompt)
            await asyncio.Event().wait()
            return prompt

    async def cancel() -> None:
        task = asyncio.create_task(retried(Waits()).ainvoke("hi"))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    run(cancel())

    assert prompts == ["hi"]
