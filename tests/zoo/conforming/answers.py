"""Models without any framework that say odd things, or the right thing at odd times."""

# ruff: noqa: A002  # callers know the first parameter as "input"

import itertools
import logging
import random
import time
import warnings
from typing import Any, ClassVar

from zoo.conforming.plain import Complete

__all__ = [
    "AgreesTwice",
    "Blanks",
    "Empty",
    "KeepsMark",
    "KeepsWord",
    "Letters",
    "LooksAhead",
    "OneLetter",
    "Remembers",
    "Sampling",
    "SayingOneThing",
    "Slow",
    "StopRefused",
    "Stringlike",
    "Turncoat",
    "Unsteady",
    "Warning_",
    "Wavering",
]


class Empty(Complete):
    """Has nothing to say: an empty text, and a stream without a chunk."""

    def said(self, input: Any, stop: list[str] | None = None) -> list[str]:
        super().said(input, stop)
        return []


class OneLetter(Complete):
    """Has little to say: too little for a stop mark."""

    def said(self, input: Any, stop: list[str] | None = None) -> list[str]:
        super().said(input, stop)
        return ["y"]


class SayingOneThing(Complete):
    """Answers every prompt alike."""

    def said(self, input: Any, stop: list[str] | None = None) -> list[str]:
        super().said(input)
        return super().said("the same as ever", stop)


class Blanks(Complete):
    """Empty chunks at the start, in the middle and at the end."""

    def said(self, input: Any, stop: list[str] | None = None) -> list[str]:
        return ["", *itertools.chain.from_iterable((token, "") for token in super().said(input, stop)), ""]


class Letters(Complete):
    """A chunk for each code point: emoji come in pieces, and accents after their letters."""

    def said(self, input: Any, stop: list[str] | None = None) -> list[str]:
        super().said(input)
        text = "na\u0131\u0308ve 👩\u200d👩\u200d👧 👋🏽 🏳\ufe0f\u200d🌈 क्षि e\u0301"
        for mark in stop or ():
            text = text.partition(mark)[0]
        return list(text)


class LooksAhead(Complete):
    """Gives a chunk when it knows the next one."""

    def stream(self, input: Any, config: Any = None, *, stop: list[str] | None = None) -> Any:
        tokens = iter(self.said(input, stop))
        held = next(tokens, "")
        for token in tokens:
            yield held
            held = token
        yield held


class Unsteady(Complete):
    """The same text each time, cut at other places."""

    def stream(self, input: Any, config: Any = None, *, stop: list[str] | None = None) -> Any:
        text = self.invoke(input, stop=stop)
        while text:
            many = random.randint(1, 9)  # noqa: S311 - no secret
            yield text[:many]
            text = text[many:]


class StopRefused(Complete):
    """Cannot stop, and says so."""

    def said(self, input: Any, stop: list[str] | None = None) -> list[str]:
        if stop is not None:
            raise NotImplementedError("stop")
        return super().said(input)


class KeepsMark(Complete):
    """Ends with the stop mark, not before it."""

    def said(self, input: Any, stop: list[str] | None = None) -> list[str]:
        whole, cut = "".join(super().said(input)), super().said(input, stop)
        return [*cut, *(mark for mark in stop or () if mark in whole)]


class KeepsWord(Complete):
    """Is stopped by a server that cuts between tokens: the one that completes the mark is still said."""

    def said(self, input: Any, stop: list[str] | None = None) -> list[str]:
        said: list[str] = []
        for token in super().said(input):
            said.append(token)
            if any(mark in "".join(said) for mark in stop or ()):
                break
        return said


class Sampling(Complete):
    """Never says the same twice."""

    def said(self, input: Any, stop: list[str] | None = None) -> list[str]:
        return [f"{random.random()} ", *super().said(input, stop)]  # noqa: S311 - no secret


class AgreesTwice(Complete):
    """Answers from a list, which has some answers more than once: what looks settled is not."""

    def __init__(self) -> None:
        self._answers = itertools.cycle(["x", "x", "x", "y", "x", "x"])

    def said(self, input: Any, stop: list[str] | None = None) -> list[str]:
        return super().said(f"{input} {next(self._answers)}" if isinstance(input, str) else input, stop)


class Turncoat(Complete):
    """Says one thing, and another at a certain call: only once, or for good."""

    changes_at: ClassVar[int] = 7
    for_good: ClassVar[bool] = True
    calls: ClassVar[int] = 0

    def said(self, input: Any, stop: list[str] | None = None) -> list[str]:
        Turncoat.calls += 1
        changed = self.calls == self.changes_at or (self.for_good and self.calls > self.changes_at)
        return super().said(f"{input} (no)" if changed and isinstance(input, str) else input, stop)


class Wavering(Complete):
    """Says the same nearly always, as a model without temperature does on busy hardware."""

    chance: ClassVar[random.Random] = random.Random(0)  # noqa: S311 - no secret

    def said(self, input: Any, stop: list[str] | None = None) -> list[str]:
        wavers = self.chance.random() < 0.05
        return super().said(f"{input} (well)" if wavers and isinstance(input, str) else input, stop)


class Remembers(Complete):
    """Keeps every answer it gave, and gives it again."""

    def __init__(self) -> None:
        self._cache: dict[tuple[Any, ...], Any] = {}

    def invoke(self, input: Any, config: Any = None, *, stop: list[str] | None = None) -> Any:
        key = (input, *(stop or ()))
        if key not in self._cache:
            self._cache[key] = super().invoke(input, stop=stop)
        return self._cache[key]


class Slow(Complete):
    """Takes its time."""

    def said(self, input: Any, stop: list[str] | None = None) -> list[str]:
        time.sleep(0.004)
        return super().said(input, stop)


class Warning_(Complete):  # noqa: N801 - "Warning" is taken
    """Complains while it works."""

    def said(self, input: Any, stop: list[str] | None = None) -> list[str]:
        warnings.warn("this model is old", DeprecationWarning, stacklevel=2)
        logging.getLogger(__name__).error("asked again")
        return super().said(input, stop)


class Text(str):
    """A text that is more than a text."""

    __slots__ = ("source",)


class Stringlike(Complete):
    """Answers and chunks are of a subclass of str."""

    def said(self, input: Any, stop: list[str] | None = None) -> list[str]:
        return [Text(token) for token in super().said(input, stop)]

    def invoke(self, input: Any, config: Any = None, *, stop: list[str] | None = None) -> Any:
        return Text("".join(self.said(input, stop)))
