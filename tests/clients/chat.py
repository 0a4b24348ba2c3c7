"""Real clients of chat APIs: what the simplest code on each SDK reads of an answer, streamed and not."""

from __future__ import annotations

import json
from typing import Any

import anthropic
import ollama
import openai

from clients import gemini
from clients.anthropic_sdk import anthropic_stream, anthropic_whole
from clients.openai_sdk import openai_stream, openai_whole, responses_stream, responses_whole
from clients.reading import MESSAGES, Call, ChatClient, Reading, function_tools, names_of
from llm_fixtures import Golden


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
