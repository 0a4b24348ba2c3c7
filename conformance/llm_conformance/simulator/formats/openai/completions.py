"""OpenAI's completions API, as OpenAI and vLLM serve it: POST /v1/completions."""

from typing import Any

from llm_conformance.simulator.formats.asked import TEXT
from llm_conformance.simulator.formats.completion import Completion
from llm_conformance.simulator.formats.format import Format, StreamEncoding
from llm_conformance.simulator.formats.openai.api import ApiShape, Delta, Json, OpenAIRequest, fail
from llm_conformance.simulator.formats.openai.error import refuse
from llm_conformance.simulator.formats.parameter import texts
from llm_conformance.simulator.provider_error import ProviderError


def _chunk(index: int, delta: Delta | None, reason: str | None) -> Json:
    return {"index": index, "text": delta or "", "logprobs": None, "finish_reason": reason}


def _whole(index: int, completion: Completion, reason: str | None) -> Json:
    return _chunk(index, completion.text, reason)


_SHAPE = ApiShape(
    prefix="cmpl",
    kind="text_completion",
    chunk_kind="text_completion",
    speaks=TEXT,
    details=False,
    key="text",
    opening=None,
    deltas=Completion.texts,
    chunk=_chunk,
    whole=_whole,
)


def _read(body: dict[str, Any]) -> OpenAIRequest:
    if not (prompts := texts(body, "prompt")):
        raise ProviderError(400, "'prompt' is missing", "prompt")
    return OpenAIRequest.read(_SHAPE, body, prompts)


OPENAI_COMPLETIONS = Format(
    "openai-completions", {"/v1/completions": {}}, StreamEncoding.SSE, _read, refuse, fail, base="/v1"
)
