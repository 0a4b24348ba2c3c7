"""A function as a step. It is called once, with the whole input."""

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from contextvars import ContextVar
from functools import partial
from typing import Any
from uuid import UUID

import pytest

from llm_reference import (
    AsyncCallbackManagerForChainRun,
    BaseCallbackHandler,
    CallbackManagerForChainRun,
    Runnable,
    RunnableConfig,
    RunnableLambda,
)
from reference.deadline import run
from reference.models import OnlyCall, Streams

Chain = Runnable[Any, Any]

CHUNKS = ["You", " said:", " hi", "\n\n", "é🙂"]


async def collected(stream: AsyncIterator[Any]) -> list[Any]:
    return [piece async for piece in stream]


async def ashout(text: str) -> str:
    await asyncio.sleep(0)
    return text.upper() + "!"


class Shout:
    """An object that is called like a coroutine function."""

    async def __call__(self, text: str) -> str:
        return await ashout(text)


def test_a_function_serves_every_call() -> None:
    step: Chain = RunnableLambda(str.upper)

    assert step.invoke("hi") == run(step.ainvoke("hi")) == "HI"
    assert list(step.stream("hi")) == run(collected(step.astream("hi"))) == ["HI"]
    assert step.batch(["a", "b"]) == run(step.abatch(["a", "b"])) == ["A", "B"]


def test_it_waits_for_its_whole_input() -> None:
    calls = []

    def note(text: str) -> str:
        calls.append(text)
        return text

    step: Chain = RunnableLambda(note)

    assert list((Streams() | step).stream("hi")) == ["".join(CHUNKS)]
    assert calls == ["".join(CHUNKS)]


def test_two_functions_serve_the_two_kinds_of_calls() -> None:
    step: Chain = RunnableLambda(str.upper, ashout)

    assert (step.invoke("hi"), list(step.stream("hi"))) == ("HI", ["HI"])
    assert (run(step.ainvoke("hi")), run(collected(step.astream("hi")))) == ("HI!", ["HI!"])


@pytest.mark.parametrize("function", [ashout, Shout(), partial(ashout)], ids=["function", "object", "partial"])
def test_asynchronous_code_serves_asynchronous_calls_only(function: Any) -> None:
    step: Chain = RunnableLambda(function)

    assert run(step.ainvoke("hi")) == "HI!"
    assert run(collected((OnlyCall() | function).astream("hi"))) == ["".join(CHUNKS).upper() + "!"]
    with pytest.raises(TypeError, match="has only asynchronous code: use ainvoke or astream"):
        step.invoke("hi")
    with pytest.raises(TypeError, match="has only asynchronous code: use ainvoke or astream"):
        list(step.stream("hi"))


def test_an_asynchronous_call_runs_synchronous_code_in_a_thread() -> None:
    gate = threading.Event()

    async def open_while_it_waits() -> Any:
        step: Chain = RunnableLambda(lambda _: gate.wait(timeout=5))
        asyncio.get_running_loop().call_soon(gate.set)
        return await step.ainvoke("hi")

    assert run(open_while_it_waits()) is True


def test_a_function_gets_the_arguments_that_it_has_parameters_for() -> None:
    def look(_: str, config: RunnableConfig, run_manager: CallbackManagerForChainRun) -> Any:
        return config["tags"], run_manager.run_id, run_manager.metadata

    async def alook(_: str, run_manager: AsyncCallbackManagerForChainRun) -> Any:
        return type(run_manager).__name__

    step: Chain = RunnableLambda(look, alook)
    config: RunnableConfig = {"tags": ["t"], "metadata": {"m": 1}, "run_id": UUID(int=7)}

    assert step.invoke("hi", config) == (["t"], UUID(int=7), {"m": 1})
    assert run(step.ainvoke("hi", config)) == "AsyncCallbackManagerForChainRun"


def test_other_keywords_are_those_of_the_function() -> None:
    def repeat(text: str, *, times: int) -> str:
        return text * times

    step: Chain = RunnableLambda(repeat)

    assert step.invoke("a", times=2) == step.bind(times=2).invoke("a") == "aa"
    assert list(step.stream("a", times=3)) == ["aaa"]
    with pytest.raises(TypeError, match="times"):
        step.invoke("a")


def test_a_returned_runnable_is_called_and_streams() -> None:
    step: Chain = RunnableLambda(lambda text: Streams() if text == "hi" else OnlyCall())

    assert step.invoke("hi") == run(step.ainvoke("hi")) == "".join(CHUNKS)
    assert list(step.stream("hi")) == run(collected(step.astream("hi"))) == CHUNKS
    assert list(step.stream("ho")) == ["You said: ho\n\né🙂"]


def test_calls_inside_the_function_belong_to_its_run() -> None:
    parents = []

    class Notes(BaseCallbackHandler):
        def on_llm_start(self, *args: Any, parent_run_id: UUID | None = None, **kwargs: Any) -> None:
            parents.append(parent_run_id)

    async def ask(text: str) -> str:
        return str(await OnlyCall().ainvoke(text))

    step: Chain = RunnableLambda(lambda text: OnlyCall().invoke(text), ask)
    config: RunnableConfig = {"run_id": UUID(int=7), "callbacks": [Notes()]}
    step.invoke("hi", config)
    list(step.stream("hi", config))
    run(step.ainvoke("hi", config))
    run(collected(step.astream("hi", config)))

    assert parents == [UUID(int=7)] * 4


def test_calls_after_the_step_do_not_belong_to_it() -> None:
    parents = []

    class Notes(BaseCallbackHandler):
        def on_llm_start(self, *args: Any, parent_run_id: UUID | None = None, **kwargs: Any) -> None:
            parents.append(parent_run_id)

    step: Chain = RunnableLambda(str.upper)
    stream = step.stream("hi", {"callbacks": [Notes()]})
    next(stream)

    OnlyCall().invoke("hi", {"callbacks": [Notes()]})
    stream.close()

    assert parents == [None]


def test_context_variables_of_the_caller_are_visible() -> None:
    var = ContextVar("var", default="unset")
    step: Chain = RunnableLambda(lambda _: var.get())
    var.set("set")

    assert step.invoke("hi") == run(step.ainvoke("hi")) == "set"


def test_an_error_is_raised_unchanged() -> None:
    step: Chain = RunnableLambda(lambda _: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        step.invoke("hi")
    with pytest.raises(ZeroDivisionError):
        run(step.ainvoke("hi"))
    with pytest.raises(ZeroDivisionError):
        list(step.stream("hi"))


def test_its_name_is_that_of_the_function() -> None:
    assert RunnableLambda(ashout).get_name() == "ashout"
    assert RunnableLambda(len, ashout).get_name() == "ashout"
    assert RunnableLambda(lambda _: _).get_name() == "RunnableLambda"
    assert RunnableLambda(len, name="mine").get_name() == "mine"


def pieces(given: Iterator[str]) -> Iterator[str]:
    yield from given


@pytest.mark.parametrize("thing", [3, "text", None, pieces])
def test_a_generator_function_is_rejected_by_the_constructor(thing: Any) -> None:
    with pytest.raises(TypeError, match=r"expected a function that returns, got .*"):
        RunnableLambda(thing)


def test_cancelling_the_caller_cancels_the_coroutine() -> None:
    ended = []

    async def wait(_: str) -> None:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            ended.append("cancelled")
            raise

    async def cancel() -> None:
        step: Chain = RunnableLambda(wait)
        task = asyncio.create_task(step.ainvoke("hi"))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    run(cancel())

    assert ended == ["cancelled"]
