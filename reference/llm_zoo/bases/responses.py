"""The base of defects on OpenAI's responses API: the client of the reference, with another request and parser."""

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
from llm_reference.messages.tool_call import tool_call_chunk
from llm_reference.models.openai.answer import ProviderAnswer, request_body
from llm_reference.models.tool import openai_tool
from llm_zoo.bases.chat_adapter import ChatWireAdapter

Json = dict[str, Any]
# What comes in deltas, and the field that has the whole of it at the end.
_WHOLE = {
    "output_text": "text",
    "refusal": "refusal",
    "reasoning_summary_text": "text",
    "function_call_arguments": "arguments",
}
_ROLES = {"human": "user", "ai": "assistant", "AIMessageChunk": "assistant"}


class ResponsesAnswer(ProviderAnswer[ChatGenerationChunk]):
    """An answer of the responses API. The index of a call is that of its item; what is no text is beside the text."""

    def __init__(self, status: int, headers: Mapping[str, str], secret: str | None) -> None:
        super().__init__(status, headers, secret)
        self._id: str | None = None
        self._begun: set[tuple[str, int | None]] = set()

    def result(self, body: bytes) -> ChatResult:
        """The answer that is not streamed."""
        data = self._object(body)
        try:
            self._id = data["id"]
            chunks = [self._of_item(index, item) for index, item in enumerate(data["output"])]
            whole = self._text("") + chunks + self._ended(data)
        except (AttributeError, KeyError, TypeError):
            raise self._unexpected(data) from None
        return ChatResult([ChatGeneration(message_chunk_to_message(whole))])

    def feed(self, packet: bytes) -> Iterator[ChatGenerationChunk]:
        """The chunks that end in this packet of a stream. An event that ends the response sets `complete`."""
        for event in self._decoder.feed(packet):
            if self.complete:
                return
            yield from map(_generation, self._chunks(self._parsed(event.data)))

    def end(self) -> None:
        """Raise IncompleteAnswerError if no event ended the response."""
        if not self.complete:
            raise self.incomplete("the stream ended without the end of its response")

    def _chunk(self, data: Json) -> ChatGenerationChunk | None:
        raise NotImplementedError

    def _chunks(self, data: Json) -> list[AIMessageChunk]:
        try:
            return self._of_event(data)
        except (AttributeError, KeyError, TypeError):
            raise self._unexpected(data) from None

    def _of_event(self, event: Json) -> list[AIMessageChunk]:
        name, _, step = event["type"].removeprefix("response.").rpartition(".")
        if name in _WHOLE:
            return self._of_part(name, step, event)
        match event["type"]:
            case "response.created":
                self._id = event["response"]["id"]
            case "response.output_item.added" if event["item"]["type"] == "function_call":
                return [self._call(event["output_index"], event["item"], "")]
            case "response.completed" | "response.incomplete":
                self.complete = True
                return [self._ended(event["response"])]
            case "response.failed" | "error":
                raise self._error(f"the provider failed: {self._excerpt(str(event.get('message', event)))}")
        return []

    def _of_part(self, name: str, step: str, event: Json) -> list[AIMessageChunk]:
        """A delta, or the whole of what some servers send without deltas."""
        place = (event["item_id"], event.get("content_index"))
        if step == "delta":
            self._begun.add(place)
        elif place in self._begun:
            return []
        part = "" + event["delta" if step == "delta" else _WHOLE[name]]
        match name:
            case "output_text":
                return [self._text(part)]
            case "function_call_arguments":
                return [self._call(event["output_index"], {}, part)]
        return [self._beside("refusal" if name == "refusal" else "reasoning_content", part)]

    def _of_item(self, index: int, item: Json) -> AIMessageChunk:
        """An item of a whole response."""
        match item["type"]:
            case "function_call":
                return self._call(index, item, item["arguments"])
            case "reasoning":
                return self._beside("reasoning_content", "".join(part["text"] for part in item["summary"]))
        refusal = "".join(part["refusal"] for part in item["content"] if part["type"] == "refusal")
        text = "".join(part["text"] for part in item["content"] if part["type"] == "output_text")
        return self._beside("refusal", refusal) if refusal else self._text(text)

    def _text(self, text: str) -> AIMessageChunk:
        return AIMessageChunk(text, id=self._id)

    def _beside(self, name: str, text: str) -> AIMessageChunk:
        return AIMessageChunk("", id=self._id, additional_kwargs={name: text} if text else {})

    def _call(self, index: int, item: Json, arguments: str) -> AIMessageChunk:
        fragment = tool_call_chunk(name=item.get("name"), args=arguments, id=item.get("call_id"), index=index)
        return AIMessageChunk("", id=self._id, tool_call_chunks=[fragment])

    def _ended(self, response: Json) -> AIMessageChunk:
        """The last chunk: the usage, and the reason of the end."""
        details = response["incomplete_details"] or {}
        return AIMessageChunk(
            "",
            id=self._id,
            usage_metadata=usage_metadata(response["usage"]),
            response_metadata={
                "finish_reason": details.get("reason") or response["status"],
                "model_name": response["model"],
            },
            chunk_position="last",
        )

    def _unexpected(self, data: Json) -> Exception:
        return self._error(f"expected a response, got {self._excerpt(str(data))}")


def usage_metadata(usage: Json) -> Any:
    """Usage in LangChain's form."""
    return {
        "input_tokens": usage["input_tokens"],
        "output_tokens": usage["output_tokens"],
        "total_tokens": usage["total_tokens"],
        "input_token_details": {"cache_read": usage["input_tokens_details"]["cached_tokens"]},
        "output_token_details": {"reasoning": usage["output_tokens_details"]["reasoning_tokens"]},
    }


class ResponsesChatAdapter(ChatWireAdapter):
    """Calls the provider of responses at `url`, and asks it for reasoning. Without overrides a conforming model."""

    _begins = ""
    _path = "/v1/responses"
    _reads: Any = ResponsesAnswer

    @property
    def _llm_type(self) -> str:
        return "openai-responses"

    def bind_tools(self, tools: Sequence[Any], *, tool_choice: Any = None, **kwargs: Any) -> Runnable[Any, AIMessage]:
        """Bind tools, which are flat in this API."""
        flat = [{"type": "function", **openai_tool(tool)["function"]} for tool in tools]
        if tool_choice == "any":
            tool_choice = "required"
        elif isinstance(tool_choice, str) and tool_choice not in ("auto", "none", "required"):
            tool_choice = {"type": "function", "name": tool_choice}
        return self.bind(tools=flat, tool_choice=tool_choice, **kwargs)

    def _body(self, messages: list[BaseMessage], stop: list[str] | None, extra: Json) -> bytes:
        if any(stop or ()):
            raise ValueError("stop: the responses API has no stop texts")
        return request_body(
            {
                "model": self.model,
                "max_output_tokens": self.max_tokens,
                "input": [item for message in messages for item in _items(message)],
                "reasoning": {"summary": "auto"},
                **{key: value for key, value in extra.items() if key != "stream_options"},
            }
        )


def _generation(message: AIMessageChunk) -> ChatGenerationChunk:
    return ChatGenerationChunk(message=message)


def _items(message: BaseMessage) -> Iterator[Json]:
    """The items of a message: its calls are items of their own."""
    if isinstance(message, ToolMessage):
        yield {"type": "function_call_output", "call_id": message.tool_call_id, "output": message.text}
        return
    if message.text or not isinstance(message, AIMessage):
        yield {"role": _ROLES.get(message.type, message.type), "content": message.text}
    for call in message.tool_calls if isinstance(message, AIMessage) else ():
        arguments = json.dumps(call["args"])
        yield {"type": "function_call", "call_id": call["id"], "name": call["name"], "arguments": arguments}
