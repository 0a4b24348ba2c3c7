"""What the iterators of a model gave, chunk by chunk."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from llm_conformance.records.outcome import CallOutcome, Raised
from llm_conformance.records.value import Text, Value

# Fewer chunks may well be one packet of the provider; those that follow faster than this were there already.
_MANY = 8
_AT_ONCE = 0.001
_SHORTEST = 0.1
_LATE = 0.95


@dataclass(frozen=True, slots=True, kw_only=True)
class IteratorOutcome(CallOutcome):
    """What is common to every iterator that a model returns.

    returned: the type of the object that the call itself gave.
    iterates: it is its own iterator (`iter(x) is x`, or it has `__anext__`).
    closes: it has close(), or aclose().
    awaited: the call gave an awaitable that had to be awaited first.
    at_call: the exception came from the call itself, before the first next.
    again: what one more next gave after the end; None where the end stayed the end.
    """

    returned_type: str = ""
    is_iterator: bool = True
    has_close: bool = True
    needed_await: bool = False
    raised_at_call: bool = False
    after_end: str | None = None

    @property
    def arrival_times(self) -> tuple[float, ...]:
        """Seconds from the call to each chunk of the answer."""
        raise NotImplementedError

    @property
    def long_enough_to_time(self) -> bool:
        """Whether it has so many chunks, and took so long, that their times tell anything."""
        return not self.failed and len(self.arrival_times) >= _MANY and self.seconds >= _SHORTEST

    @property
    def arrived_at_once(self) -> bool:
        """Whether time alone says that the answer was held back: all of it came at once, and at the very end."""
        if not self.long_enough_to_time:
            return False
        first, last = self.arrival_times[0], self.arrival_times[-1]
        return first >= _LATE * self.seconds and last - first <= _AT_ONCE * (len(self.arrival_times) - 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream(IteratorOutcome):
    """What stream(), astream() or transform() gave, chunk by chunk.

    times: seconds from the call to each chunk.
    total: the chunks of a chat model, added with `+`, or the exception that adding them raised.
    """

    kind: ClassVar[str] = "stream"

    chunks: tuple[Value, ...] = ()
    times: tuple[float, ...] = ()
    total: Value | None = None
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
    def streamed(self) -> bool:
        """Whether more than one chunk has some text."""
        return len([text for text in self.texts if text]) > 1

    @property
    def arrival_times(self) -> tuple[float, ...]:
        """Seconds from the call to each chunk."""
        return self.times

    @property
    def display(self) -> Text:
        """The chunks as a finding shows them."""
        return Text(self.texts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Streams(CallOutcome):
    """Several streams of one scenario, by what each of them is."""

    kind: ClassVar[str] = "streams"

    by_label: dict[str, Stream] = field(default_factory=dict)
