"""The base of defects on Anthropic's messages API: the client of the reference, with another request and parser."""

import json
from collections.abc import Iterator, Mapping, Sequence
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
# Of a message that is sent back, the blocks that the API takes as they are.
_SENT_BACK = ("text", "thinking", "redacted_thinking")


class AnthropicAnswer(ProviderAnswer[ChatGenerationChunk]):
    """An answer of the messages API. The content is a list of blocks; calls are in the fragments alone."""

    def __init__(self, status: int, headers: Mapping[str, str], secret: str | None) -> None:
        super().__init__(status, headers, secret)
        self._id: str | None = None
        self._model: str | None = None
        self._usage: Json = {}

    def result(self, body: bytes) -> ChatResult:
        """The answer that is not streamed."""
        data = self._object(body)
        try:
            chunks = [self._begun(data)]
            chunks += [self._of_block(place, block) for place, block in enumerate(data["content"])]
            chunks.append(self._ended(data, data["usage"]))
        except (AttributeError, KeyError, TypeError):
            raise self._unexpected(data) from None
        whole = chunks[0] + chunks[1:]
        return ChatResult([ChatGeneration(message_chunk_to_message(whole))])

    def feed(self, packet: bytes) -> Iterator[ChatGenerationChunk]:
        """The chunks that end in this packet of a stream. `message_stop` sets `complete`."""
        for event in self._decoder.feed(packet):
            if self.complete:
                return
            if (chunk := self._chunk(self._parsed(event.data))) is not None:
                yield chunk

    def end(self) -> None:
        """Raise IncompleteAnswerError if there was no `message_stop`."""
        if not self.complete:
            raise self.incomplete("the stream ended without its message_stop")

    def _chunk(self, data: Json) -> ChatGenerationChunk | None:
        try:
            chunk = self._of_event(data)
        except (AttributeError, KeyError, TypeError):
            raise self._unexpected(data) from None
        return None if chunk is None else ChatGenerationChunk(message=chunk)

    def _of_event(self, event: Json) -> AIMessageChunk | None:
        match event["type"]:
            case "message_start":
                return self._begun(event["message"])
            case "content_block_start":
                return self._of_opening(event["index"], event["content_block"])
            case "content_block_delta":
                return self._of_delta(event["index"], event["delta"])
            case "message_delta":
                return self._ended(event["delta"], event["usage"])
            case "message_stop":
                self.complete = True
        return None

    def _begun(self, message: Json) -> AIMessageChunk:
        self._id, self._model, self._usage = message["id"], message["model"], message["usage"]
        return self._blocks([])

    def _of_opening(self, index: int, block: Json) -> AIMessageChunk:
        """A block begins. The input of a call, which is `{}` here, comes in deltas."""
        if block["type"] == "tool_use":
            return self._call(tool_call_chunk(name=block["name"], args="", id=block["id"], index=index))
        return self._of_block(index, block)

    def _of_delta(self, index: int, delta: Json) -> AIMessageChunk:
        match delta["type"]:
            case "input_json_delta":
                return self._call(tool_call_chunk(args="" + delta["partial_json"], index=index))
            case "text_delta":
                return self._of_text(index, "" + delta["text"])
            case "thinking_delta":
                return self._of_thought(index, "" + delta["thinking"])
            case "signature_delta":
                return self._of_signature(index, delta["signature"])
        return self._blocks([])

    def _of_block(self, index: int, block: Json) -> AIMessageChunk:
        """A block of a whole answer, or one that begins."""
        if block["type"] == "tool_use":
            arguments = json.dumps(block["input"])
            return self._call(tool_call_chunk(name=block["name"], args=arguments, id=block["id"], index=index))
        return self._blocks([{**block, "index": index}])

    def _of_text(self, index: int, text: str) -> AIMessageChunk:
        return self._blocks([{"type": "text", "text": text, "index": index}])

    def _of_thought(self, index: int, text: str) -> AIMessageChunk:
        return self._blocks([{"type": "thinking", "thinking": text, "index": index}])

    def _of_signature(self, index: int, signature: str) -> AIMessageChunk:
        return self._blocks([{"type": "thinking", "signature": signature, "index": index}])

    def _ended(self, end: Json, usage: Json) -> AIMessageChunk:
        """The last chunk. `usage` may be that of the answer alone, if the beginning had that of the prompt."""
        reason = {"stop_reason": end["stop_reason"]} if end["stop_reason"] else {}
        return AIMessageChunk(
            [],
            id=self._id,
            usage_metadata=usage_metadata({**self._usage, **usage}),
            response_metadata={**reason, "model_name": self._model},
            chunk_position="last",
        )

    def _blocks(self, blocks: list[str | Json]) -> AIMessageChunk:
        return AIMessageChunk(blocks, id=self._id)

    def _call(self, fragment: ToolCallChunk) -> AIMessageChunk:
        return AIMessageChunk([], id=self._id, tool_call_chunks=[fragment])

    def _unexpected(self, data: Json) -> Exception:
        return self._error(f"expected a message, got {self._excerpt(str(data))}")


def usage_metadata(usage: Json) -> Any:
    """Usage in LangChain's form: cached tokens of the prompt are a part of its tokens."""
    cached, details = usage.get("cache_read_input_tokens") or 0, usage.get("output_tokens_details") or {}
    asked = usage["input_tokens"] + cached + (usage.get("cache_creation_input_tokens") or 0)
    return {
        "input_tokens": asked,
        "output_tokens": usage["output_tokens"],
        "total_tokens": asked + usage["output_tokens"],
        "input_token_details": {"cache_read": cached},
        "output_token_details": {"reasoning": details["thinking_tokens"]} if details else {},
    }


class AnthropicChatAdapter(ChatWireAdapter):
    """Calls the provider of messages at `url`, and asks it for reasoning. Without overrides a conforming model."""

    _begins = ""
    _path = "/v1/messages"
    _reads: Any = AnthropicAnswer

    max_tokens: int | None = 4096

    @property
    def _llm_type(self) -> str:
        return "anthropic-chat"

    def bind_tools(self, tools: Sequence[Any], *, tool_choice: Any = None, **kwargs: Any) -> Runnable[Any, AIMessage]:
        described = [openai_tool(tool)["function"] for tool in tools]
        named = [
            {"name": one["name"], "description": one.get("description", ""), "input_schema": one["parameters"]}
            for one in described
        ]
        if isinstance(tool_choice, str):
            known = tool_choice in ("auto", "any", "none")
            tool_choice = {"type": tool_choice} if known else {"type": "tool", "name": tool_choice}
        return self.bind(tools=named, tool_choice=tool_choice, **kwargs)

    def _headers(self) -> dict[str, str]:
        version = {"Content-Type": "application/json", "Anthropic-Version": "2023-06-01"}
        return {**version, **({"X-Api-Key": self.api_key} if self.api_key else {})}

    def _body(self, messages: list[BaseMessage], stop: list[str] | None, extra: Json) -> bytes:
        choice = extra.get("tool_choice") or {}
        # A model that must call a tool cannot think before it.
        thinks = choice.get("type", "auto") in ("auto", "none")
        systems = [message.text for message in messages if message.type == "system"]
        return request_body(
            {
                "model": self.model,
                "max_tokens": self.max_tokens,
                "system": "\n".join(systems) or None,
                "messages": [_request_message(message) for message in messages if message.type != "system"],
                "stop_sequences": [word for word in stop or () if word] or None,
                "thinking": {"type": "enabled", "budget_tokens": 1024} if thinks else None,
                **{key: value for key, value in extra.items() if key != "stream_options"},
            }
        )


def _request_message(message: BaseMessage) -> Json:
    if isinstance(message, ToolMessage):
        result = {"type": "tool_result", "tool_use_id": message.tool_call_id, "content": message.text}
        return {"role": "user", "content": [result]}
    if not isinstance(message, AIMessage):
        return {"role": "user", "content": message.content}
    blocks = [{"type": "text", "text": message.content}] if isinstance(message.content, str) else message.content
    kept = [
        {key: value for key, value in block.items() if key != "index"}
        for block in blocks
        if isinstance(block, dict) and block.get("type") in _SENT_BACK and block.get("text") != ""
    ]
    calls = [
        {"type": "tool_use", "id": one["id"], "name": one["name"], "input": one["args"]} for one in message.tool_calls
    ]
    return {"role": "assistant", "content": [*kept, *calls]}
