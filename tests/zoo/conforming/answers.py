"""Models without a framework whose answers are unusual: empty, random, slow, or of other types."""

# ruff: noqa: A002  # callers pass the first parameter as "input"

import itertools
import logging
import random
import time
import warnings
from typing import Any, ClassVar

from zoo.conforming.plain import Complete

__all__ = [
    "CachesInvoke",
    "ChangesAtOneCall",
    "CodePoints",
    "ConstantAnswer",
    "EmptyAnswer",
    "EmptyChunks",
    "KeepsStopToken",
    "KeepsStopWord",
    "LooksAhead",
    "OneLetter",
    "RandomChunkBorders",
    "RarelyDifferent",
    "RepeatingList",
    "Sampling",
    "Slow",
    "SpacesByTurns",
    "StopRejected",
    "StrSubclass",
    "Warns",
]


class EmptyAnswer(Complete):
    """Answers with an empty text and a stream without chunks."""

    def tokens(self, input: Any, stop: list[str] | None = None) -> list[str]:
        super().tokens(input, stop)
        return []


class OneLetter(Complete):
    """Its answer is too short to contain a stop word."""

    def tokens(self, input: Any, stop: list[str] | None = None) -> list[str]:
        super().tokens(input, stop)
        return ["y"]


class ConstantAnswer(Complete):
    """Gives every prompt the same answer."""

    def tokens(self, input: Any, stop: list[str] | None = None) -> list[str]:
        super().tokens(input)
        return super().tokens("the same as ever", stop)


class EmptyChunks(Complete):
    """Yields empty chunks at the start, in the middle and at the end (STREAM-008)."""

    def tokens(self, input: Any, stop: list[str] | None = None) -> list[str]:
        return ["", *itertools.chain.from_iterable((token, "") for token in super().tokens(input, stop)), ""]


class CodePoints(Complete):
    """Yields a chunk per code point, which splits emoji and combining accents: chunk borders are free."""

    def tokens(self, input: Any, stop: list[str] | None = None) -> list[str]:
        super().tokens(input)
        text = "na\u0131\u0308ve 👩\u200d👩\u200d👧 👋🏽 🏳\ufe0f\u200d🌈 क्षि e\u0301"
        for mark in stop or ():
            text = text.partition(mark)[0]
        return list(text)


class LooksAhead(Complete):
    """Stays one chunk behind the tokens."""

    def stream(self, input: Any, config: Any = None, *, stop: list[str] | None = None) -> Any:
        tokens = iter(self.tokens(input, stop))
        pending = next(tokens, "")
        for token in tokens:
            yield pending
            pending = token
        yield pending


class RandomChunkBorders(Complete):
    """Yields the same text each time with random chunk borders."""

    def stream(self, input: Any, config: Any = None, *, stop: list[str] | None = None) -> Any:
        text = self.invoke(input, stop=stop)
        while text:
            size = random.randint(1, 9)  # noqa: S311 - no secret
            yield text[:size]
            text = text[size:]


class StopRejected(Complete):
    """Raises if `stop` is set: a model need not support it."""

    def tokens(self, input: Any, stop: list[str] | None = None) -> list[str]:
        if stop is not None:
            raise NotImplementedError("stop")
        return super().tokens(input)


class KeepsStopWord(Complete):
    """Includes the stop word in its answer."""

    def tokens(self, input: Any, stop: list[str] | None = None) -> list[str]:
        whole, cut = "".join(super().tokens(input)), super().tokens(input, stop)
        return [*cut, *(mark for mark in stop or () if mark in whole)]


class KeepsStopToken(Complete):
    """Includes the whole token that completes the stop word, as servers do that cut between tokens."""

    def tokens(self, input: Any, stop: list[str] | None = None) -> list[str]:
        answer: list[str] = []
        for token in super().tokens(input):
            answer.append(token)
            if any(mark in "".join(answer) for mark in stop or ()):
                break
        return answer


class Sampling(Complete):
    """Never gives the same answer twice: checks that compare calls do not apply."""

    def tokens(self, input: Any, stop: list[str] | None = None) -> list[str]:
        return [f"{random.random()} ", *super().tokens(input, stop)]  # noqa: S311 - no secret


class RepeatingList(Complete):
    """Answers from a list with repeated entries: it seems deterministic, but is not."""

    def __init__(self) -> None:
        self._answers = itertools.cycle(["x", "x", "x", "y", "x", "x"])

    def tokens(self, input: Any, stop: list[str] | None = None) -> list[str]:
        return super().tokens(f"{input} {next(self._answers)}" if isinstance(input, str) else input, stop)


class SpacesByTurns(Complete):
    """Answers from a list of four texts, of which two have spaces."""

    def __init__(self) -> None:
        self._answers = itertools.cycle(["two words", "one", "one", "two words"])

    def tokens(self, input: Any, stop: list[str] | None = None) -> list[str]:
        super().tokens(input)
        return super().tokens(next(self._answers), stop)


class ChangesAtOneCall(Complete):
    """Changes its answer at call `changes_at`: for one call, or `for_good`."""

    changes_at: ClassVar[int] = 7
    for_good: ClassVar[bool] = True
    calls: ClassVar[int] = 0

    def tokens(self, input: Any, stop: list[str] | None = None) -> list[str]:
        ChangesAtOneCall.calls += 1
        changed = self.calls == self.changes_at or (self.for_good and self.calls > self.changes_at)
        return super().tokens(f"{input} (no)" if changed and isinstance(input, str) else input, stop)


class RarelyDifferent(Complete):
    """Rarely changes its answer, as a model at temperature 0 does on busy hardware."""

    chance: ClassVar[random.Random] = random.Random(0)  # noqa: S311 - no secret

    def tokens(self, input: Any, stop: list[str] | None = None) -> list[str]:
        differs = self.chance.random() < 0.05
        return super().tokens(f"{input} (well)" if differs and isinstance(input, str) else input, stop)


class CachesInvoke(Complete):
    """Caches the answers of `invoke()`."""

    def __init__(self) -> None:
        self._cache: dict[tuple[Any, ...], Any] = {}

    def invoke(self, input: Any, config: Any = None, *, stop: list[str] | None = None) -> Any:
        key = (input, *(stop or ()))
        if key not in self._cache:
            self._cache[key] = super().invoke(input, stop=stop)
        return self._cache[key]


class Slow(Complete):
    """Takes 4 ms per answer."""

    def tokens(self, input: Any, stop: list[str] | None = None) -> list[str]:
        time.sleep(0.004)
        return super().tokens(input, stop)


class Warns(Complete):
    """Emits a warning and logs an error in each call."""

    def tokens(self, input: Any, stop: list[str] | None = None) -> list[str]:
        warnings.warn("this model is old", DeprecationWarning, stacklevel=2)
        logging.getLogger(__name__).error("called again")
        return super().tokens(input, stop)


class Text(str):
    """A subclass of `str`."""

    __slots__ = ("source",)


class StrSubclass(Complete):
    """Its answers and chunks are of a subclass of `str`."""

    def tokens(self, input: Any, stop: list[str] | None = None) -> list[str]:
        return [Text(token) for token in super().tokens(input, stop)]

    def invoke(self, input: Any, config: Any = None, *, stop: list[str] | None = None) -> Any:
        return Text("".join(self.tokens(input, stop)))
