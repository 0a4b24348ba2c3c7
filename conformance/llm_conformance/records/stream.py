"""The iterators that a model returns, and their chunks."""

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
_HALF = 0.5
# The label, of a call among several, whose answer a stop text has cut.
CUT = "cut by a stop text"
# Characters.
_LONG_WORD = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class IteratorOutcome(CallOutcome):
    """A call that returned an iterator.

    returned_type: the type of the object that the call returned.
    is_iterator: it has `__next__` or `__anext__`.
    has_close: it has close(), or aclose().
    needed_await: the call returned an awaitable that had to be awaited first.
    raised_at_call: the call itself raised, before the first next().
    after_end: what one more next() returned after the end; null if it raised the end again.
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
        """Whether it has enough chunks, and took long enough, for their times to be significant."""
        return not self.failed and len(self.arrival_times) >= _MANY and self.seconds >= _SHORTEST

    @property
    def arrived_at_once(self) -> bool:
        """Whether the times alone prove buffering: all chunks arrived together, at the very end."""
        if not self.long_enough_to_time:
            return False
        first, last = self.arrival_times[0], self.arrival_times[-1]
        return first >= _LATE * self.seconds and last - first <= _AT_ONCE * (len(self.arrival_times) - 1)

    @property
    def began_late(self) -> bool:
        """Whether more than half of the time had passed at the first chunk: the times prove no streaming."""
        return self.long_enough_to_time and self.time_of_answer > _HALF * self.seconds

    @property
    def time_of_answer(self) -> float:
        """Seconds to the first chunk; to the end, of a call without a chunk."""
        return next(iter(self.arrival_times), self.seconds)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream(IteratorOutcome):
    """The chunks of stream(), astream() or transform().

    chunks: the chunks, in order.
    times: seconds from the call to each chunk.
    total: the chunks of a chat model, added with `+`.
    total_raised: the exception that adding them raised.
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
        """The texts of the chunks, concatenated."""
        return "".join(self.texts)

    @property
    def streamed(self) -> bool:
        """Whether more than one chunk has some text."""
        return len([text for text in self.texts if text]) > 1

    @property
    def may_be_one_token(self) -> bool:
        """Whether the text is empty or a short word, which no model can divide."""
        return len(self.text) <= _LONG_WORD and len(self.text.split()) <= 1

    @property
    def arrival_times(self) -> tuple[float, ...]:
        """Seconds from the call to each chunk that carries something of the answer."""
        timed = zip(self.chunks, self.times, strict=False)
        return tuple(time for chunk, time in timed if chunk.carries_answer)

    @property
    def display(self) -> Text:
        """The chunks as a finding shows them."""
        return Text(self.texts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Streams(CallOutcome):
    """Several streams of one scenario.

    by_label: each stream, by what it is.
    """

    kind: ClassVar[str] = "streams"

    by_label: dict[str, Stream] = field(default_factory=dict)

    @property
    def parts(self) -> tuple[CallOutcome, ...]:
        """The calls."""
        return tuple(self.by_label.values())
