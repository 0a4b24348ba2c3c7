"""What a provider says of its models: the pages that clients read before, or instead of, a request for an answer.

They are the same below `/<golden>/<fault>`, and faults do not change them. The model of every list is `m`, but a model
of any name has its page.
"""

import json
import re
from typing import Any
from urllib.parse import unquote

from llm_conformance.simulator.actions import Answer, Event
from llm_conformance.simulator.formats.json_bytes import json_bytes
from llm_conformance.simulator.http.request import Head

Json = dict[str, Any]

PAGES = (
    "GET /v1/models",
    "GET /v1/models/<model>",
    "GET /v1beta/models",
    "GET /v1beta/models/<model>",
    "POST /v1beta/models/<model>:countTokens",
    "GET /api/tags",
    "GET /api/ps",
    "GET /api/version",
    "POST /api/show",
    "GET /info",
    "GET /health",
)
_MODEL = "m"
_CREATED = 1_700_000_000
_CREATED_TEXT = "2023-11-14T22:13:20Z"
_OPENAI = re.compile(r"/(?:v1|openai)/models(?:/(.+))?$")
_GEMINI = re.compile(r"/v1(?:alpha|beta)\d*/models(?:/([^:]+))?$")
_COUNT = re.compile(r"/models/[^/]+:countTokens$")
_OLLAMA = re.compile(r"/api/(tags|ps|version|show)$")
_TGI = re.compile(r"(?:^|/)(info|health)$")
_DETAILS: Json = {
    "parent_model": "",
    "format": "gguf",
    "family": "simulated",
    "families": ["simulated"],
    "parameter_size": "1B",
    "quantization_level": "F16",
}


def model_page(head: Head, body: Any) -> Answer | None:
    """The page at this path; None if there is none, so that the request is for an answer."""
    if head.method == "POST" and _COUNT.search(head.path):
        return _page({"totalTokens": len(json.dumps(body, ensure_ascii=False).split())})
    if head.method == "POST":
        shown = (found := _OLLAMA.search(head.path)) is not None and found[1] == "show"
        return _show(body) if shown else None
    return _read_page(head) if head.method == "GET" else None


def _read_page(head: Head) -> Answer | None:
    if found := _OPENAI.search(head.path):
        form = _anthropic if "anthropic-version" in head.headers else _openai
        return _page(form(None if found[1] is None else unquote(found[1])))
    if found := _GEMINI.search(head.path):
        return _page(_gemini(None if found[1] is None else unquote(found[1])))
    if found := _OLLAMA.search(head.path):
        return _page(_ollama(found[1])) if found[1] != "show" else None
    if found := _TGI.search(head.path):
        return _page(_INFO) if found[1] == "info" else Answer(200, (), ())
    return None


def _openai(name: str | None) -> Json:
    model = {"id": name or _MODEL, "object": "model", "created": _CREATED, "owned_by": "simulator"}
    return {"object": "list", "data": [model]} if name is None else model


def _anthropic(name: str | None) -> Json:
    id_ = name or _MODEL
    model = {"type": "model", "id": id_, "display_name": id_, "created_at": _CREATED_TEXT, "lifecycle": "active"}
    return {"data": [model], "has_more": False, "first_id": id_, "last_id": id_} if name is None else model


def _gemini(name: str | None) -> Json:
    model = {
        "name": f"models/{name or _MODEL}",
        "version": "001",
        "displayName": name or _MODEL,
        "inputTokenLimit": 32_768,
        "outputTokenLimit": 8192,
        "supportedGenerationMethods": ["generateContent"],
        "thinking": True,
    }
    return {"models": [model]} if name is None else model


def _ollama(page: str) -> Json:
    model = {"name": _MODEL, "model": _MODEL, "size": 1, "digest": "0" * 64, "details": _DETAILS}
    match page:
        case "tags":
            return {"models": [{**model, "modified_at": _CREATED_TEXT}]}
        case "ps":
            return {"models": [{**model, "expires_at": _CREATED_TEXT, "size_vram": 1}]}
        case _:
            return {"version": "0.12.0"}


def _show(body: Any) -> Answer:
    name = body.get("model") or body.get("name") if isinstance(body, dict) else None
    if not isinstance(name, str):
        return _page({"error": "'model' is missing"}, 400)
    return _page(
        {
            "modelfile": f"FROM {name}",
            "parameters": "",
            "template": "{{ .Prompt }}",
            "details": _DETAILS,
            "model_info": {"general.architecture": "simulated", "simulated.context_length": 32_768},
            "capabilities": ["completion", "tools", "thinking"],
            "modified_at": _CREATED_TEXT,
        }
    )


_INFO: Json = {
    "model_id": _MODEL,
    "model_pipeline_tag": "text-generation",
    "max_concurrent_requests": 128,
    "max_input_tokens": 32_767,
    "max_total_tokens": 32_768,
    "version": "3.3.6",
    "router": "text-generation-router",
}


def _page(document: Json, status: int = 200) -> Answer:
    return Answer(status, (("Content-Type", "application/json"),), (Event(json_bytes(document)),))
