"""How a script calls the model. Each function returns what the consumer gets, as a list."""

from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any


def invoke(model: Any, prompt: Any, *config: Any, **more: Any) -> list[Any]:
    """The whole answer, alone in a list."""
    return [model.invoke(prompt, *config, **more)]


async def ainvoke(model: Any, prompt: Any, *config: Any, **more: Any) -> list[Any]:
    """The whole answer of an asynchronous call, alone in a list."""
    return [await model.ainvoke(prompt, *config, **more)]


def stream(model: Any, prompt: Any, *config: Any, **more: Any) -> list[Any]:
    """The chunks, in a list."""
    return list(model.stream(prompt, *config, **more))


async def astream(model: Any, prompt: Any, *config: Any, **more: Any) -> list[Any]:
    """The chunks of an asynchronous stream, in a list."""
    return [chunk async for chunk in model.astream(prompt, *config, **more)]


async def events_v1(model: Any, prompt: Any, *config: Any, **more: Any) -> list[Any]:
    """The events of version v1, in a list."""
    return [event async for event in model.astream_events(prompt, *config, version="v1", **more)]


async def events_v2(model: Any, prompt: Any, *config: Any, **more: Any) -> list[Any]:
    """The events of version v2, in a list."""
    return [event async for event in model.astream_events(prompt, *config, version="v2", **more)]


def stream_events_v3(model: Any, prompt: Any) -> list[Any]:
    """The events of version v3, in a list."""
    return list(model.stream_events(prompt, version="v3"))


async def astream_events_v3(model: Any, prompt: Any) -> list[Any]:
    """The events of an asynchronous stream of version v3, in a list."""
    return [event async for event in await model.astream_events(prompt, version="v3")]


def batch(model: Any, prompts: list[Any], *config: Any, **more: Any) -> Any:
    """The answers to several prompts."""
    return model.batch(prompts, *config, **more)


async def abatch(model: Any, prompts: list[Any], *config: Any, **more: Any) -> Any:
    """The answers to several prompts, of an asynchronous call."""
    return await model.abatch(prompts, *config, **more)


def transform(model: Any, prompt: str) -> list[Any]:
    """The chunks of the answer to a prompt that comes in two pieces."""
    return list(model.transform(iter([prompt[:9], prompt[9:]])))


async def atransform(model: Any, prompt: str) -> list[Any]:
    """The chunks of the answer to a prompt that comes in two pieces."""

    async def pieces() -> AsyncIterator[str]:
        yield prompt[:9]
        yield prompt[9:]

    return [chunk async for chunk in model.atransform(pieces())]


def before(value: Any) -> Any:
    """The step of the chain before the model."""
    return value


def behind(chunks: Iterator[Any]) -> Iterator[Any]:
    """The step of the chain behind the model."""
    yield from chunks


async def abehind(chunks: AsyncIterator[Any]) -> AsyncIterator[Any]:
    """The step of the chain behind the model."""
    async for chunk in chunks:
        yield chunk


def collect(items: Any, into: list[Any]) -> None:
    """Read the items one by one into the list."""
    for item in items:
        into.append(item)  # noqa: PERF402 - the list is looked at meanwhile


async def acollect(items: Any, into: list[Any]) -> None:
    """Read the items one by one into the list."""
    async for item in items:
        into.append(item)  # noqa: PERF401 - the list is looked at meanwhile


async def next_chunk(events: Any, default: Any = None) -> Any:
    """The next stream event."""
    while (event := await anext(events, None)) is not None:
        if event["event"].endswith("_stream"):
            return event
    return default


def ended(call: Callable[[], object]) -> str:
    """How the call ends."""
    try:
        call()
    except Exception as error:  # noqa: BLE001
        return f"raised {type(error).__name__}: {error}"
    return "ended without an exception"


async def aended(call: Any) -> str:
    """How the call ends."""
    try:
        await call
    except Exception as error:  # noqa: BLE001
        return f"raised {type(error).__name__}: {error}"
    return "ended without an exception"


def attempt(call: Callable[[], Any]) -> Any:
    """What the call returns, or the exception that it raises."""
    try:
        return call()
    except Exception as error:  # noqa: BLE001
        return error


async def aattempt(call: Any) -> Any:
    """What the call returns, or the exception that it raises."""
    try:
        return await call
    except Exception as error:  # noqa: BLE001
        return error
