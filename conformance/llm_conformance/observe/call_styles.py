"""The call styles: every way in which a consumer calls a model, by itself, as events, and as a step of a chain."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from llm_conformance.observe.chain_steps import abehind, before, behind

# Calls a method of the model that it is given.
Call = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class CallStyle:
    """One way to call a model.

    name: stands in the names of scenarios, as in `live[astream]`.
    method: the public method that is called.
    call: calls it with the model, the input and further arguments; the caller reads what it returns.
    completes: the check that reports a call of this style that does not end.
    plain: the observation of the first prompt, streamed without control.
    """

    name: str
    method: str
    call: Callable[..., Any]
    completes: str
    plain: str = "astream"
    asynchronous: bool = True
    events: bool = False

    def __str__(self) -> str:
        return self.name

    @property
    def observation(self) -> str:
        """The observation of the first prompt in this call style, such as `events_v2`."""
        return self.name.replace("-", "_")


def completes(style: CallStyle) -> str:
    """The prerequisite of a scenario that needs its own call style to work."""
    return style.completes


async def _ainvoked(llm: Any, prompt: Any, **more: Any) -> AsyncIterator[Any]:
    yield await llm.ainvoke(prompt, **more)


def _invoked(llm: Any, prompt: Any, **more: Any) -> Iterator[Any]:
    yield llm.invoke(prompt, **more)


def _events(version: str) -> CallStyle:
    def call(llm: Any, prompt: Any, *config: Any, **more: Any) -> Any:
        return llm.astream_events(prompt, *config, version=version, **more)

    return CallStyle(f"events-{version}", "astream_events", call, "events.completes", events=True)


# A whole answer, as the only item of an iterator.
INVOKE = CallStyle("invoke", "invoke", _invoked, "invoke.completes", plain="stream", asynchronous=False)
AINVOKE = CallStyle("ainvoke", "ainvoke", _ainvoked, "ainvoke.completes")
STREAM = CallStyle(
    "stream",
    "stream",
    lambda llm, prompt, *config, **more: llm.stream(prompt, *config, **more),
    "stream.completes",
    plain="stream",
    asynchronous=False,
)
ASTREAM = CallStyle(
    "astream", "astream", lambda llm, prompt, *config, **more: llm.astream(prompt, *config, **more), "astream.completes"
)
EVENTS_V1, EVENTS_V2 = _events("v1"), _events("v2")
# Typed events and their projections: an iterable of them, and an awaitable of an asynchronous one.
STREAM_EVENTS_V3 = CallStyle(
    "stream-events-v3",
    "stream_events",
    lambda llm, prompt, *config, **more: llm.stream_events(prompt, *config, version="v3", **more),
    "events-v3.completes",
    plain="stream",
    asynchronous=False,
)
ASTREAM_EVENTS_V3 = CallStyle(
    "astream-events-v3",
    "astream_events",
    lambda llm, prompt, *config, **more: llm.astream_events(prompt, *config, version="v3", **more),
    "events-v3.completes",
)
BATCH = CallStyle(
    "batch",
    "batch",
    lambda llm, prompts, *config, **more: llm.batch(prompts, *config, **more),
    "batch.completes",
    plain="stream",
    asynchronous=False,
)
ABATCH = CallStyle(
    "abatch", "abatch", lambda llm, prompts, *config, **more: llm.abatch(prompts, *config, **more), "abatch.completes"
)

STREAMS = (STREAM, ASTREAM)
EVENTS = (EVENTS_V1, EVENTS_V2)
BATCHES = (BATCH, ABATCH)
EVENTS_V3 = (STREAM_EVENTS_V3, ASTREAM_EVENTS_V3)


async def _abatched(llm: Any, prompt: Any, **more: Any) -> AsyncIterator[Any]:
    for answer in await llm.abatch([prompt], **more):
        yield answer


def each_answer(style: CallStyle) -> CallStyle:
    """The same call of a batch of one prompt, whose answer is the only item of an iterator."""
    if style.asynchronous:
        return replace(style, call=_abatched)
    return replace(style, call=lambda llm, prompt, **more: iter(llm.batch([prompt], **more)))


def nested(style: CallStyle) -> CallStyle:
    """The same call of a chain in which the model is the middle step."""
    last = abehind if style.asynchronous else behind
    return replace(style, name=f"nested {style.name}", call=lambda llm, prompt: style.call(before | llm | last, prompt))


class ChunkExtractor:
    """Takes the chunks of an answer out of the items of an iterator: of events, those of the root that carry one."""

    def __init__(self, style: CallStyle) -> None:
        self._events = style.events
        self._root: Any = None

    def chunk(self, item: Any) -> Any:
        """The chunk that the item is or carries; None where there is none."""
        if not self._events:
            return item
        if not isinstance(item, dict):
            return None
        self._root = self._root or item.get("run_id")
        of_root = item.get("run_id") == self._root and str(item.get("event")).endswith("_stream")
        data = item.get("data")
        return data.get("chunk") if of_root and isinstance(data, dict) else None
