"""The ways to ask a model for a stream: by itself, as events, and as a step of a chain."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from llm_conformance.observe.chain_steps import abehind, before, behind


@dataclass(frozen=True, slots=True)
class CallStyle:
    """One of them. `ask` calls the method; what it gives is read by whoever asked."""

    name: str
    call: Callable[..., Any]
    asynchronous: bool = True
    events: bool = False


async def _ainvoked(llm: Any, prompt: Any, **more: Any) -> AsyncIterator[Any]:
    yield await llm.ainvoke(prompt, **more)


def _invoked(llm: Any, prompt: Any, **more: Any) -> Iterator[Any]:
    yield llm.invoke(prompt, **more)


# An answer at once, as the only item of an iterator.
INVOKE = CallStyle("invoke", _invoked, asynchronous=False)
AINVOKE = CallStyle("ainvoke", _ainvoked)
STREAM = CallStyle("stream", lambda llm, prompt, **more: llm.stream(prompt, **more), asynchronous=False)
ASTREAM = CallStyle("astream", lambda llm, prompt, **more: llm.astream(prompt, **more))
EVENTS_V1 = CallStyle(
    "events v1", lambda llm, prompt, **more: llm.astream_events(prompt, version="v1", **more), events=True
)
EVENTS_V2 = CallStyle(
    "events v2", lambda llm, prompt, **more: llm.astream_events(prompt, version="v2", **more), events=True
)


def nested(style: CallStyle) -> CallStyle:
    """The same, asked of a chain in which the model is the middle step."""
    last = abehind if style.asynchronous else behind
    return replace(style, name=f"nested {style.name}", call=lambda llm, prompt: style.call(before | llm | last, prompt))


class ChunkExtractor:
    """Takes the chunks of an answer out of what an iterator gives: of events, those of the root that carry one."""

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
        mine = item.get("run_id") == self._root and str(item.get("event")).endswith("_stream")
        data = item.get("data")
        return data.get("chunk") if mine and isinstance(data, dict) else None
