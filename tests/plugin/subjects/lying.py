"""Models whose answers and exceptions pretend to be something else, or are without end."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from itertools import repeat
from typing import Any, NoReturn

from llm_reference import EchoLLM

HUGE = 100_000_000


class Text(str):
    """Every operation raises, except what a subclass of str cannot change."""

    __slots__ = ()

    def _raise(self, *_: Any, **__: Any) -> NoReturn:
        raise RuntimeError("hostile")

    __eq__ = __len__ = __add__ = __contains__ = __getitem__ = __iter__ = __format__ = _raise
    replace = partition = split = splitlines = lower = strip = startswith = encode = _raise

    def __hash__(self) -> int:
        raise RuntimeError("hostile")


class Liar:
    """Says that it is a long str, and equal to everything."""

    __class__ = property(lambda _: str)

    def __eq__(self, other: object) -> bool:
        return True

    def __hash__(self) -> int:
        return 0

    def __len__(self) -> int:
        return 10**9

    def __bool__(self) -> bool:
        raise RuntimeError("neither true nor false")


class Slots(list[Any]):
    def __iter__(self) -> Iterator[Any]:
        return repeat("on")


class SilentError(Exception):
    def __str__(self) -> str:
        raise SystemExit(0)

    __repr__ = __str__


class LongError(Exception):
    def __str__(self) -> str:
        return "x" * 50_000_000


class TrickyError(Exception):
    def __str__(self) -> str:
        return Text("no licence")


class LiesInInvoke(EchoLLM):
    def _call(self, *args: Any, **kwargs: Any) -> Any:
        return Liar()


class LiesInStream(EchoLLM):
    def stream(self, *args: Any, **kwargs: Any) -> Any:
        yield Liar()


class LiesInBatch(EchoLLM):
    def batch(self, inputs: Any, *args: Any, **kwargs: Any) -> Any:
        return [Liar() for _ in inputs]


class LiesOfItself(EchoLLM):
    """Conforms."""

    __class__ = property(lambda _: dict)

    def __eq__(self, other: object) -> bool:
        return True

    def __hash__(self) -> int:
        return 0

    def __len__(self) -> int:
        return 0

    def __bool__(self) -> bool:
        raise RuntimeError("neither true nor false")


class StreamsHostileText(EchoLLM):
    """Conforms."""

    def stream(self, *args: Any, **kwargs: Any) -> Any:
        yield from map(Text, super().stream(*args, **kwargs))


class HasHugeNumber(EchoLLM):
    def _call(self, *args: Any, **kwargs: Any) -> Any:
        return 10**10_000


class RaisesSilently(EchoLLM):
    def _call(self, *args: Any, **kwargs: Any) -> str:
        raise SilentError


class RaisesAtLength(EchoLLM):
    def _call(self, *args: Any, **kwargs: Any) -> str:
        raise LongError


class RaisesTrickily(EchoLLM):
    def _call(self, *args: Any, **kwargs: Any) -> str:
        raise TrickyError


class StreamsNothingForEver(EchoLLM):
    def stream(self, *args: Any, **kwargs: Any) -> Any:
        yield from repeat("")


class StreamsForEver(EchoLLM):
    async def astream(self, *args: Any, **kwargs: Any) -> AsyncIterator[str]:  # type: ignore[override]
        for text in repeat("on "):
            yield text


class HasEndlessBatch(EchoLLM):
    def batch(self, inputs: Any, *args: Any, **kwargs: Any) -> Any:
        return Slots(super().batch(inputs, *args, **kwargs))


class RepeatsEvents(EchoLLM):
    """A million events."""

    async def astream_events(self, *args: Any, **kwargs: Any) -> AsyncIterator[Any]:  # type: ignore[override]
        async for event in super().astream_events(*args, **kwargs):
            for _ in range(100_000 if event["event"] == "on_llm_stream" else 1):
                yield event


class WatchedForEver(EchoLLM):
    """Its stream does not end for a consumer with a callback handler."""

    def stream(self, prompt: Any, config: Any = None, **kwargs: Any) -> Any:  # type: ignore[override]
        yield from super().stream(prompt, config, **kwargs)
        if config and config.get("callbacks"):
            yield from repeat("on ")


class HugeChunk(EchoLLM):
    """One chunk of 100 MB."""

    def _tokens(self, prompt: str, stop: list[str] | None) -> list[str]:
        return ["x" * HUGE]
