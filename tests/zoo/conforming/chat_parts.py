"""Chat models of the reference whose answers have calls, usage, reasoning and metadata: the bases of chat defects."""

from llm_zoo.bases.chat import BlockDefect, ChatDefect
from llm_zoo.chat_blocks import PlainChat, SearchingChat
from llm_zoo.chat_call_fragments import InterleavedCalls
from llm_zoo.chat_reasoning import RefusingChat
from llm_zoo.chat_versions import VersionedChat

__all__ = [
    "BlockDefect",
    "ChatDefect",
    "IgnoresVersions",
    "InterleavedCalls",
    "PlainChat",
    "RefusingChat",
    "SearchingChat",
    "VersionedChat",
]


class IgnoresVersions(BlockDefect):
    """Has a field of that name, which means something else."""

    output_version: str | None = None
