"""Models without a framework, each built in another way. They conform as far as they have the methods."""

# ruff: noqa: A002  # callers pass the first parameter as "input"

import asyncio
import functools
import re
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

__all__ = [
    "Async",
    "Bare",
    "CallableInstance",
    "Complete",
    "Decorated",
    "DuckChat",
    "Falsy",
    "Frozen",
    "Iterating",
    "NeedsArguments",
    "NoKeywords",
    "OwnThreads",
    "Proxy",
    "Slotted",
    "factory",
    "instance",
]


class Bare:
    """The required methods only: `invoke()`, `stream()` and `astream()`."""

    def tokens(self, input: Any, stop: list[str] | None = None) -> list[str]:
        """The tokens of the answer, up to the stop word."""
        if not isinstance(input, str):
            raise TypeError(f"expected a text, got {input!r}")
        text = f"You said: {input}"
        for mark in stop or ():
            text = text.partition(mark)[0]
        return re.findall(r"\s*\S+|\s+", text)

    def invoke(self, input: Any, config: Any = None, *, stop: list[str] | None = None) -> Any:
        return "".join(self.tokens(input, stop))

    def stream(self, input: Any, config: Any = None, *, stop: list[str] | None = None) -> Any:
        yield from self.tokens(input, stop)

    async def astream(self, input: Any, config: Any = None, *, stop: list[str] | None = None) -> Any:
        for token in self.tokens(input, stop):
            yield token


class Complete(Bare):
    """Every method except `astream_events()`, written by hand."""

    async def ainvoke(self, input: Any, config: Any = None, **kwargs: Any) -> Any:
        return self.invoke(input, config, **kwargs)

    def batch(self, inputs: Any, config: Any = None, *, return_exceptions: bool = False, **kwargs: Any) -> Any:
        if isinstance(config, list) and len(config) != len(inputs):
            raise ValueError("one config for each input")
        return [self._answer_or_error(one, return_exceptions=return_exceptions, **kwargs) for one in inputs]

    async def abatch(self, inputs: Any, config: Any = None, **kwargs: Any) -> Any:
        return self.batch(inputs, config, **kwargs)

    def transform(self, input: Iterator[str], config: Any = None) -> Iterator[str]:
        yield from self.stream("".join(input))

    def _answer_or_error(self, one: Any, *, return_exceptions: bool, **kwargs: Any) -> Any:
        try:
            return self.invoke(one, **kwargs)
        except TypeError as error:
            if return_exceptions:
                return error
            raise


class Slotted(Complete):
    """Has `__slots__`."""

    __slots__ = ("calls",)


class Chunks:
    """A synchronous and asynchronous iterator that is not a generator."""

    def __init__(self, model: Bare, *args: Any) -> None:
        self._model, self._args = model, args
        self._left: Iterator[str] | None = None

    def __iter__(self) -> Iterator[str]:
        return self

    def __aiter__(self) -> AsyncIterator[str]:
        return self

    def __next__(self) -> str:
        if self._left is None:
            self._left = iter(self._model.tokens(*self._args))
        return next(self._left)

    async def __anext__(self) -> str:
        for chunk in self:
            return chunk
        raise StopAsyncIteration

    def close(self) -> None:
        self._left = iter(())

    async def aclose(self) -> None:
        self.close()


class Iterating(Complete):
    """Its streams are iterator objects, not generators."""

    def stream(self, input: Any, config: Any = None, *, stop: list[str] | None = None) -> Any:
        return Chunks(self, input, stop)

    astream = stream


class NoKeywords:
    """Accepts a prompt and a config only."""

    def invoke(self, input: Any, config: Any = None) -> Any:
        return Bare().invoke(input)

    def stream(self, input: Any, config: Any = None) -> Any:
        return Bare().stream(input)

    def astream(self, input: Any, config: Any = None) -> Any:
        return Bare().astream(input)


@dataclass(frozen=True)
class Frozen(Complete):
    """Is immutable and equal to every other instance."""

    temperature: float = 0.0


def _traced(call: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(call)
    def traced(*args: Any, **kwargs: Any) -> Any:
        return call(*args, **kwargs)

    return traced


class Decorated(Complete):
    """Its methods are wrapped by a decorator."""

    invoke = _traced(Complete.invoke)
    stream = _traced(Complete.stream)
    astream = _traced(Complete.astream)


@dataclass
class Answer:
    """Its own message type."""

    content: str

    def __add__(self, other: "Answer") -> "Answer":
        return Answer(self.content + other.content)


class DuckChat(Complete):
    """Answers with objects that have `content`."""

    def invoke(self, input: Any, config: Any = None, **kwargs: Any) -> Any:
        return Answer(super().invoke(input, config, **kwargs))

    def stream(self, input: Any, config: Any = None, **kwargs: Any) -> Any:
        yield from (Answer(token) for token in self.tokens(input, **kwargs))

    async def astream(self, input: Any, config: Any = None, **kwargs: Any) -> Any:
        for token in self.tokens(input, **kwargs):
            yield Answer(token)

    def transform(self, input: Iterator[str], config: Any = None) -> Any:
        return self.stream("".join(input))


class Async(Complete):
    """Yields to the event loop before each token."""

    async def astream(self, input: Any, config: Any = None, *, stop: list[str] | None = None) -> Any:
        for token in self.tokens(input, stop):
            await asyncio.sleep(0)
            yield token


class OwnThreads(Complete):
    """Answers in threads of a pool that it keeps."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(2)

    def invoke(self, input: Any, config: Any = None, *, stop: list[str] | None = None) -> Any:
        return self._threads.submit(super().invoke, input, stop=stop).result()

    async def ainvoke(self, input: Any, config: Any = None, **kwargs: Any) -> Any:
        answer = self._threads.submit(super().invoke, input, **kwargs)
        return await asyncio.wrap_future(answer)


class Falsy(Complete):
    """Is falsy, because its length is 0."""

    def __len__(self) -> int:
        return 0


class CallableInstance(Complete):
    """Is callable like a function."""

    def __call__(self, input: Any) -> Any:
        return self.invoke(input)


class Proxy:
    """Delegates everything to another model."""

    def __init__(self) -> None:
        self._model = Complete()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._model, name)

    def invoke(self, *args: Any, **kwargs: Any) -> Any:
        return self._model.invoke(*args, **kwargs)

    def stream(self, *args: Any, **kwargs: Any) -> Any:
        return self._model.stream(*args, **kwargs)

    def astream(self, *args: Any, **kwargs: Any) -> Any:
        return self._model.astream(*args, **kwargs)


class NeedsArguments(Complete):
    """Needs arguments for its constructor."""

    def __init__(self, *, greeting: str) -> None:
        self._greeting = greeting

    def tokens(self, input: Any, stop: list[str] | None = None) -> list[str]:
        super().tokens(input)
        return super().tokens(f"{self._greeting} {input}", stop)


def factory() -> Any:
    """A factory function."""
    return Complete()


instance = CallableInstance()
