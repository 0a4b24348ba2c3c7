"""Clients of Anthropic's messages API."""

from llm_zoo.bases.anthropic import AnthropicChatAdapter

__all__ = ["AnthropicChatAdapter"]
