"""Callback handlers for the tests, and the calls that they record."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from llm_reference import AsyncCallbackHandler, BaseCallbackHandler, Runnable
from reference.deadline import run

Chain = Runnable[Any, Any]
Call = Callable[[Chain, Any, Any], Any]

TOKENS = ["You", " said:", " hi", "\n\n", "é🙂"]
EVENTS = [
    "on_llm_start",
    "on_llm_new_token",
    "on_llm_end",
    "on_llm_error",
    "on_chain_start",
    "on_chain_end",
    "on_chain_error",
    "on_custom_event",
]


class HandlerLog:
    """The calls of a handler: the method, its main argument and its keyword arguments."""

    def __init__(self) -> None:
        self.all: list[tuple[str, Any, dict[str, Any]]] = []

    @property
    def names(self) -> list[str]:
        return [name for name, _, _ in self.all]

    def of(self, name: str) -> list[Any]:
        return [argument for event, argument, _ in self.all if event == name]


def recording_method(name: str) -> Any:
    def method(self: Any, *args: Any, **kwargs: Any) -> None:
        self.log.all.append((name, args[-1] if name.endswith("_start") else args[0], kwargs))

    return method


def slow_recording_method(name: str) -> Any:
    async def method(self: Any, *args: Any, **kwargs: Any) -> None:
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        recording_method(name)(self, *args, **kwargs)

    return method


def handler(kind: str) -> Any:
    """A synchronous handler, an asynchronous one, or an object of another class with the same methods."""
    base: Any = {"sync": BaseCallbackHandler, "async": AsyncCallbackHandler, "duck": object}[kind]
    make_method = slow_recording_method if kind == "async" else recording_method
    return type("Handler", (base,), {"log": HandlerLog(), **{name: make_method(name) for name in EVENTS}})()


async def drain(stream: Any) -> None:
    async for _ in stream:
        pass


CALLS: dict[str, Call] = {
    "invoke": lambda runnable, value, config: runnable.invoke(value, config),
    "ainvoke": lambda runnable, value, config: run(runnable.ainvoke(value, config)),
    "stream": lambda runnable, value, config: list(runnable.stream(value, config)),
    "astream": lambda runnable, value, config: run(drain(runnable.astream(value, config))),
}
STREAMS = {name: CALLS[name] for name in ("stream", "astream")}
each_call = pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
each_stream = pytest.mark.parametrize("call", STREAMS.values(), ids=STREAMS)
each_kind = pytest.mark.parametrize("kind", ["sync", "async", "duck"])
