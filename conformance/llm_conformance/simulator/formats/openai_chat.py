"""OpenAI's chat completions API, which most other providers offer too: POST /v1/chat/completions."""

from typing import Any

from llm_conformance.simulator.formats.chat_messages import chat_prompt
from llm_conformance.simulator.formats.format import Format, StreamEncoding
from llm_conformance.simulator.formats.openai import ApiShape, Json, OpenAIRequest, fail
from llm_conformance.simulator.formats.openai_error import refuse


def _opening(index: int) -> Json:
    delta = {"role": "assistant", "content": "", "refusal": None}
    return {"index": index, "delta": delta, "logprobs": None, "finish_reason": None}


def _chunk(index: int, text: str | None, reason: str | None) -> Json:
    delta = {} if text is None else {"content": text}
    return {"index": index, "delta": delta, "logprobs": None, "finish_reason": reason}


def _whole(index: int, text: str, reason: str | None) -> Json:
    message = {"role": "assistant", "content": text, "refusal": None}
    return {"index": index, "message": message, "logprobs": None, "finish_reason": reason}


_SHAPE = ApiShape(
    prefix="chatcmpl",
    kind="chat.completion",
    chunk_kind="chat.completion.chunk",
    key="content",
    opening=_opening,
    chunk=_chunk,
    whole=_whole,
)


def _read(body: dict[str, Any]) -> OpenAIRequest:
    return OpenAIRequest.read(_SHAPE, body, (chat_prompt(body),))


OPENAI_CHAT = Format("openai-chat", {"/v1/chat/completions": {}}, StreamEncoding.SSE, _read, refuse, fail, base="/v1")
