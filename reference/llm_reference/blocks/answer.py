"""The answer so far, as blocks. The sum of its chunks is the message."""

from typing import Any

from llm_reference.blocks.block import Block, CallBlock, block_of
from llm_reference.blocks.event import MessageFinish, MessageStart
from llm_reference.blocks.part import Part, parts
from llm_reference.messages.chunk import AIMessageChunk
from llm_reference.messages.merge import merge_dicts
from llm_reference.messages.message import AIMessage
from llm_reference.messages.usage import UsageMetadata, add_usage

# Names of the protocol, and of `response_metadata`.
_NAMES = {"provider": "model_provider", "model": "model_name"}


class BlockAnswer:
    """What has arrived of an answer.

    It keeps the answer, not the chunks: a long answer takes as much memory as its text.

    id: the id of its message; None before the first chunk.
    complete: whether nothing follows.
    """

    def __init__(self) -> None:
        self.id: str | None = None
        self.blocks: list[Block] = []
        self.complete = False
        self._usage: UsageMetadata | None = None
        self._metadata: dict[str, Any] = {}
        self._kwargs: dict[str, Any] = {}

    def add(self, chunk: AIMessageChunk) -> None:
        """Add the next chunk."""
        self.id = self.id or chunk.id or ""
        for part in parts(chunk):
            block = self._block_of(part)
            if block is None:
                self.blocks.append(block_of(part))
            else:
                block.add(part)
        self._usage = add_usage(self._usage, chunk.usage_metadata)
        for key, value in chunk.response_metadata.items():
            self._metadata[key] = _later(self._metadata.get(key), value)
        # The reasoning is a block.
        others = {key: value for key, value in chunk.additional_kwargs.items() if key != "reasoning_content"}
        if others:
            self._kwargs = merge_dicts(self._kwargs, others)

    def end(self) -> None:
        """Note that nothing follows: every block is whole. Before, a chunk can add to any of them."""
        self.complete = True

    def text(self, key: str) -> str:
        """Return the whole "text" or "reasoning": that of all blocks which have it."""
        return "".join(block.text() for block in self.blocks if block.key == key)

    def calls(self, *, valid: bool = True) -> list[Any]:
        """Return the calls, or those whose arguments are not a JSON object."""
        finished = [block.finish for block in self.blocks if isinstance(block, CallBlock)]
        return [call for call in finished if (call["type"] == "tool_call") is valid]

    @property
    def start(self) -> MessageStart:
        """The first event."""
        event: MessageStart = {"event": "message-start", "role": "ai", "id": self.id or ""}
        named = {name: self._metadata[key] for name, key in _NAMES.items() if key in self._metadata}
        if named:
            event["metadata"] = named
        return event

    @property
    def finish(self) -> MessageFinish:
        """The last event."""
        event: MessageFinish = {"event": "message-finish"}
        if self._usage:
            event["usage"] = {**self._usage}
        if self._metadata:
            event["metadata"] = {**self._metadata}
        if self._kwargs:
            event["additional_kwargs"] = {**self._kwargs}
        return event

    @property
    def message(self) -> AIMessage:
        """The whole message. Its content is the blocks, whatever the content of the chunks was."""
        content: list[Any] = []
        for index, block in enumerate(self.blocks):
            # A message with these blocks can be a chunk of another sum, and calls are not merged there.
            content.append(block.finish if isinstance(block, CallBlock) else {**block.finish, "index": index})
        return AIMessage(
            content or "",
            id=self.id,
            tool_calls=self.calls(),
            invalid_tool_calls=self.calls(valid=False),
            usage_metadata=self._usage,
            response_metadata={**self._metadata, "output_version": "v1"},
            additional_kwargs={**self._kwargs},
        )

    def _block_of(self, part: Part) -> Block | None:
        last = next((block for block in reversed(self.blocks) if not isinstance(block, CallBlock)), None)
        return next((block for block in self.blocks if block.takes(part, is_last=block is last)), None)


def _later(known: Any, value: Any) -> Any:
    """What a provider reports of each token is added up, such as a list of probabilities; a repeated name is not."""
    if isinstance(value, (dict, list)) and type(known) is type(value):
        return merge_dicts({"": known}, {"": value})[""]
    return known if value is None else value
