"""Ollama's chat API: POST /api/chat."""

from typing import Any

from llm_conformance.simulator.formats.chat_messages import chat_prompt
from llm_conformance.simulator.formats.format import Format
from llm_conformance.simulator.formats.ollama import NDJSON, Json, OllamaRequest, fail, refuse


def _with_text(text: str) -> Json:
    return {"message": {"role": "assistant", "content": text}}


def _read(body: dict[str, Any]) -> OllamaRequest:
    return OllamaRequest.read(body, chat_prompt(body), "content", _with_text, {})


OLLAMA_CHAT = Format("ollama-chat", {"/api/chat": {}}, NDJSON, _read, refuse, fail)
