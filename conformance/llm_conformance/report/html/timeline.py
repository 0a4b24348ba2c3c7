"""A stream as a timeline: lanes of chunks against time, or against the characters of the answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import NamedTuple

from llm_conformance.records import (
    CallOutcome,
    ControlledOutcome,
    Events,
    FaultResponse,
    IteratorOutcome,
    Milestone,
    Stream,
    V3Stream,
)
from llm_conformance.report.html.exchange import sent

_TIME, _ORDER = 640.0, 440.0
_LANES, _GENERATIONS = 300, 3
# Characters of the text of a chunk that its title shows.
_TITLE = 80
_NARROWEST = 1.5
_MILLISECOND = 0.001


class Scale(NamedTuple):
    """From a time or a number of characters to a place in the picture. length: what is at the right end."""

    width: float
    length: float

    def x(self, at: float) -> float:
        """Where that is."""
        return round(self.width * min(max(at / self.length, 0.0), 1.0), 1)


@dataclass(frozen=True, slots=True)
class Mark:
    """One chunk, token or moment. style: a class of the style sheet. title: what it is, for who points at it."""

    x: float
    width: float
    style: str
    title: str


@dataclass(frozen=True, slots=True)
class Flag:
    """A moment of a lane with its name: the first chunk, a gate, the end, a close, a cancellation."""

    x: float
    style: str
    words: str


@dataclass(frozen=True, slots=True)
class Lane:
    """One line of marks. left: how many marks are not drawn."""

    label: str
    marks: tuple[Mark, ...]
    flags: tuple[Flag, ...]
    left: int = 0


@dataclass(frozen=True, slots=True)
class Timeline:
    """Lanes with one axis of this width.

    begin, end: what the axis shows at its ends. words: the picture for who cannot see it.
    """

    lanes: tuple[Lane, ...]
    begin: str
    end: str
    words: str
    width: float


def by_time(calls: Mapping[str, IteratorOutcome]) -> Timeline | None:
    """The calls beside each other, each chunk when it arrived; None if no times were recorded."""
    timed = {name: call for name, call in calls.items() if _times(call)}
    longest = max((max(call.seconds, *_times(call)) for call in timed.values()), default=0.0)
    if not longest > 0:
        return None
    scale = Scale(_TIME, longest)
    lanes = tuple(_timed_lane(name, call, scale) for name, call in timed.items())
    words = "; ".join(_in_words(name, one) for name, one in timed.items())
    return Timeline(lanes, "call", milliseconds(longest), words, _TIME)


def by_order(call: ControlledOutcome) -> Timeline | None:
    """What the model was made to generate above what the consumer got, by characters; None without either."""
    received = tuple(chunk.text or "" for chunk in call.chunks)
    length = max(sum(map(len, call.tokens)), sum(map(len, received)))
    if not length:
        return None
    scale = Scale(_ORDER, length)
    reached = sent(call)
    model = _blocks(call.tokens, scale, lambda index: "token" if reached is None or index < reached else "unsent")
    consumer = _blocks(received, scale, lambda _: "chunk")
    lanes = (
        Lane(
            _sender(call, reached),
            model,
            tuple(_of_model(call, scale)),
            max(0, len(call.tokens) - _LANES),
        ),
        Lane(
            f"consumer: {len(received)} chunk{'s' * (len(received) != 1)}",
            consumer,
            tuple(_of_consumer(call, scale)),
            max(0, len(received) - _LANES),
        ),
    )
    words = f"{len(call.tokens)} tokens, {len(received)} chunks; {call.ended_with}"
    return Timeline(lanes, "first character", f"{length} characters", words, _ORDER)


def milliseconds(seconds: float) -> str:
    """A duration for people."""
    return f"{seconds:.2f} s" if seconds >= 1 else f"{seconds / _MILLISECOND:.3g} ms"


def _times(call: IteratorOutcome) -> tuple[float, ...]:
    return call.times if isinstance(call, Stream | Events | V3Stream) else ()


def _timed_lane(name: str, call: IteratorOutcome, scale: Scale) -> Lane:
    times = _times(call)
    marks = tuple(
        Mark(scale.x(at), _NARROWEST, "chunk", f"{number}. after {milliseconds(at)}: {title}")
        for number, (at, title) in enumerate(zip(times[:_LANES], _titles(call), strict=False), 1)
    )
    flags = []
    if call.arrival_times:
        flags.append(Flag(scale.x(call.arrival_times[0]), "first", "first of the answer"))
    flags.append(Flag(scale.x(max(call.seconds, times[-1])), *_end(call)))
    return Lane(name, marks, tuple(flags), max(0, len(times) - _LANES))


def _titles(call: IteratorOutcome) -> Iterator[str]:
    if isinstance(call, Stream):
        yield from (repr((chunk.text or "")[:_TITLE]) for chunk in call.chunks)
    elif isinstance(call, Events | V3Stream):
        yield from (event.summary[:_TITLE] for event in call.events)


def _end(call: CallOutcome) -> tuple[str, str]:
    """The style and the name of the end of a call."""
    if call.raised is not None:
        return "raised", f"raised {call.raised.bases[0] if call.raised.bases else call.raised.type}"
    if call.hung is not None:
        return "hung", "still yielding" if call.hung.endless else "did not end"
    return "end", "end"


def _of_model(call: ControlledOutcome, scale: Scale) -> Iterator[Flag]:
    """What happened to the model, at the token at which it was."""
    ends = list(accumulate(map(len, call.tokens), initial=0))

    def behind(tokens: int) -> float:
        return scale.x(ends[min(max(tokens, 0), len(ends) - 1)])

    if isinstance(call, FaultResponse):
        if call.tokens_sent:
            yield Flag(behind(call.tokens_sent), "gate", "fault")
        return
    for one in call.generations[-_GENERATIONS:]:
        paused = call.hung is not None and call.hung.paused and not one.outcome
        words = f"paused at token {one.sent} of {one.total}" if paused else one.text
        yield Flag(behind(one.sent), "gate" if paused else one.outcome or "hung", words)
    if (gate := call.milestones.get(Milestone.TOKENS_AFTER_ONE_CHUNK)) is not None:
        yield Flag(behind(gate), "gate", "the consumer has one chunk")


def _of_consumer(call: ControlledOutcome, scale: Scale) -> Iterator[Flag]:
    """How the consumer left or was left, behind its last chunk."""
    reached = scale.x(sum(len(chunk.text or "") for chunk in call.chunks))
    if Milestone.CANCEL_REQUESTED in call.milestones:
        yield Flag(reached, "cancelled", "cancel")
    elif {Milestone.CONSUMER_LEAVING, Milestone.CONSUMER_LEFT} & call.milestones.keys():
        yield Flag(reached, "closed", "close")
    if call.failed or not call.milestones:
        yield Flag(reached, *_end(call))


def _sender(call: ControlledOutcome, reached: int | None) -> str:
    tokens = len(call.tokens)
    sent = f"{tokens}" if reached is None else f"{min(max(reached, 0), tokens)} of {tokens}"
    if not isinstance(call, FaultResponse):
        return f"model: {sent} tokens sent"
    return f"the answer: {tokens} tokens" if reached is None else f"provider: {sent} tokens sent"


def _blocks(texts: Sequence[str], scale: Scale, style: Callable[[int], str]) -> tuple[Mark, ...]:
    marks, place = [], 0
    for index, text in enumerate(texts[:_LANES]):
        width = max(round(scale.x(len(text)) - 1, 1), _NARROWEST)
        marks.append(Mark(scale.x(place), width, style(index), f"{index + 1}. {text[:_TITLE]!r}"))
        place += len(text)
    return tuple(marks)


def _in_words(name: str, call: IteratorOutcome) -> str:
    times = _times(call)
    return f"{name}: {len(times)} chunks from {milliseconds(times[0])} to {milliseconds(times[-1])}, {_end(call)[1]}"
