"""OpenAI's chat completions API without the network: messages become a request, and its answer becomes chunks."""

import json
from collections.abc import Sequence
from typing import Any

from llm_reference.messages.chunk import AIMessageChunk, message_chunk_to_message
from llm_reference.messages.generation import ChatGeneration, ChatGenerationChunk, ChatResult
from llm_reference.messages.message import AIMessage, BaseMessage, ToolMessage
from llm_reference.messages.tool_call import ToolCallChunk, tool_call_chunk
from llm_reference.messages.usage import UsageMetadata
from llm_reference.models.openai.answer import ProviderAnswer

_ROLES = {"human": "user", "ai": "assistant", "AIMessageChunk": "assistant"}


def request_messages(messages: Sequence[BaseMessage]) -> list[dict[str, Any]]:
    """Return the messages as the API takes them."""
    return [_request_message(message) for message in messages]


def _request_message(message: BaseMessage) -> dict[str, Any]:
    request: dict[str, Any] = {"role": _ROLES.get(message.type, message.type), "content": message.content}
    if isinstance(message, ToolMessage):
        request["tool_call_id"] = message.tool_call_id
    if isinstance(message, AIMessage):
        # The API does not take blocks such as "thinking" in an answer of the model.
        request["content"] = message.text
        whole = [(call["id"], call["name"], json.dumps(call["args"])) for call in message.tool_calls]
        broken = [(call["id"], call["name"], call["args"]) for call in message.invalid_tool_calls]
        calls = [
            {"id": call_id, "type": "function", "function": {"name": name, "arguments": arguments}}
            for call_id, name, arguments in (*whole, *broken)
        ]
        if calls:
            request["tool_calls"] = calls
    return request


class ChatAnswer(ProviderAnswer[ChatGenerationChunk]):
    """An answer of the chat completions API.

    The usage is reported once, at the end. Some providers send it with each object, and the last one counts.
    """

    _usage: UsageMetadata | None = None
    _id: str | None = None

    def result(self, body: bytes) -> ChatResult:
        """Return the answer that is not streamed."""
        data = self._object(body)
        chunk = self._chunk(data, key="message") if data.get("choices") else None
        last = self._last_chunk()
        if chunk is None:
            raise self._error("expected a completion with a choice, got one without")
        whole = chunk + last
        return ChatResult([ChatGeneration(message_chunk_to_message(whole.message), whole.generation_info)])

    def _chunk(self, data: dict[str, Any], key: str = "delta") -> ChatGenerationChunk | None:
        try:
            self._usage = _usage(data["usage"]) if data.get("usage") else self._usage
            self._id = data.get("id") or self._id
            for choice in data.get("choices") or ():
                if not choice.get("index"):
                    return self._part(choice.get(key) or {}, choice.get("finish_reason"), data.get("model"))
        except (AttributeError, KeyError, TypeError):
            raise self._error(f"expected choices with messages, got {self._excerpt(str(data))}") from None
        return None

    def _part(self, part: dict[str, Any], finish_reason: str | None, model: str | None) -> ChatGenerationChunk:
        """The chunk for a part of a message, or for the whole one."""
        # Providers send reasoning under one of two names. `"" +` raises TypeError for anything but a text.
        others = {
            "reasoning_content": "" + (part.get("reasoning_content") or part.get("reasoning") or ""),
            "refusal": "" + (part.get("refusal") or ""),
        }
        message = AIMessageChunk(
            "" + (part.get("content") or ""),
            id=self._id,
            additional_kwargs={name: text for name, text in others.items() if text},
            tool_call_chunks=[_fragment(place, call) for place, call in enumerate(part.get("tool_calls") or ())],
        )
        info = {"finish_reason": finish_reason, "model_name": model} if finish_reason else None
        return ChatGenerationChunk(message=message, generation_info=info)

    def _last_chunk(self) -> ChatGenerationChunk:
        last = AIMessageChunk("", id=self._id, usage_metadata=self._usage, chunk_position="last")
        return ChatGenerationChunk(message=last)


def _fragment(place: int, call: dict[str, Any]) -> ToolCallChunk:
    """A fragment of a call. A whole answer, and some providers, do not number the calls."""
    function, index = call.get("function") or {}, call.get("index")
    arguments = "" + (function.get("arguments") or "")
    index = place if index is None else index
    return tool_call_chunk(name=function.get("name"), args=arguments, id=call.get("id"), index=index)


def _usage(usage: dict[str, Any]) -> UsageMetadata:
    asked, answered = usage["prompt_tokens"], usage.get("completion_tokens") or 0
    metadata: UsageMetadata = {
        "input_tokens": asked,
        "output_tokens": answered,
        "total_tokens": usage.get("total_tokens") or asked + answered,
    }
    if (cached := (usage.get("prompt_tokens_details") or {}).get("cached_tokens")) is not None:
        metadata["input_token_details"] = {"cache_read": cached}
    if (reasoning := (usage.get("completion_tokens_details") or {}).get("reasoning_tokens")) is not None:
        metadata["output_token_details"] = {"reasoning": reasoning}
    return metadata
