"""The base of defects on Ollama's chat API: the client of the reference, with another request and parser."""

# ruff: noqa: ARG002  # `bind_tools` has the signature of its base

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import uuid4

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
_ROLES = {"human": "user", "system": "system", "tool": "tool"}


class OllamaAnswer(ProviderAnswer[ChatGenerationChunk]):
    """An answer of the chat API: a JSON document in each line. Calls come whole, and are counted here."""

    def __init__(self, status: int, headers: Mapping[str, str], secret: str | None) -> None:
        super().__init__(status, headers, secret)
        self._rest = b""
        self._calls = 0

    def result(self, body: bytes) -> ChatResult:
        """The answer that is not streamed."""
        chunk = self._chunk(self._object(body))
        return ChatResult([ChatGeneration(message_chunk_to_message(chunk.message))])

    def feed(self, packet: bytes) -> Iterator[ChatGenerationChunk]:
        """The chunks of the lines that end in this packet. A line with `done` sets `complete`."""
        *lines, self._rest = (self._rest + packet).split(b"\n")
        for line in lines:
            if line.strip() and not self.complete:
                yield self._chunk(self._object(line))

    def end(self) -> None:
        """Raise IncompleteAnswerError if no line had `done`."""
        if not self.complete:
            raise self.incomplete("the stream ended without a line that is done")

    def _chunk(self, data: Json) -> ChatGenerationChunk:
        try:
            message: Json = data.get("message") or {}
            chunk = AIMessageChunk(
                "" + self._text(message),
                additional_kwargs=self._beside(message),
                tool_call_chunks=self._fragments(message.get("tool_calls") or []),
                **(self._ended(data) if data["done"] else {}),
            )
        except (AttributeError, KeyError, TypeError):
            raise self._error(f"expected a message, got {self._excerpt(str(data))}") from None
        self.complete = data["done"]
        return ChatGenerationChunk(message=chunk)

    def _text(self, message: Json) -> str:
        return message.get("content") or ""

    def _beside(self, message: Json) -> Json:
        """What is kept beside the text: reasoning."""
        return {"reasoning_content": "" + message["thinking"]} if message.get("thinking") else {}

    def _fragments(self, calls: list[Json]) -> list[ToolCallChunk]:
        """The calls of one line. Older servers send no ids."""
        return [self._fragment(call) for call in calls]

    def _fragment(self, call: Json) -> ToolCallChunk:
        function, self._calls = call["function"], self._calls + 1
        identity = call.get("id") or f"call_{uuid4().hex}"
        arguments = self._arguments(function["arguments"])
        return tool_call_chunk(name=function["name"], args=arguments, id=identity, index=self._calls - 1)

    def _arguments(self, arguments: Json) -> str:
        return json.dumps(arguments)

    def _ended(self, data: Json) -> dict[str, Any]:
        """What the last line tells. A count of zero is left out there."""
        asked, answered = data.get("prompt_eval_count", 0), data.get("eval_count", 0)
        return {
            "usage_metadata": {
                "input_tokens": asked,
                "output_tokens": answered,
                "total_tokens": asked + answered,
            },
            "response_metadata": {"done_reason": data.get("done_reason"), "model_name": data["model"]},
            "chunk_position": "last",
        }


class OllamaChatAdapter(ChatWireAdapter):
    """Calls the provider of chat at `url`, and asks it for reasoning. Without overrides a conforming model."""

    _begins = ""
    _path = "/api/chat"
    _reads: Any = OllamaAnswer

    @property
    def _llm_type(self) -> str:
        return "ollama-chat"

    def bind_tools(self, tools: Sequence[Any], *, tool_choice: Any = None, **kwargs: Any) -> Runnable[Any, AIMessage]:
        """Bind tools. This API has no choice among them."""
        return self.bind(tools=[openai_tool(tool) for tool in tools], **kwargs)

    def _body(self, messages: list[BaseMessage], stop: list[str] | None, extra: Json) -> bytes:
        options = {"stop": [word for word in stop or () if word] or None, "temperature": self.temperature}
        return request_body(
            {
                "model": self.model,
                "messages": [_request_message(message) for message in messages],
                "stream": False,
                "think": True,
                "options": {key: value for key, value in options.items() if value is not None},
                **{key: value for key, value in extra.items() if key != "stream_options"},
            }
        )


def _request_message(message: BaseMessage) -> Json:
    request: Json = {"role": _ROLES.get(message.type, "assistant"), "content": message.text}
    if isinstance(message, AIMessage) and message.tool_calls:
        request["tool_calls"] = [
            {"id": call["id"], "function": {"name": call["name"], "arguments": call["args"]}}
            for call in message.tool_calls
        ]
    if isinstance(message, ToolMessage):
        request["tool_call_id"] = message.tool_call_id
    return request
