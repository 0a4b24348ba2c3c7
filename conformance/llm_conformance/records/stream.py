"""What the iterators of a model gave, chunk by chunk."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from llm_conformance.records.outcome import Outcome, Raised
from llm_conformance.records.value import Seen, Text

# Fewer chunks may well be one packet of the provider; those that follow faster than this were there already.
_MANY = 8
_AT_ONCE = 0.001
_SHORTEST = 0.1
_LATE = 0.95


@dataclass(frozen=True, slots=True, kw_only=True)
class Source(Outcome):
    """What is common to every iterator that a model returns.

    returned: the type of the object that the call itself gave.
    iterates: it is its own iterator (`iter(x) is x`, or it has `__anext__`).
    closes: it has close(), or aclose().
    awaited: the call gave an awaitable that had to be awaited first.
    at_call: the exception came from the call itself, before the first next.
    again: what one more next gave after the end; None where the end stayed the end.
    """

    returned: str = ""
    iterates: bool = True
    closes: bool = True
    awaited: bool = False
    at_call: bool = False
    again: str | None = None

    @property
    def arrivals(self) -> tuple[float, ...]:
        """Seconds from the call to each chunk of the answer."""
        raise NotImplementedError

    @property
    def telling(self) -> bool:
        """Whether it has so many chunks, and took so long, that their times tell anything."""
        return not self.broken and len(self.arrivals) >= _MANY and self.seconds >= _SHORTEST

    @property
    def late(self) -> bool:
        """Whether time alone says that the answer was held back: all of it came at once, and at the very end."""
        if not self.telling:
            return False
        first, last = self.arrivals[0], self.arrivals[-1]
        return first >= _LATE * self.seconds and last - first <= _AT_ONCE * (len(self.arrivals) - 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream(Source):
    """What stream(), astream() or transform() gave, chunk by chunk.

    times: seconds from the call to each chunk.
    total: the chunks of a chat model, added with `+`, or the exception that adding them raised.
    """

    kind: ClassVar[str] = "stream"

    chunks: tuple[Seen, ...] = ()
    times: tuple[float, ...] = ()
    total: Seen | None = None
    total_raised: Raised | None = None

    @property
    def texts(self) -> tuple[str, ...]:
        """The text of each chunk."""
        return tuple(chunk.text or "" for chunk in self.chunks)

    @property
    def text(self) -> str:
        """The texts of the chunks, added up."""
        return "".join(self.texts)

    @property
    def many(self) -> bool:
        """Whether more than one chunk has some text."""
        return len([text for text in self.texts if text]) > 1

    @property
    def arrivals(self) -> tuple[float, ...]:
        """Seconds from the call to each chunk."""
        return self.times

    @property
    def shown(self) -> Text:
        """The chunks as a finding shows them."""
        return Text(self.texts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Streams(Outcome):
    """Several streams of one scenario, by what each of them is."""

    kind: ClassVar[str] = "streams"

    by: dict[str, Stream] = field(default_factory=dict)
