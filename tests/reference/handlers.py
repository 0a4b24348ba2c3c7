"""Handlers for the tests, and the calls that they listen to."""

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


class Heard:
    """What a handler heard: the event, its first argument, and the keywords."""

    def __init__(self) -> None:
        self.all: list[tuple[str, Any, dict[str, Any]]] = []

    @property
    def names(self) -> list[str]:
        return [name for name, _, _ in self.all]

    def of(self, name: str) -> list[Any]:
        return [argument for event, argument, _ in self.all if event == name]


def hears(name: str) -> Any:
    def method(self: Any, *args: Any, **kwargs: Any) -> None:
        self.heard.all.append((name, args[-1] if name.endswith("_start") else args[0], kwargs))

    return method


def hears_slowly(name: str) -> Any:
    async def method(self: Any, *args: Any, **kwargs: Any) -> None:
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        hears(name)(self, *args, **kwargs)

    return method


def handler(kind: str) -> Any:
    """A synchronous handler, an asynchronous one, or an object that has the methods and nothing else."""
    base: Any = {"sync": BaseCallbackHandler, "async": AsyncCallbackHandler, "duck": object}[kind]
    made = hears_slowly if kind == "async" else hears
    return type("Handler", (base,), {"heard": Heard(), **{name: made(name) for name in EVENTS}})()


async def drained(stream: Any) -> None:
    async for _ in stream:
        pass


CALLS: dict[str, Call] = {
    "invoke": lambda runnable, value, config: runnable.invoke(value, config),
    "ainvoke": lambda runnable, value, config: run(runnable.ainvoke(value, config)),
    "stream": lambda runnable, value, config: list(runnable.stream(value, config)),
    "astream": lambda runnable, value, config: run(drained(runnable.astream(value, config))),
}
STREAMS = {name: CALLS[name] for name in ("stream", "astream")}
each_call = pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
each_stream = pytest.mark.parametrize("call", STREAMS.values(), ids=STREAMS)
each_kind = pytest.mark.parametrize("kind", ["sync", "async", "duck"])
