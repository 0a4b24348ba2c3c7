"""Real clients of chat APIs: what the simplest code on each SDK reads of an answer, streamed and not."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import anthropic
import ollama
import openai

from clients import gemini
from llm_fixtures import Golden

MESSAGES: Any = [{"role": "user", "content": "say it"}]
_MOST_TOKENS = 4096


@dataclass(slots=True)
class Call:
    """A tool call as far as it was read. `arguments` is its JSON text."""

    id: str = ""
    name: str = ""
    arguments: str = ""

    @property
    def valid(self) -> bool:
        """Whether there is a name, and the arguments are a whole JSON object."""
        if not self.name:
            return False
        try:
            return isinstance(json.loads(self.arguments or "{}"), dict)
        except ValueError:
            return False


@dataclass(slots=True)
class Reading:
    """What was read before the end, or before the error."""

    text: str = ""
    reasoning: list[str] = field(default_factory=list)
    signatures: list[str] = field(default_factory=list)
    redacted: list[str] = field(default_factory=list)
    refusal: str = ""
    calls: dict[int, Call] = field(default_factory=dict)
    finish: str | None = None
    usage: Any = None
    error: Exception | None = None

    @property
    def valid_calls(self) -> list[tuple[str, str, Any]]:
        """Id, name and arguments of the calls whose arguments are whole."""
        return [(call.id, call.name, json.loads(call.arguments or "{}")) for call in self.calls.values() if call.valid]


@dataclass(frozen=True, slots=True)
class ChatClient:
    """One SDK. Each function reads into a `Reading`, with the tools of the golden stream bound, if it has any."""

    format: str
    errors: tuple[type[Exception], ...]
    stream: Callable[[str, float, Golden, Reading], None]
    whole: Callable[[str, float, Golden, Reading], None]

    def read(self, url: str, timeout: float, golden: Golden, *, streamed: bool) -> Reading:
        """What is read of the answer at this URL; an error of the SDK ends it."""
        reading = Reading()
        try:
            (self.stream if streamed else self.whole)(url, timeout, golden, reading)
        except self.errors as error:
            reading.error = error
        return reading


def names_of(golden: Golden) -> list[str]:
    """The names of the tools that the answer calls, each once."""
    return list(dict.fromkeys(call.name for call in golden.calls))


def function_tools(names: Iterable[str]) -> Any:
    """The tools of these names in OpenAI's form; None if there are none, as an SDK leaves the parameter out."""
    functions = ({"name": name, "parameters": {"type": "object"}} for name in names)
    return [{"type": "function", "function": function} for function in functions] or None


def response_tools(names: Iterable[str]) -> Any:
    """The tools of these names in the form of OpenAI's responses API."""
    return [{"type": "function", "name": name, "parameters": {"type": "object"}, "strict": False} for name in names]


# One for all tests: a client loads certificates when it is made.
@cache
def _openai_client() -> openai.OpenAI:
    return openai.OpenAI(base_url="http://127.0.0.1", api_key="k", max_retries=0)


def _openai(url: str, timeout: float) -> openai.OpenAI:
    return _openai_client().with_options(base_url=f"{url}/v1", timeout=timeout)


def _openai_arguments(golden: Golden) -> Any:
    tools = function_tools(names_of(golden))
    return {"model": "m", "messages": MESSAGES, **({"tools": tools} if tools else {})}


def openai_stream(url: str, timeout: float, golden: Golden, reading: Reading) -> None:
    options: Any = {"stream": True, "stream_options": {"include_usage": True}}
    for chunk in _openai(url, timeout).chat.completions.create(**_openai_arguments(golden), **options):
        reading.usage = chunk.usage or reading.usage
        for choice in chunk.choices or ():
            add_openai(reading, choice.delta)
            reading.finish = choice.finish_reason or reading.finish


def add_openai(reading: Reading, delta: Any) -> None:
    reading.text += delta.content or ""
    reading.refusal += delta.refusal or ""
    if thought := getattr(delta, "reasoning_content", None) or getattr(delta, "reasoning", None):
        reading.reasoning = ["".join([*reading.reasoning, thought])]
    for part in delta.tool_calls or ():
        call = reading.calls.setdefault(getattr(part, "index", len(reading.calls)), Call())
        call.id += part.id or ""
        call.name += part.function.name or ""
        call.arguments += part.function.arguments or ""


def openai_whole(url: str, timeout: float, golden: Golden, reading: Reading) -> None:
    answer = _openai(url, timeout).chat.completions.create(**_openai_arguments(golden))
    add_openai(reading, answer.choices[0].message)
    reading.finish, reading.usage = answer.choices[0].finish_reason, answer.usage


def _responses_arguments(golden: Golden) -> Any:
    tools = response_tools(names_of(golden))
    return {"model": "m", "input": MESSAGES, "reasoning": {"summary": "auto"}, **({"tools": tools} if tools else {})}


def responses_stream(url: str, timeout: float, golden: Golden, reading: Reading) -> None:
    for event in _openai(url, timeout).responses.create(**_responses_arguments(golden), stream=True):
        add_response_event(reading, event)


def responses_helper(url: str, timeout: float, golden: Golden, reading: Reading) -> None:
    """The helper of the SDK, which adds up the deltas, and requires `response.completed` for the whole response."""
    with _openai(url, timeout).responses.stream(**_responses_arguments(golden)) as stream:
        for event in stream:
            add_response_event(reading, event)
        if reading.finish == "completed":
            reading.usage = stream.get_final_response().usage


def add_response_event(reading: Reading, event: Any) -> None:
    match event.type:
        case "response.output_text.delta":
            reading.text += event.delta
        case "response.refusal.delta":
            reading.refusal += event.delta
        case "response.reasoning_summary_text.done":
            reading.reasoning.append(event.text)
        case "response.output_item.added" if event.item.type == "function_call":
            reading.calls[event.output_index] = Call(event.item.call_id, event.item.name)
        case "response.function_call_arguments.delta":
            reading.calls[event.output_index].arguments += event.delta
        case "response.function_call_arguments.done":
            reading.calls[event.output_index].arguments = event.arguments
        case "response.output_item.done" if event.item.type == "reasoning":
            _add_encrypted(reading, event.item)
        case "response.completed" | "response.incomplete" | "response.failed":
            _end_response(reading, event.response)
        case "error":
            raise ValueError(event.message)


def _add_encrypted(reading: Reading, item: Any) -> None:
    if item.encrypted_content:
        reading.signatures.append(item.encrypted_content)


def _end_response(reading: Reading, response: Any) -> None:
    if response.error is not None:
        raise ValueError(response.error.message)
    details = response.incomplete_details
    reading.finish, reading.usage = details.reason if details else response.status, response.usage


def responses_whole(url: str, timeout: float, golden: Golden, reading: Reading) -> None:
    add_response(reading, _openai(url, timeout).responses.create(**_responses_arguments(golden)))


def add_response(reading: Reading, response: Any) -> None:
    for index, item in enumerate(response.output):
        match item.type:
            case "function_call":
                reading.calls[index] = Call(item.call_id, item.name, item.arguments)
            case "reasoning":
                reading.reasoning += [part.text for part in item.summary]
                _add_encrypted(reading, item)
            case "message":
                reading.text += "".join(part.text for part in item.content if part.type == "output_text")
                reading.refusal += "".join(part.refusal for part in item.content if part.type == "refusal")
    _end_response(reading, response)


@cache
def _anthropic_client() -> anthropic.Anthropic:
    return anthropic.Anthropic(base_url="http://127.0.0.1", api_key="k", max_retries=0)


def _anthropic(url: str, timeout: float) -> anthropic.Anthropic:
    return _anthropic_client().with_options(base_url=url, timeout=timeout)


def _anthropic_arguments(golden: Golden) -> Any:
    tools = [{"name": name, "input_schema": {"type": "object"}} for name in names_of(golden)]
    return {
        "model": "m",
        "messages": MESSAGES,
        "max_tokens": _MOST_TOKENS,
        "thinking": {"type": "enabled", "budget_tokens": 1024},
        **({"tools": tools} if tools else {}),
    }


def anthropic_stream(url: str, timeout: float, golden: Golden, reading: Reading) -> None:
    for event in _anthropic(url, timeout).messages.create(**_anthropic_arguments(golden), stream=True):
        match event.type:
            case "content_block_start":
                begin_block(reading, event.index, event.content_block)
            case "content_block_delta":
                add_to_block(reading, event.index, event.delta)
            case "message_delta":
                reading.finish, reading.usage = event.delta.stop_reason, event.usage


def begin_block(reading: Reading, index: int, block: Any) -> None:
    match block.type:
        case "tool_use":
            reading.calls[index] = Call(block.id, block.name)
        case "thinking":
            reading.reasoning.append(block.thinking)
            reading.signatures.append(block.signature)
        case "redacted_thinking":
            reading.redacted.append(block.data)


def add_to_block(reading: Reading, index: int, delta: Any) -> None:
    match delta.type:
        case "text_delta":
            reading.text += delta.text
        case "thinking_delta":
            reading.reasoning[-1] += delta.thinking
        case "signature_delta":
            reading.signatures[-1] += delta.signature
        case "input_json_delta":
            reading.calls[index].arguments += delta.partial_json


def anthropic_whole(url: str, timeout: float, golden: Golden, reading: Reading) -> None:
    answer = _anthropic(url, timeout).messages.create(**_anthropic_arguments(golden))
    add_blocks(reading, answer.content)
    reading.finish, reading.usage = answer.stop_reason, answer.usage


def add_blocks(reading: Reading, blocks: Iterable[Any]) -> None:
    for index, block in enumerate(blocks):
        begin_block(reading, index, block)
        if block.type == "text":
            reading.text += block.text
        elif block.type == "tool_use":
            reading.calls[index].arguments = json.dumps(block.input)


def ollama_stream(url: str, timeout: float, golden: Golden, reading: Reading) -> None:
    with ollama.Client(host=url, timeout=timeout, verify=False) as client:
        tools = function_tools(names_of(golden))
        for part in client.chat(model="m", messages=MESSAGES, tools=tools, think=True, stream=True):
            add_ollama(reading, part)


def ollama_whole(url: str, timeout: float, golden: Golden, reading: Reading) -> None:
    with ollama.Client(host=url, timeout=timeout, verify=False) as client:
        tools = function_tools(names_of(golden))
        add_ollama(reading, client.chat(model="m", messages=MESSAGES, tools=tools, think=True))


def add_ollama(reading: Reading, part: Any) -> None:
    reading.text += part.message.content or ""
    if thought := part.message.thinking:
        reading.reasoning = ["".join([*reading.reasoning, thought])]
    for call in part.message.tool_calls or ():
        # Its type has no id.
        arguments = json.dumps(dict(call.function.arguments))
        reading.calls[len(reading.calls)] = Call("", call.function.name, arguments)
    if part.done:
        reading.finish, reading.usage = part.done_reason, part


def _gemini_body(golden: Golden) -> Any:
    declarations = [{"name": name} for name in names_of(golden)]
    return {
        "contents": gemini.contents("say it"),
        "generationConfig": {"thinkingConfig": {"includeThoughts": True}},
        **({"tools": [{"functionDeclarations": declarations}]} if declarations else {}),
    }


def gemini_stream(url: str, timeout: float, golden: Golden, reading: Reading) -> None:
    for chunk in gemini.chunks(url, timeout, _gemini_body(golden)):
        add_gemini(reading, chunk)


def gemini_whole(url: str, timeout: float, golden: Golden, reading: Reading) -> None:
    add_gemini(reading, gemini.answer(url, timeout, _gemini_body(golden)))


def add_gemini(reading: Reading, chunk: Any) -> None:
    for part in gemini.parts(chunk):
        if signature := part.get("thoughtSignature"):
            reading.signatures.append(signature)
        if call := part.get("functionCall"):
            arguments = json.dumps(call["args"])
            reading.calls[len(reading.calls)] = Call(call["id"], call["name"], arguments)
        elif part.get("thought"):
            reading.reasoning = ["".join([*reading.reasoning, part["text"]])]
        else:
            reading.text += part["text"]
    reading.finish = gemini.finish(chunk) or reading.finish
    reading.usage = chunk.get("usageMetadata") or reading.usage


def _errors(*own: type[Exception]) -> tuple[type[Exception], ...]:
    import httpx  # noqa: PLC0415
    import httpx2  # noqa: PLC0415

    return (*own, httpx.HTTPError, httpx2.HTTPError, ValueError, AttributeError, TypeError)


CHAT_CLIENTS = {
    client.format: client
    for client in (
        ChatClient("openai-chat", _errors(openai.OpenAIError), openai_stream, openai_whole),
        ChatClient("openai-responses", _errors(openai.OpenAIError), responses_stream, responses_whole),
        ChatClient("anthropic-messages", _errors(anthropic.AnthropicError), anthropic_stream, anthropic_whole),
        ChatClient("gemini", _errors(gemini.GeminiError), gemini_stream, gemini_whole),
        ChatClient("ollama-chat", _errors(ollama.ResponseError), ollama_stream, ollama_whole),
    )
}
