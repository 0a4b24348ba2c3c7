"""Chat models of the reference whose answers have calls, usage, reasoning and metadata: the bases of chat defects."""

from llm_zoo.bases.chat import BlockDefect, ChatDefect
from llm_zoo.chat_blocks import PlainChat, SearchingChat
from llm_zoo.chat_call_fragments import InterleavedCalls
from llm_zoo.chat_reasoning import RefusingChat

__all__ = ["BlockDefect", "ChatDefect", "InterleavedCalls", "PlainChat", "RefusingChat", "SearchingChat"]
