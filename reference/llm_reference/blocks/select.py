"""What a reader wants of each event: the event itself, or only the part of one kind that it adds."""

from collections.abc import Callable

from llm_reference.blocks.answer import BlockAnswer
from llm_reference.blocks.block import CallBlock
from llm_reference.blocks.event import Event
from llm_reference.messages.tool_call import ToolCallChunk


def any_event(event: Event) -> Event:
    """Return the event."""
    return event


def part_of(key: str) -> Callable[[Event], str | None]:
    """Return what selects the "text" or the "reasoning" that an event adds."""

    def part(event: Event) -> str | None:
        return event["delta"].get(key) if event["event"] == "content-block-delta" else None

    return part


def fragment_of(answer: BlockAnswer) -> Callable[[Event], ToolCallChunk | None]:
    """Return what selects the fragment of a call that an event adds."""

    def fragment(event: Event) -> ToolCallChunk | None:
        block = answer.blocks[event["index"]] if event["event"] == "content-block-delta" else None
        return block.fragment(event["delta"]["args"]) if isinstance(block, CallBlock) else None  # type: ignore[typeddict-item]

    return fragment
