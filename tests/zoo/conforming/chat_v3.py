"""Chat models that yield events of version v3 by a hook of their own, in unusual and valid ways."""

import json
from collections.abc import AsyncIterator, Iterable, Iterator
from typing import Any

from langchain_core.messages import AIMessageChunk, BaseMessage

from llm_zoo.bases.chat import with_fragments
from llm_zoo.bases.chat_v3 import V3Defect
from llm_zoo.bases.scripted_v3 import ScriptedV3
from llm_zoo.bases.v3_events import Event
from llm_zoo.chat_v3_answers import AnswerDefect
from zoo.conforming.chat_base import END, USAGE, Parts, fragment

__all__ = [
    "AnswerDefect",
    "BlocksInTurn",
    "CallOnTheIndexOfReasoning",
    "CallsInOneDelta",
    "EmptyMessage",
    "NativeCallAlone",
    "NativeCallsInTurn",
    "NativeEvents",
    "NativeWithoutFinish",
    "NativeWithoutUsage",
    "NewEventsAndDeltas",
    "Scripted",
    "Snapshots",
    "V3Defect",
    "WholeCalls",
]


class BlocksInTurn(V3Defect):
    """Its blocks interleave: all of them start first, and finish last, in the opposite order."""

    def _transform_events(self, events: list[Event]) -> Iterable[Event]:
        def of(name: str) -> list[Event]:
            return [event for event in events if event["event"] == f"content-block-{name}"]

        deltas = sorted(of("delta"), key=lambda event: len(str(event["delta"])))
        yield from [events[0], *of("start"), *_in_order(deltas, of("delta")), *reversed(of("finish")), events[-1]]


def _in_order(mixed: list[Event], right: list[Event]) -> Iterator[Event]:
    """The deltas of each block in their order, the blocks mixed."""
    left = list(right)
    for one in mixed:
        found = next(event for event in left if event["index"] == one["index"])
        left.remove(found)
        yield found


class CallsInOneDelta(V3Defect):
    """The arguments of a call are one delta."""

    def _transform_events(self, events: list[Event]) -> Iterable[Event]:
        whole = {e["index"]: json.dumps(e["content"]["args"]) for e in events if "args" in e.get("content", {})}
        for event in events:
            if event.get("delta", {}).get("type") != "tool-call-delta":
                yield event
            elif event["index"] in whole:
                yield {**event, "delta": {"type": "tool-call-delta", "args": whole.pop(event["index"])}}


class WholeCalls(V3Defect):
    """A call starts as a whole one, without its arguments, and has no deltas."""

    def _transform_events(self, events: list[Event]) -> Iterable[Event]:
        for event in events:
            if event.get("content", {}).get("type") == "tool_call_chunk":
                yield {**event, "content": {**event["content"], "type": "tool_call", "args": {}}}
            elif event.get("delta", {}).get("type") != "tool-call-delta":
                yield event


class NewEventsAndDeltas(V3Defect):
    """Yields events and deltas of a later protocol, which a reader leaves out."""

    def _transform_events(self, events: list[Event]) -> Iterable[Event]:
        for event in events:
            yield event
            if event["event"] == "content-block-start":
                yield {"event": "heartbeat"}
                delta = {"type": "logprobs-delta", "logprobs": [1]}
                yield {"event": "content-block-delta", "index": event["index"], "delta": delta}


class EmptyMessage(V3Defect):
    """Its message of version v3 has nothing in it, as its streams have."""

    def _chunks_of_answer(self, messages: list[Any], stop: Any) -> list[Any]:
        (*_, last) = super()._chunks_of_answer(messages, stop)
        return [with_fragments(last, ())]


class Scripted(ScriptedV3):
    """Makes its events of the pieces of a script."""

    def __init__(self, script: Any) -> None:
        super().__init__(script=script)


class NativeEvents(Parts):
    """On langchain-core: reasoning first, then text, and everything that ends a message."""

    def before(self) -> list[AIMessageChunk]:
        return [AIMessageChunk(content="", additional_kwargs={"reasoning_content": "So."})]

    def _stream_chat_model_events(self, messages: list[BaseMessage], stop: Any = None, **_: Any) -> Iterator[Event]:
        yield from self._events(f"You said: {messages[-1].content}")

    async def _astream_chat_model_events(
        self, messages: list[BaseMessage], stop: Any = None, **_: Any
    ) -> AsyncIterator[Event]:
        for event in self._events(f"You said: {messages[-1].content}"):
            yield event

    def _events(self, text: str) -> list[Event]:
        words = [str(part.content) for part in self.words(text)]
        blocks = [*_typed("reasoning", 0, ["So."]), *_typed("text", 1, words)]
        return [{"event": "message-start", "role": "ai", "id": "msg_1"}, *blocks, *self._finish()]

    def _finish(self) -> list[Event]:
        return [{"event": "message-finish", "usage": USAGE, "metadata": END}]


class NativeWithoutUsage(NativeEvents):
    """Its provider reports neither usage nor an end."""

    def after(self) -> list[AIMessageChunk]:
        return []

    def _finish(self) -> list[Event]:
        return [{"event": "message-finish"}]


class NativeWithoutFinish(NativeWithoutUsage):
    """Leaves the `message-finish` to langchain-core, which may be left to it."""

    def _finish(self) -> list[Event]:
        return []


class NativeCallAlone(NativeEvents):
    """Calls a tool, and says nothing."""

    def parts(self, text: str) -> list[AIMessageChunk]:
        begun, rest = fragment(name="get_weather", args="{", id="call_1", index=0), fragment(args="}", index=0)
        return [begun, rest, *self.after()]

    def _events(self, text: str) -> list[Event]:
        call = {"id": "call_1", "name": "get_weather"}
        deltas = [{"type": "tool-call-delta", "args": part} for part in ("{", "}")]
        start, finish = {"type": "tool_call_chunk", **call, "args": ""}, {"type": "tool_call", **call, "args": {}}
        return [{"event": "message-start", "role": "ai", "id": "m"}, *_block(0, start, deltas, finish), *self._finish()]


class NativeCallsInTurn(NativeEvents):
    """Calls two tools at once; the second call is whole before the first."""

    def parts(self, text: str) -> list[AIMessageChunk]:
        names = enumerate(("get_weather", "get_time"))
        return [
            *(fragment(name=name, args="{}", id=f"call_{index}", index=index) for index, name in names),
            *self.after(),
        ]

    def _events(self, text: str) -> list[Event]:
        first, second = (_call(index, name) for index, name in enumerate(("get_weather", "get_time")))
        calls = [first[0], *second, *first[1:]]
        return [{"event": "message-start", "role": "ai", "id": "m"}, *calls, *self._finish()]


def _call(index: int, name: str) -> list[Event]:
    call = {"id": f"call_{index}", "name": name}
    deltas = [{"type": "tool-call-delta", "args": "{}"}]
    return _block(
        index, {"type": "tool_call_chunk", **call, "args": ""}, deltas, {"type": "tool_call", **call, "args": {}}
    )


class CallOnTheIndexOfReasoning(Parts):
    """Counts blocks and calls apart: langchain-core makes one block of its reasoning and its call."""

    def parts(self, text: str) -> list[AIMessageChunk]:
        thought = AIMessageChunk(content=[{"type": "reasoning", "reasoning": "So.", "index": 0}])
        call = fragment(name="get_weather", args="{}", id="call_1", index=0)
        return [thought, *self.words(text), call, *self.after()]


class Snapshots(NativeCallAlone):
    """The deltas of its calls are snapshots: each replaces the one before, as of an older langchain-core."""

    def _events(self, text: str) -> list[Event]:
        snapshots = ({"type": "tool_call_chunk", "args": args} for args in ("{", "{}"))
        begun, start, _, _, *rest = super()._events(text)
        deltas = ({"type": "block-delta", "fields": fields} for fields in snapshots)
        return [
            begun,
            start,
            *({"event": "content-block-delta", "index": 0, "delta": delta} for delta in deltas),
            *rest,
        ]


def _typed(kind: str, index: int, parts: list[str]) -> list[Event]:
    deltas = [{"type": f"{kind}-delta", kind: part} for part in parts]
    return _block(index, {"type": kind, kind: ""}, deltas, {"type": kind, kind: "".join(parts)})


def _block(index: int, start: Event, deltas: list[Event], finish: Event) -> list[Event]:
    return [
        {"event": "content-block-start", "index": index, "content": start},
        *({"event": "content-block-delta", "index": index, "delta": delta} for delta in deltas),
        {"event": "content-block-finish", "index": index, "content": finish},
    ]
