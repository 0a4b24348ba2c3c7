"""The events of the output items of a stream in the form of OpenAI's responses API, one item after another."""

from collections.abc import Iterator, Sequence
from typing import Any

from llm_conformance.simulator.actions import Event
from llm_conformance.simulator.formats.asked import Part
from llm_conformance.simulator.formats.in_turn import in_turn
from llm_conformance.simulator.formats.json_bytes import JsonTemplate
from llm_conformance.simulator.formats.responses.event import ResponseEvents
from llm_conformance.simulator.formats.responses.item import Item, content, content_text, summary_text
from llm_fixtures import Reasoning, Redacted, Refusal, Signature, ToolArguments

Json = dict[str, Any]


def item_events(
    events: ResponseEvents, parts: Sequence[Part], items: Sequence[Item], indexes: Sequence[int], whole: Sequence[Json]
) -> Iterator[Event]:
    """The events of all items. The event of a piece has the number of a piece. `whole` has the items as they end."""
    writers = [_WRITERS[item.kind](events, item, ended) for item, ended in zip(items, whole, strict=True)]
    begun: set[int] = set()
    for turn in in_turn(parts, indexes, [item.last for item in items]):
        writer = writers[turn.block]
        if turn.block not in begun:
            begun.add(turn.block)
            yield writer.opening(turn.number)
        for part in turn.parts:
            yield from writer.piece(part, turn.number)
        if turn.last:
            yield from writer.closing(turn.number)


class _Writer:
    """Writes the events of one item. `carried` are the pieces that the event which begins it carries."""

    carried: tuple[type[Any], ...] = ()

    def __init__(self, events: ResponseEvents, item: Item, whole: Json) -> None:
        self._events = events
        self._item = item
        self._whole = whole
        self._place: Json = {"item_id": whole["id"], "output_index": item.index}

    def opening(self, number: int) -> Event:
        """The event that begins the item."""
        carried = number if isinstance(self._item.parts[0][1], self.carried) else None
        opening = {**self._item.opening, "id": self._whole["id"]}
        return self._events.event(
            "response.output_item.added", {"output_index": self._item.index, "item": opening}, carried
        )

    def piece(self, part: Part, number: int) -> Iterator[Event]:
        """The events of this piece, sent at the piece with this number."""
        raise NotImplementedError

    def closing(self, number: int) -> Iterator[Event]:
        """The events that end the item. A signature, the last piece of its item, is in the last one."""
        carried = number if isinstance(self._item.parts[-1][1], Signature) else None
        fields = {"output_index": self._item.index, "item": self._whole}
        yield self._events.event("response.output_item.done", fields, carried)

    def _event(self, name: str, fields: Json, token: int | None = None) -> Event:
        return self._events.event(f"response.{name}", {**self._place, **fields}, token)


class _MessageWriter(_Writer):
    """Writes a message: one content part for adjacent pieces of one kind."""

    def __init__(self, events: ResponseEvents, item: Item, whole: Json) -> None:
        super().__init__(events, item, whole)
        self._contents: list[Json] = whole["content"]
        self._index = -1
        self._delta = JsonTemplate({**self._place, "content_index": 0, "delta": "", "logprobs": []}, "delta")

    def piece(self, part: Part, number: int) -> Iterator[Event]:
        refused = isinstance(part[1], Refusal)
        if self._index < 0 or (self._contents[self._index]["type"] == "refusal") is not refused:
            yield from self._part_done()
            yield self._part_added(refused=refused)
        text = content_text(part)
        if refused:
            yield self._event("refusal.delta", {"content_index": self._index, "delta": text}, number)
        else:
            yield self._events.encoded("response.output_text.delta", self._delta.filled(text), number)

    def closing(self, number: int) -> Iterator[Event]:
        yield from self._part_done()
        yield from super().closing(number)

    def _part_added(self, *, refused: bool) -> Event:
        self._index += 1
        place = {**self._place, "content_index": self._index}
        self._delta = JsonTemplate({**place, "delta": "", "logprobs": []}, "delta")
        return self._event(
            "content_part.added", {"content_index": self._index, "part": content(refusal=refused, text="")}
        )

    def _part_done(self) -> Iterator[Event]:
        if self._index < 0:
            return
        place, part = {"content_index": self._index}, self._contents[self._index]
        if part["type"] == "refusal":
            yield self._event("refusal.done", {**place, "refusal": part["refusal"]})
        else:
            yield self._event("output_text.done", {**place, "text": part["text"], "logprobs": []})
        yield self._event("content_part.done", {**place, "part": part})


class _ReasoningWriter(_Writer):
    """Writes reasoning: a summary of one part, if it is not encrypted alone."""

    carried = (Redacted,)

    def piece(self, part: Part, number: int) -> Iterator[Event]:
        match part[1]:
            case Reasoning(text=thought):
                if part[0] == self._item.parts[0][0]:
                    yield self._event("reasoning_summary_part.added", {"summary_index": 0, "part": summary_text("")})
                yield self._event("reasoning_summary_text.delta", {"summary_index": 0, "delta": thought}, number)

    def closing(self, number: int) -> Iterator[Event]:
        if isinstance(self._item.parts[0][1], Reasoning):
            text = self._item.thoughts
            yield self._event("reasoning_summary_text.done", {"summary_index": 0, "text": text})
            yield self._event("reasoning_summary_part.done", {"summary_index": 0, "part": summary_text(text)})
        yield from super().closing(number)


class _CallWriter(_Writer):
    """Writes the call of a function."""

    carried = (object,)

    def piece(self, part: Part, number: int) -> Iterator[Event]:
        match part[1]:
            case ToolArguments(text=arguments):
                yield self._event("function_call_arguments.delta", {"delta": arguments}, number)

    def closing(self, number: int) -> Iterator[Event]:
        arguments = self._whole["arguments"]
        if len(self._item.parts) == 1:
            yield self._event("function_call_arguments.delta", {"delta": arguments})
        yield self._event("function_call_arguments.done", {"arguments": arguments})
        yield from super().closing(number)


_WRITERS: dict[str, type[_Writer]] = {
    "message": _MessageWriter,
    "reasoning": _ReasoningWriter,
    "function_call": _CallWriter,
}
