"""Chat models whose events of version v3 are in order, and say something else than their streams."""

import json
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterable, Iterator
from contextlib import aclosing
from dataclasses import replace
from typing import Any

from llm_reference import AIMessage
from llm_reference.blocks.projection import AsyncProjection, Projection
from llm_zoo.bases.chat_v3 import V3Defect
from llm_zoo.bases.scripted_v3 import ScriptedV3
from llm_zoo.bases.v3_events import Event
from llm_zoo.bases.v3_stream import TEXT, AsyncV3Stream, Part, V3Stream
from llm_zoo.defect import defect


class AnswerDefect(V3Defect):
    """Changes what is read from its events. A subclass without overrides is a conforming model."""

    def _transform_text(self, part: Part) -> Part:
        """The deltas of `.text`, and the whole."""
        return part

    def _transform_output(self, message: AIMessage) -> AIMessage:
        """What `.output` gives instead."""
        return message

    def stream_events(self, input: Any, *_: Any, stop: Any = None, **_more: Any) -> Any:  # noqa: A002
        """The stream of the base, with these changes."""
        return _Stream(super().stream_events(input, stop=stop), self._transform_text, self._transform_output)

    def astream_events(self, *args: Any, version: Any = "v2", **more: Any) -> Any:
        """The same without blocking the event loop."""
        made = super().astream_events(*args, version=version, **more)
        if version != "v3":
            return made

        async def changed() -> AsyncV3Stream:
            return _AsyncStream(await made, self._transform_text, self._transform_output)

        return changed()


class _Stream(V3Stream):
    def __init__(
        self, stream: V3Stream, change_text: Callable[[Part], Part], change_output: Callable[[AIMessage], AIMessage]
    ) -> None:
        super().__init__(iter(stream))
        self._change_text, self._change_output = change_text, change_output

    @property
    def text(self) -> Projection[Any, Any]:
        def changed() -> Part:
            return self._change_text(self._all().part(TEXT))

        return Projection(lambda: iter(changed()[0]), lambda: changed()[1])

    @property
    def output(self) -> AIMessage:
        return self._change_output(super().output)


class _AsyncStream(AsyncV3Stream):
    def __init__(
        self,
        stream: AsyncV3Stream,
        change_text: Callable[[Part], Part],
        change_output: Callable[[AIMessage], AIMessage],
    ) -> None:
        super().__init__(aiter(stream))
        self._change_text, self._change_output = change_text, change_output

    @property
    def text(self) -> AsyncProjection[Any, Any]:
        async def changed() -> Part:
            return self._change_text((await self._all()).part(TEXT))

        async def deltas() -> AsyncIterator[Any]:
            for delta in (await changed())[0]:
                yield delta

        async def whole() -> Any:
            return (await changed())[1]

        return AsyncProjection(deltas, whole)

    @property
    async def output(self) -> AIMessage:
        return self._change_output((await self._all()).message)


def _texts(events: list[Event]) -> list[Event]:
    """The deltas of the text."""
    return [event for event in events if "text" in event.get("delta", {})]


@defect(
    "v3-text-doubled",
    story="`.text` yields the whole text once more behind its deltas: the answer is on the screen twice.",
    citation="V3-005",
    caught_by=("events-v3.projections",),
)
class V3TextDoubled(AnswerDefect):
    def _transform_text(self, part: Part) -> Part:
        deltas, whole = part
        return [*deltas, whole], whole


@defect(
    "v3-last-text-only",
    story="`str(stream.text)` is the last delta: what is logged of an answer is its last word.",
    citation="V3-005",
    caught_by=("events-v3.projections",),
)
class V3LastTextOnly(AnswerDefect):
    def _transform_text(self, part: Part) -> Part:
        return part[0], part[0][-1]


@defect(
    "v3-output-without-calls",
    story="`.output` has the text alone: an agent that reads the message runs no tool.",
    citation="V3-005",
    caught_by=("events-v3.output",),
)
class V3OutputWithoutCalls(AnswerDefect):
    def _transform_output(self, message: AIMessage) -> AIMessage:
        return replace(message, tool_calls=[])


@defect(
    "v3-output-raises",
    story="`.output` raises after all events have come.",
    citation="V3-005",
    caught_by=("events-v3.output",),
)
class V3OutputRaises(AnswerDefect):
    def _transform_output(self, message: AIMessage) -> AIMessage:
        raise RuntimeError(f"no message of {len(message.content)} blocks")


@defect(
    "v3-block-twice",
    story="The text comes as two blocks: the answer is on the screen twice.",
    citation="V3-005",
    caught_by=("events-v3.text",),
)
class V3BlockTwice(V3Defect):
    def _transform_events(self, events: list[Event]) -> Iterable[Event]:
        index = _texts(events)[0]["index"]
        again = [{**event, "index": 9} for event in events if event.get("index") == index]
        return [*events[:-1], *again, events[-1]]


@defect(
    "v3-without-calls",
    story="The hook yields text and reasoning: a client of typed events shows no call, and an agent runs none.",
    citation="V3-005",
    caught_by=("events-v3.calls",),
)
class V3WithoutCalls(V3Defect):
    def _transform_events(self, events: list[Event]) -> Iterable[Event]:
        last = _texts(events)[-1]["index"]
        return [event for event in events if event.get("index", last) <= last]


@defect(
    "v3-without-reasoning",
    story="The hook yields text and calls: a client of typed events shows no reasoning.",
    citation="V3-005",
    caught_by=("events-v3.reasoning",),
)
class V3WithoutReasoning(V3Defect):
    def _transform_events(self, events: list[Event]) -> Iterable[Event]:
        return [
            {**event, "index": event["index"] - 1} if "index" in event else event
            for event in events
            if event.get("index") != 0
        ]


@defect(
    "v3-without-usage",
    story="`message-finish` has no usage: a count of tokens from typed events is zero.",
    citation="V3-008",
    caught_by=("events-v3.usage",),
)
class V3WithoutUsage(V3Defect):
    def _transform_events(self, events: list[Event]) -> Iterable[Event]:
        return [{key: value for key, value in event.items() if key != "usage"} for event in events]


@defect(
    "v3-without-end",
    story="The message of typed events has no finish reason: a truncated answer looks whole.",
    citation="V3-008",
    caught_by=("events-v3.metadata",),
)
class V3WithoutEnd(V3Defect):
    def _transform_events(self, events: list[Event]) -> Iterable[Event]:
        return [{key: value for key, value in event.items() if key != "metadata"} for event in events]


@defect(
    "v3-async-without-calls",
    story="The asynchronous hook is older than the synchronous one, and yields no calls.",
    citation="V3-007",
    caught_by=("events-v3.async-parity",),
    also_fails={"events-v3.calls": "the calls are missing in the asynchronous events"},
)
class V3AsyncWithoutCalls(V3Defect):
    def _transform_async_events(self, events: list[Event]) -> Iterable[Event]:
        last = _texts(events)[-1]["index"]
        return [event for event in events if event.get("index", last) <= last]


@defect(
    "v3-arguments-as-text",
    story="The finish of a call has its arguments as JSON text: a tool gets a str where it takes named arguments.",
    citation="V3-009",
    caught_by=("events-v3.fields",),
)
class V3ArgumentsAsText(V3Defect):
    def _transform_events(self, events: list[Event]) -> Iterable[Event]:
        for event in events:
            content = event.get("content", {})
            as_text = isinstance(content.get("args"), dict)
            yield {**event, "content": {**content, "args": json.dumps(content["args"])}} if as_text else event


@defect(
    "v3-start-without-id",
    story="`message-start` has neither an id nor a role: a client that keeps messages by id keeps one.",
    citation="V3-009",
    caught_by=("events-v3.fields",),
)
class V3StartWithoutId(V3Defect):
    def _transform_events(self, events: list[Event]) -> Iterable[Event]:
        return [{"event": "message-start"}, *events[1:]]


@defect(
    "v3-first-call-only",
    story="The hook yields the first of several calls in parallel: an agent runs one tool, and answers from half of "
    "what it asked for.",
    citation="V3-005",
    caught_by=("events-v3.exact",),
    script=True,
)
class V3FirstCallOnly(ScriptedV3):
    def _events(self, prompt: str, stop: Any = None) -> Iterator[Event]:
        first = _FirstCall()
        yield from filter(first.is_before_another, super()._events(prompt, stop))

    async def _aevents(self, prompt: str, stop: Any = None) -> AsyncGenerator[Event, None]:
        first = _FirstCall()
        async with aclosing(super()._aevents(prompt, stop)) as events:
            async for event in events:
                if first.is_before_another(event):
                    yield event


class _FirstCall:
    _index: int | None = None

    def is_before_another(self, event: Event) -> bool:
        if self._index is None and event.get("content", {}).get("type") == "tool_call_chunk":
            self._index = event["index"]
        return self._index is None or event.get("index", 0) <= self._index
