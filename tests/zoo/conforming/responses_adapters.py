"""Clients of OpenAI's responses API."""

from llm_zoo.bases.responses import ResponsesChatAdapter

__all__ = ["ResponsesChatAdapter"]
