"""Models without any framework, each of another make. All keep the contract as far as they have its methods."""

# ruff: noqa: A002  # callers know the first parameter as "input"

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
    "Frozen",
    "Iterating",
    "NeedsArguments",
    "NoKeywords",
    "OfItsOwnThreads",
    "Proxy",
    "Sized",
    "Slotted",
    "factory",
    "instance",
]


class Bare:
    """Only what no subject can lack: invoke, stream and astream."""

    def said(self, input: Any, stop: list[str] | None = None) -> list[str]:
        """The tokens of the answer."""
        if not isinstance(input, str):
            raise TypeError(f"expected a text, got {input!r}")
        text = f"You said: {input}"
        for mark in stop or ():
            text = text.partition(mark)[0]
        return re.findall(r"\s*\S+|\s+", text)

    def invoke(self, input: Any, config: Any = None, *, stop: list[str] | None = None) -> Any:
        return "".join(self.said(input, stop))

    def stream(self, input: Any, config: Any = None, *, stop: list[str] | None = None) -> Any:
        yield from self.said(input, stop)

    async def astream(self, input: Any, config: Any = None, *, stop: list[str] | None = None) -> Any:
        for token in self.said(input, stop):
            yield token


class Complete(Bare):
    """Every call but events, each written by hand."""

    async def ainvoke(self, input: Any, config: Any = None, **kwargs: Any) -> Any:
        return self.invoke(input, config, **kwargs)

    def batch(self, inputs: Any, config: Any = None, *, return_exceptions: bool = False, **kwargs: Any) -> Any:
        if isinstance(config, list) and len(config) != len(inputs):
            raise ValueError("one config for each input")
        return [self._kept(one, return_exceptions=return_exceptions, **kwargs) for one in inputs]

    async def abatch(self, inputs: Any, config: Any = None, **kwargs: Any) -> Any:
        return self.batch(inputs, config, **kwargs)

    def transform(self, input: Iterator[str], config: Any = None) -> Iterator[str]:
        yield from self.stream("".join(input))

    def _kept(self, one: Any, *, return_exceptions: bool, **kwargs: Any) -> Any:
        try:
            return self.invoke(one, **kwargs)
        except TypeError as error:
            if return_exceptions:
                return error
            raise


class Slotted(Complete):
    """Has no __dict__ of its own."""

    __slots__ = ("calls",)


class Chunks:
    """An iterator of either sort that is no generator."""

    def __init__(self, model: Bare, *question: Any) -> None:
        self._model, self._question = model, question
        self._left: Iterator[str] | None = None

    def __iter__(self) -> Iterator[str]:
        return self

    def __aiter__(self) -> AsyncIterator[str]:
        return self

    def __next__(self) -> str:
        if self._left is None:
            self._left = iter(self._model.said(*self._question))
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
    """Its streams are objects of a class, not generators."""

    def stream(self, input: Any, config: Any = None, *, stop: list[str] | None = None) -> Any:
        return Chunks(self, input, stop)

    astream = stream


class NoKeywords:
    """Takes a prompt and a config, and nothing else."""

    def invoke(self, input: Any, config: Any = None) -> Any:
        return Bare().invoke(input)

    def stream(self, input: Any, config: Any = None) -> Any:
        return Bare().stream(input)

    def astream(self, input: Any, config: Any = None) -> Any:
        return Bare().astream(input)


@dataclass(frozen=True)
class Frozen(Complete):
    """Cannot be changed, and equals every other of its kind."""

    temperature: float = 0.0


def _traced(call: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(call)
    def traced(*args: Any, **kwargs: Any) -> Any:
        return call(*args, **kwargs)

    return traced


class Decorated(Complete):
    """Its methods are wrapped by a tracer."""

    invoke = _traced(Complete.invoke)
    stream = _traced(Complete.stream)
    astream = _traced(Complete.astream)


@dataclass
class Answer:
    """What a chat model of its own family says."""

    content: str

    def __add__(self, other: "Answer") -> "Answer":
        return Answer(self.content + other.content)


class DuckChat(Complete):
    """Answers with objects that have content."""

    def invoke(self, input: Any, config: Any = None, **kwargs: Any) -> Any:
        return Answer(super().invoke(input, config, **kwargs))

    def stream(self, input: Any, config: Any = None, **kwargs: Any) -> Any:
        yield from (Answer(token) for token in self.said(input, **kwargs))

    async def astream(self, input: Any, config: Any = None, **kwargs: Any) -> Any:
        for token in self.said(input, **kwargs):
            yield Answer(token)

    def transform(self, input: Iterator[str], config: Any = None) -> Any:
        return self.stream("".join(input))


class Async(Complete):
    """Lets others have their turn before each token."""

    async def astream(self, input: Any, config: Any = None, *, stop: list[str] | None = None) -> Any:
        for token in self.said(input, stop):
            await asyncio.sleep(0)
            yield token


class OfItsOwnThreads(Complete):
    """Answers in threads that it keeps."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(2)

    def invoke(self, input: Any, config: Any = None, *, stop: list[str] | None = None) -> Any:
        return self._threads.submit(super().invoke, input, stop=stop).result()

    async def ainvoke(self, input: Any, config: Any = None, **kwargs: Any) -> Any:
        answer = self._threads.submit(super().invoke, input, **kwargs)
        return await asyncio.wrap_future(answer)


class Sized(Complete):
    """Is falsy: it has a length, and it is 0."""

    def __len__(self) -> int:
        return 0


class CallableInstance(Complete):
    """Can be called like a function."""

    def __call__(self, input: Any) -> Any:
        return self.invoke(input)


class Proxy:
    """Passes everything on to another model."""

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
    """Cannot be constructed without arguments."""

    def __init__(self, *, greeting: str) -> None:
        self._greeting = greeting

    def said(self, input: Any, stop: list[str] | None = None) -> list[str]:
        super().said(input)
        return super().said(f"{self._greeting} {input}", stop)


def factory() -> Any:
    """A model made by a function."""
    return Complete()


instance = CallableInstance()
