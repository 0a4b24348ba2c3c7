"""Ollama's generate API: POST /api/generate."""

from typing import Any

from llm_conformance.simulator.formats.format import Format
from llm_conformance.simulator.formats.ollama.api import NDJSON, Json, OllamaRequest, OllamaShape, fail, refuse
from llm_conformance.simulator.formats.parameter import optional


def _with_text(text: str) -> Json:
    return {"response": text}


_SHAPE = OllamaShape("response", _with_text, {"context": [1, 2]})


def _read(body: dict[str, Any]) -> OllamaRequest:
    return OllamaRequest.read(body, optional(body, "prompt", str, default=""), _SHAPE)


OLLAMA_GENERATE = Format("ollama-generate", {"/api/generate": {}}, NDJSON, _read, refuse, fail)
