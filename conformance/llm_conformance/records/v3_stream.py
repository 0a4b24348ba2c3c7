"""The events of version v3 of `stream_events()` and `astream_events()`, and what is read from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from llm_conformance.records.message import data
from llm_conformance.records.outcome import CallOutcome, Raised
from llm_conformance.records.stream import IteratorOutcome
from llm_conformance.records.value import Value

_NO_DATA: Mapping[str, object] = {}
# Which key of a delta or of a block has the part of the answer.
_PART = {"text": "text", "reasoning": "reasoning", "text-delta": "text", "reasoning-delta": "reasoning"}


@dataclass(frozen=True, slots=True)
class V3Event:
    """One event of version v3, with its keys as attributes; a key that is absent or ill-typed reads as empty."""

    value: Value

    @property
    def event(self) -> str:
        """Such as "message-start" or "content-block-delta"."""
        name = self.value.fields.get("event")
        return (name.text or "") if name is not None else ""

    @property
    def index(self) -> int | None:
        """Which block of the message the event belongs to; None if it does not say it."""
        index = self.value.fields.get("index")
        number = index.scalar if index is not None else None
        return number if isinstance(number, int) and not isinstance(number, bool) else None

    @property
    def content(self) -> Mapping[str, object]:
        """The block in a start or finish of a block."""
        return self._data("content")

    @property
    def delta(self) -> Mapping[str, object]:
        """What a delta adds to its block: `type`, and `text`, `reasoning`, `args`, `data` or `fields`."""
        return self._data("delta")

    @property
    def usage(self) -> Mapping[str, object]:
        """The numbers of tokens in a message-finish."""
        return self._data("usage")

    @property
    def metadata(self) -> Mapping[str, object]:
        """What a message-start and a message-finish say of the model and of the end."""
        return self._data("metadata")

    @property
    def text(self) -> str:
        """The text that a delta adds; empty for any other event."""
        return self._part("text")

    @property
    def reasoning(self) -> str:
        """The reasoning that a delta adds; empty for any other event."""
        return self._part("reasoning")

    @property
    def summary(self) -> str:
        """The event in one line."""
        at = "" if self.index is None else f" of block {self.index}"
        return f"{self.event or self.value.type}{at}"

    def _part(self, part: str) -> str:
        delta = self.delta
        found = delta.get(part) if _PART.get(str(delta.get("type"))) == part else None
        return found if isinstance(found, str) else ""

    def _data(self, key: str) -> Mapping[str, object]:
        found = self.value.fields.get(key)
        read = data(found) if found is not None else None
        return read if isinstance(read, dict) else _NO_DATA


@dataclass(frozen=True, slots=True)
class Projection:
    """One projection of a v3 stream: `.text`, `.reasoning` or `.tool_calls`.

    deltas: what the consumer gets that iterates over it.
    whole: what the consumer gets that asks for all of it: `str()` of a text, `get()` of the calls, or `await`.
    raised: the exception that reading it raised.
    """

    deltas: tuple[Value, ...] = ()
    whole: Value | None = None
    raised: Raised | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class V3Stream(IteratorOutcome):
    """The events of version v3, read to their end, and then the projections of the same stream.

    said: what the model is made to say, as a message with whole calls, usage and finish reason; null if it decides that
        itself.
    events: each event as a value, with its keys in `fields`.
    times: seconds from the call to each event.
    text: `.text`; null if it was not read.
    reasoning: `.reasoning`; null if it was not read.
    tool_calls: `.tool_calls`; null if it was not read.
    output: the message that `.output` gives; null if it gives none.
    output_raised: the exception that `.output` raised.
    """

    kind: ClassVar[str] = "v3-stream"

    said: Value | None = None
    events: tuple[V3Event, ...] = ()
    times: tuple[float, ...] = ()
    text: Projection | None = None
    reasoning: Projection | None = None
    tool_calls: Projection | None = None
    output: Value | None = None
    output_raised: Raised | None = None

    @property
    def streams(self) -> Mapping[str, V3Stream]:
        """The stream itself, without a name: a check judges one stream, or several, in the same way."""
        return {"": self}

    @property
    def projections(self) -> Mapping[str, Projection]:
        """The projections that were read, by the attributes of the stream."""
        found = {".text": self.text, ".reasoning": self.reasoning, ".tool_calls": self.tool_calls}
        return {name: one for name, one in found.items() if one is not None}

    @property
    def arrival_times(self) -> tuple[float, ...]:
        """Seconds from the call to each event that carries something of the answer."""
        timed = zip(self.events, self.times, strict=False)
        return tuple(time for event, time in timed if event.event == "content-block-delta")


@dataclass(frozen=True, slots=True, kw_only=True)
class V3Streams(CallOutcome):
    """Several v3 streams of one scenario.

    by_label: each stream, by the name of its golden stream, or by what the call is.
    without_tools: the model does not implement bind_tools(), or it refused these tools.
    refused: the message of the ValueError with which bind_tools() refused them; empty if it did not.
    """

    kind: ClassVar[str] = "v3-streams"

    by_label: dict[str, V3Stream] = field(default_factory=dict)
    without_tools: bool = False
    refused: str = ""

    @property
    def parts(self) -> tuple[CallOutcome, ...]:
        """The calls."""
        return tuple(self.by_label.values())

    @property
    def streams(self) -> Mapping[str, V3Stream]:
        """Each stream that ended without an exception, by what it is."""
        return {name: one for name, one in self.by_label.items() if not one.failed}
