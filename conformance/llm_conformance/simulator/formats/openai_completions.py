"""OpenAI's completions API, as OpenAI and vLLM serve it: POST /v1/completions."""

from typing import Any

from llm_conformance.simulator.formats.format import Format, StreamEncoding
from llm_conformance.simulator.formats.openai import ApiShape, Json, OpenAIRequest, fail
from llm_conformance.simulator.formats.openai_error import refuse
from llm_conformance.simulator.formats.parameter import texts
from llm_conformance.simulator.provider_error import ProviderError


def _choice(index: int, text: str | None, reason: str | None) -> Json:
    return {"index": index, "text": text or "", "logprobs": None, "finish_reason": reason}


_SHAPE = ApiShape(
    prefix="cmpl",
    kind="text_completion",
    chunk_kind="text_completion",
    key="text",
    opening=None,
    chunk=_choice,
    whole=_choice,
)


def _read(body: dict[str, Any]) -> OpenAIRequest:
    if not (prompts := texts(body, "prompt")):
        raise ProviderError(400, "'prompt' is missing", "prompt")
    return OpenAIRequest.read(_SHAPE, body, prompts)


OPENAI_COMPLETIONS = Format(
    "openai-completions", {"/v1/completions": {}}, StreamEncoding.SSE, _read, refuse, fail, base="/v1"
)
