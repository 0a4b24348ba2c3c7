"""The base of defects on Gemini's API: the client of the reference, with another request and parser."""

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import reduce
from operator import add
from typing import Any

from llm_reference import (
    AIMessage,
    AIMessageChunk,
    BaseMessage,
    ChatGeneration,
    ChatGenerationChunk,
    ChatResult,
    Runnable,
    ToolMessage,
)
from llm_reference.messages.chunk import message_chunk_to_message
from llm_reference.messages.tool_call import ToolCallChunk, tool_call_chunk
from llm_reference.models.openai.answer import ProviderAnswer, request_body
from llm_reference.models.tool import openai_tool
from llm_zoo.bases.chat_adapter import ChatWireAdapter

Json = dict[str, Any]
_MODES = {"auto": "AUTO", "none": "NONE", "any": "ANY", "required": "ANY"}


class GeminiAnswer(ProviderAnswer[ChatGenerationChunk]):
    """An answer of Gemini's API, which is always streamed. Its chunks end with the body: none of them is the end."""

    def __init__(self, status: int, headers: Mapping[str, str], secret: str | None) -> None:
        super().__init__(status, headers, secret)
        self._reason: str | None = None
        self._calls = 0

    def result(self, body: bytes) -> ChatResult:
        """The whole answer, from the body of the stream."""
        chunks = [chunk.message for chunk in self.feed(body)]
        self.end()
        return ChatResult([ChatGeneration(message_chunk_to_message(reduce(add, chunks)))])

    def feed(self, packet: bytes) -> Iterator[ChatGenerationChunk]:
        """The chunks that end in this packet."""
        for event in self._decoder.feed(packet):
            yield self._chunk(self._parsed(event.data))

    def end(self) -> None:
        """Raise IncompleteAnswerError if no chunk had a finish reason."""
        if self._reason is None:
            raise self.incomplete("the stream ended without a finish reason")

    def _chunk(self, data: Json) -> ChatGenerationChunk:
        try:
            parts = self._parts(data)
            chunk = AIMessageChunk(
                "".join("" + part["text"] for part in parts if self._is_text(part)),
                additional_kwargs=self._beside(parts),
                tool_call_chunks=[self._call(part["functionCall"]) for part in parts if "functionCall" in part],
                usage_metadata=self._usage(data),
                response_metadata=self._end_of(data),
            )
        except (AttributeError, IndexError, KeyError, TypeError):
            raise self._error(f"expected candidates, got {self._excerpt(str(data))}") from None
        return ChatGenerationChunk(message=chunk)

    def _parts(self, data: Json) -> list[Json]:
        """The parts of the candidate. A chunk may have none, and no candidate."""
        found: list[Json] = self._candidate(data).get("content", {}).get("parts") or []
        return found

    def _candidate(self, data: Json) -> Json:
        found: Json = (data.get("candidates") or [{}])[0]
        return found

    def _is_text(self, part: Json) -> bool:
        return "text" in part and not part.get("thought")

    def _beside(self, parts: list[Json]) -> Json:
        """What is kept beside the text: thoughts."""
        thoughts = "".join(part["text"] for part in parts if part.get("thought"))
        return {"reasoning_content": thoughts} if thoughts else {}

    def _call(self, call: Json) -> ToolCallChunk:
        """A call, which is whole."""
        self._calls += 1
        arguments = json.dumps(call.get("args") or {})
        return tool_call_chunk(name=call["name"], args=arguments, id=call["id"], index=self._calls - 1)

    def _usage(self, data: Json) -> Any:
        """The usage of the last chunk alone: those before it have the usage so far."""
        counts = data.get("usageMetadata")
        if counts is None or self._reason_of(data) is None:
            return None
        thoughts = counts.get("thoughtsTokenCount", 0)
        asked, answered = counts.get("promptTokenCount", 0), counts.get("candidatesTokenCount", 0) + thoughts
        return {
            "input_tokens": asked,
            "output_tokens": answered,
            "total_tokens": asked + answered,
            "input_token_details": {"cache_read": counts.get("cachedContentTokenCount", 0)},
            "output_token_details": {"reasoning": thoughts},
        }

    def _reason_of(self, data: Json) -> str | None:
        """Why the answer ends, or why the prompt is blocked; None for a chunk before the end."""
        reason: str | None = self._candidate(data).get("finishReason") or data.get("promptFeedback", {}).get(
            "blockReason"
        )
        return reason

    def _end_of(self, data: Json) -> Json:
        if (reason := self._reason_of(data)) is None:
            return {}
        self._reason = reason
        return {"finish_reason": reason, "model_name": data["modelVersion"]}


class GeminiChatAdapter(ChatWireAdapter):
    """Calls the provider of chat at `url`, and asks it for thoughts. Without overrides a conforming model."""

    _begins = ""
    _path = "/v1beta/models/m:streamGenerateContent?alt=sse"
    _reads: Any = GeminiAnswer

    @property
    def _llm_type(self) -> str:
        return "gemini"

    def bind_tools(self, tools: Sequence[Any], *, tool_choice: Any = None, **kwargs: Any) -> Runnable[Any, AIMessage]:
        """Bind tools. `tool_choice` is the name of one, "any" for at least one, "auto" or "none"."""
        functions = [openai_tool(tool)["function"] for tool in tools]
        more: Json = {}
        if tool_choice is not None:
            mode = _MODES.get(tool_choice)
            allowed = {} if mode else {"allowedFunctionNames": [tool_choice]}
            more = {"toolConfig": {"functionCallingConfig": {"mode": mode or "ANY", **allowed}}}
        return self.bind(tools=[{"functionDeclarations": functions}], **more, **kwargs)

    def _headers(self) -> dict[str, str]:
        return {"Content-Type": "application/json", "X-Goog-Api-Key": str(self.api_key)}

    def _body(self, messages: list[BaseMessage], stop: list[str] | None, extra: Json) -> bytes:
        config = {"stopSequences": [word for word in stop or () if word] or None, "temperature": self.temperature}
        system = [{"text": message.text} for message in messages if message.type == "system"]
        return request_body(
            {
                "contents": [_content(message) for message in messages if message.type != "system"],
                "systemInstruction": {"parts": system} if system else None,
                "generationConfig": {
                    "thinkingConfig": {"includeThoughts": True},
                    **{key: value for key, value in config.items() if value is not None},
                },
                **{key: value for key, value in extra.items() if key not in ("stream", "stream_options")},
            }
        )


def _content(message: BaseMessage) -> Json:
    parts: list[Json] = [{"text": message.text}] if message.text else []
    if isinstance(message, ToolMessage):
        # The API finds the call by its id, and wants a name all the same.
        response = {"name": message.tool_call_id, "id": message.tool_call_id, "response": {"output": message.text}}
        return {"role": "user", "parts": [{"functionResponse": response}]}
    if isinstance(message, AIMessage):
        parts += [
            {"functionCall": {"id": call["id"], "name": call["name"], "args": call["args"]}}
            for call in message.tool_calls
        ]
        return {"role": "model", "parts": parts}
    return {"role": "user", "parts": parts}
