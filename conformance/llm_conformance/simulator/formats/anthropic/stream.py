"""The events of the content blocks of a stream in Anthropic's form, one block after another."""

from collections.abc import Iterator, Sequence
from typing import Any

from llm_conformance.simulator.actions import Event
from llm_conformance.simulator.formats.anthropic.blocks import UNSIGNED, Block, blocks_of
from llm_conformance.simulator.formats.anthropic.event import event, named
from llm_conformance.simulator.formats.asked import Part
from llm_conformance.simulator.formats.in_turn import in_turn
from llm_conformance.simulator.formats.json_bytes import JsonTemplate
from llm_fixtures import Reasoning, Signature, ToolArguments


def block_events(parts: Sequence[Part]) -> Iterator[Event]:
    """The events of all blocks. Each event of a piece has the number of a piece."""
    blocks, indexes = blocks_of(parts)
    writers = [_BlockWriter(index, block) for index, block in enumerate(blocks)]
    for turn in in_turn(parts, indexes, [block.last for block in blocks]):
        yield from writers[turn.block].events(turn.parts, turn.number)
        if turn.last:
            yield from writers[turn.block].closing()


class _BlockWriter:
    """Writes the events of one block."""

    def __init__(self, index: int, block: Block) -> None:
        self._index = index
        self._block = block
        self._begun = False
        self._text = JsonTemplate(self._delta({"type": "text_delta", "text": ""}), "text")

    def events(self, parts: Sequence[Part], number: int) -> Iterator[Event]:
        """The events of these pieces, sent at the piece with this number."""
        if not self._begun:
            self._begun = True
            yield from self._opening(number)
        for _, piece, text in parts:
            match piece:
                case ToolArguments(text=arguments):
                    yield self._event({"type": "input_json_delta", "partial_json": arguments}, number)
                case Reasoning(text=thought):
                    yield self._event({"type": "thinking_delta", "thinking": thought}, number)
                case Signature(signature):
                    yield self._event({"type": "signature_delta", "signature": signature}, number)
                case _ if self._block.kind == "text":
                    yield named("content_block_delta", self._text.filled(text), number)

    def closing(self) -> Iterator[Event]:
        """The events that end the block."""
        if self._block.unsigned:
            yield self._event({"type": "signature_delta", "signature": UNSIGNED})
        yield event("content_block_stop", {"index": self._index})

    def _opening(self, number: int) -> Iterator[Event]:
        # The beginning of a call, and an encrypted block, are pieces themselves.
        carried = None if self._block.kind in ("text", "thinking") else number
        fields = {"index": self._index, "content_block": self._block.opening}
        yield event("content_block_start", fields, carried)
        if self._index == 0:
            yield event("ping", {})
        if self._block.kind == "tool_use":
            yield self._event({"type": "input_json_delta", "partial_json": ""})

    def _event(self, delta: dict[str, Any], number: int | None = None) -> Event:
        data = self._delta(delta)
        return event(data.pop("type"), data, number)

    def _delta(self, delta: dict[str, Any]) -> dict[str, Any]:
        return {"type": "content_block_delta", "index": self._index, "delta": delta}
