"""A chunk of a model's message. The sum of the chunks is the message."""

from collections.abc import Iterable, Sequence
from dataclasses import KW_ONLY, dataclass, field, fields
from functools import reduce
from json import dumps
from typing import Any, ClassVar, Literal

from llm_reference.messages.merge import merge_content, merge_dicts, merge_lists
from llm_reference.messages.message import AIMessage
from llm_reference.messages.tool_call import ToolCallChunk, parsed_calls, tool_call_chunk, without_type
from llm_reference.messages.usage import UsageMetadata, add_usage


@dataclass(slots=True, repr=False)
class AIMessageChunk(AIMessage):
    """What a chat model's stream yields.

    tool_call_chunks: fragments of calls. `tool_calls` and `invalid_tool_calls` are what they amount to.
    chunk_position: "last" in the last chunk of a stream, and in a sum that contains it.
    """

    type: ClassVar[str] = "AIMessageChunk"

    _: KW_ONLY
    tool_call_chunks: list[ToolCallChunk] = field(default_factory=list)
    chunk_position: Literal["last"] | None = None

    def __post_init__(self) -> None:
        """Parse the fragments. Without fragments, make one of each whole call."""
        AIMessage.__post_init__(self)
        if self.tool_call_chunks:
            self.tool_call_chunks = [tool_call_chunk(**without_type(chunk)) for chunk in self.tool_call_chunks]
            complete = self.chunk_position == "last"
            self.tool_calls, self.invalid_tool_calls = parsed_calls(self.tool_call_chunks, complete=complete)
            return
        whole = [
            tool_call_chunk(name=call["name"], args=dumps(call["args"]), id=call["id"]) for call in self.tool_calls
        ]
        calls = self.invalid_tool_calls
        broken = [tool_call_chunk(name=call["name"], args=call["args"], id=call["id"]) for call in calls]
        self.tool_call_chunks = [*whole, *broken]

    @property
    def is_plain(self) -> bool:
        """Whether it has a text and an id, and nothing else. Such chunks can be added in groups."""
        others = self.additional_kwargs, self.response_metadata, self.tool_call_chunks, self.usage_metadata
        return isinstance(self.content, str) and not any(others) and self.chunk_position is None

    def __add__(self, other: Any) -> "AIMessageChunk":
        """Add a chunk, or a list of chunks. The time for a list is linear in their number."""
        chunks = [other] if isinstance(other, AIMessageChunk) else other
        if not isinstance(chunks, Sequence) or not all(isinstance(chunk, AIMessageChunk) for chunk in chunks):
            return NotImplemented
        return _sum([self, *chunks])


def message_chunk_to_message(chunk: AIMessageChunk) -> AIMessage:
    """Return the message of a stream whose chunks add up to this one."""
    return AIMessage(**_shared(chunk))


def message_to_chunk(message: AIMessage) -> AIMessageChunk:
    """Return the only chunk of an answer that is not streamed."""
    return AIMessageChunk(**_shared(message), chunk_position="last")


def _shared(message: AIMessage) -> dict[str, Any]:
    return {each.name: getattr(message, each.name) for each in fields(AIMessage)}


def _sum(chunks: list[AIMessageChunk]) -> AIMessageChunk:
    """The sum of at least one chunk. The fragments of calls are parsed once, when all are there."""
    first, *others = chunks
    fragments = reduce(merge_lists, (chunk.tool_call_chunks for chunk in others), first.tool_call_chunks)
    usages: Iterable[UsageMetadata | None] = (chunk.usage_metadata for chunk in others)
    return type(first)(
        merge_content(first.content, (chunk.content for chunk in others)),
        additional_kwargs=reduce(merge_dicts, (chunk.additional_kwargs for chunk in others), first.additional_kwargs),
        response_metadata=reduce(merge_dicts, (chunk.response_metadata for chunk in others), first.response_metadata),
        tool_call_chunks=fragments,
        usage_metadata=reduce(add_usage, usages, first.usage_metadata),
        id=_best_id(chunk.id for chunk in chunks),
        chunk_position="last" if any(chunk.chunk_position == "last" for chunk in chunks) else None,
    )


def _best_id(ids: Iterable[str | None]) -> str | None:
    """The first id of the provider; else the first id of a run ("lc_run-.."); else the first of all."""
    return min((each for each in ids if each), key=_rank, default=None)


def _rank(message_id: str) -> int:
    if message_id.startswith("lc_run-"):
        return 1
    return 2 if message_id.startswith("lc_") else 0
