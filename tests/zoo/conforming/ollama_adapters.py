"""Clients of Ollama's chat API."""

from llm_zoo.bases.ollama import OllamaChatAdapter

__all__ = ["OllamaChatAdapter"]
