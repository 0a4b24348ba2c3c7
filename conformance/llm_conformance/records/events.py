"""The events of astream_events()."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from llm_conformance.records.outcome import CallOutcome
from llm_conformance.records.stream import IteratorOutcome
from llm_conformance.records.value import Value


@dataclass(frozen=True, slots=True)
class Event:
    """One event of astream_events(), with its keys as attributes; a key that is absent or ill-typed reads as empty."""

    value: Value

    @property
    def event(self) -> str:
        """Such as "on_llm_stream"."""
        return self._text("event")

    @property
    def phase(self) -> str:
        """The last part of the event's name: "start", "stream" or "end"."""
        return self.event.rpartition("_")[2]

    @property
    def name(self) -> str:
        """The name of the runnable."""
        return self._text("name")

    @property
    def run_id(self) -> str:
        """The id of the run that the event belongs to."""
        return self._text("run_id")

    @property
    def tags(self) -> tuple[str, ...]:
        """The run's tags."""
        return tuple(tag.text or "" for tag in self._field("tags").items)

    @property
    def metadata(self) -> dict[str, Value]:
        """The run's metadata."""
        return self._field("metadata").fields

    @property
    def parent_ids(self) -> tuple[str, ...]:
        """The run ids from the root to the parent."""
        return tuple(run_id.text or "" for run_id in self._field("parent_ids").items)

    @property
    def data(self) -> dict[str, Value]:
        """The event's `input`, `chunk` and `output`."""
        return self._field("data").fields

    @property
    def summary(self) -> str:
        """The event in one line."""
        return f"{self.event or self.value.type} {self.name!r}"

    def _field(self, key: str) -> Value:
        return self.value.fields.get(key, _NOTHING)

    def _text(self, key: str) -> str:
        return self._field(key).text or ""


_NOTHING = Value("NoneType", "NoneType")
_OF_A_MODEL = ("on_llm_", "on_chat_model_")


@dataclass(frozen=True, slots=True, kw_only=True)
class Events(IteratorOutcome):
    """The events of astream_events(), in order.

    events: each event as a value, with its keys in `fields`.
    times: seconds from the call to each event.
    run_id: the run id that the config of the call asked for; empty if it asked for none.
    total: the message chunks of the root's stream events, added with `+`; null if they are not messages.
    """

    kind: ClassVar[str] = "events"

    events: tuple[Event, ...] = ()
    times: tuple[float, ...] = ()
    run_id: str = ""
    total: Value | None = None

    @property
    def root(self) -> str:
        """The run id of the first event."""
        return self.events[0].run_id if self.events else ""

    @property
    def of_root(self) -> tuple[Event, ...]:
        """The events of the root's run, in order."""
        return tuple(event for event in self.events if event.run_id == self.root)

    @property
    def of_model(self) -> tuple[Event, ...]:
        """The events of the first run of a language model, in order."""
        ids = [event.run_id for event in self.events if event.event.startswith(_OF_A_MODEL)]
        return tuple(event for event in self.events if event.run_id == ids[0]) if ids else ()

    @property
    def chunks(self) -> tuple[str, ...]:
        """The text of each chunk of the root's stream events."""
        return stream_texts(self.of_root)

    @property
    def arrival_times(self) -> tuple[float, ...]:
        """Seconds from the call to each of these events whose chunk carries something of the answer."""
        timed = [(event, time) for event, time in zip(self.events, self.times, strict=False) if event.phase == "stream"]
        chunks = ((event.data.get("chunk"), time) for event, time in timed if event.run_id == self.root)
        return tuple(time for chunk, time in chunks if chunk is not None and chunk.carries_answer)

    @property
    def output_text(self) -> str | None:
        """The text of the output that the root's end event carries; None where it has no text."""
        return output_text(self.of_root)


def stream_texts(run: tuple[Event, ...]) -> tuple[str, ...]:
    """The text of each chunk that a run's stream events carry."""
    streamed = (event.data.get("chunk") for event in run if event.phase == "stream")
    return tuple((chunk.text or "") if chunk is not None else "" for chunk in streamed)


def output_text(run: tuple[Event, ...]) -> str | None:
    """The text of the output of a run's end: plain, of a message, or of the first generation; None if it has none."""
    output = _output(run)
    if output is not None and output.text is None:
        output = output.fields.get("text")
    return output.text if output is not None else None


def output_message(run: tuple[Event, ...]) -> Value | None:
    """The message in the output of a run's end: the output itself, or of the first generation; None if it has none."""
    output = _output(run)
    message = output.fields.get("message", output) if output is not None else None
    return message if message is not None and message.base == "object" else None


def chunk_infos(run: tuple[Event, ...]) -> tuple[dict[str, Value], ...]:
    """The provider's metadata of the chunks in a run's stream events; chunks without metadata are left out."""
    streamed = (event.data.get("chunk") for event in run if event.phase == "stream")
    return tuple(info for chunk in streamed if chunk is not None and (info := _info(chunk)))


def output_info(run: tuple[Event, ...]) -> dict[str, Value]:
    """The provider's metadata of the output in a run's end event: of a message, or of the first generation."""
    output = _output(run)
    return _info(output) if output is not None else {}


def _output(run: tuple[Event, ...]) -> Value | None:
    ends = [event for event in run if event.phase == "end"]
    output = ends[-1].data.get("output") if ends else None
    for key in ("generations", "0", "0"):
        output = output.fields.get(key, output) if output is not None else None
    return output


def _info(value: Value) -> dict[str, Value]:
    info = value.fields.get("generation_info") or value.fields.get("response_metadata")
    return info.fields if info is not None else {}


@dataclass(frozen=True, slots=True, kw_only=True)
class EventStreams(CallOutcome):
    """Several event streams of one scenario.

    by_label: each event stream, by what it is.
    filter_name: the name of the root, which the filters by name use; empty without filters.
    filter_type: the type of the root, such as "llm", which the filters by type use; empty without filters.
    """

    kind: ClassVar[str] = "event-streams"

    by_label: dict[str, Events] = field(default_factory=dict)
    filter_name: str = ""
    filter_type: str = ""

    @property
    def parts(self) -> tuple[CallOutcome, ...]:
        """The calls."""
        return tuple(self.by_label.values())
