"""Clients of a chat completions API."""

from llm_zoo.bases.chat_adapter import ChatWireAdapter

__all__ = ["ChatWireAdapter"]
