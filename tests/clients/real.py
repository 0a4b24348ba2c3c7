"""Real clients: for each the simplest code that reads the text of a stream, and of an answer that is not streamed."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from typing import Any

os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")

import anthropic
import httpx
import httpx_sse
import huggingface_hub
import langchain_openai
import ollama
import openai

from clients import gemini

PROMPT = "say it"
MESSAGES: Any = [{"role": "user", "content": PROMPT}]
KEY: Any = "k"


@dataclass(frozen=True, slots=True)
class Client:
    """One API of one client. `stream` and `whole` take the URL of a served stream and a read timeout in seconds."""

    name: str
    format: str
    stream: Callable[[str, float], Iterator[str]]
    whole: Callable[[str, float], str] | None = None


def _openai(url: str, timeout: float) -> openai.OpenAI:
    return openai.OpenAI(base_url=f"{url}/v1", api_key="k", timeout=timeout)


def completions(url: str, timeout: float) -> Iterator[str]:
    with _openai(url, timeout) as client:
        for chunk in client.completions.create(model="m", prompt=PROMPT, stream=True):
            for choice in chunk.choices:
                yield choice.text


def completion(url: str, timeout: float) -> str:
    with _openai(url, timeout) as client:
        return client.completions.create(model="m", prompt=PROMPT).choices[0].text


def chat(url: str, timeout: float) -> Iterator[str]:
    with _openai(url, timeout) as client:
        for chunk in client.chat.completions.create(model="m", messages=MESSAGES, stream=True):
            for choice in chunk.choices:
                yield choice.delta.content or ""


def chat_whole(url: str, timeout: float) -> str:
    with _openai(url, timeout) as client:
        return client.chat.completions.create(model="m", messages=MESSAGES).choices[0].message.content or ""


def chat_async(url: str, timeout: float) -> Iterator[str]:
    async def ask() -> AsyncIterator[str]:
        async with openai.AsyncOpenAI(base_url=f"{url}/v1", api_key="k", timeout=timeout) as client:
            async for chunk in await client.chat.completions.create(model="m", messages=MESSAGES, stream=True):
                for choice in chunk.choices:
                    yield choice.delta.content or ""

    with asyncio.Runner() as runner:
        texts = ask()
        while (text := runner.run(_next(texts))) is not None:
            yield text


async def _next(texts: AsyncIterator[str]) -> str | None:
    return await anext(texts, None)


def responses(url: str, timeout: float) -> Iterator[str]:
    with _openai(url, timeout) as client:
        for event in client.responses.create(model="m", input=PROMPT, stream=True):
            yield from _response_text(event)


def responses_stream(url: str, timeout: float) -> Iterator[str]:
    with _openai(url, timeout) as client, client.responses.stream(model="m", input=PROMPT) as stream:
        incomplete = False
        for event in stream:
            incomplete = incomplete or event.type == "response.incomplete"
            yield from _response_text(event)
        if not incomplete:
            stream.get_final_response()


def _response_text(event: Any) -> Iterator[str]:
    """The SDK gives failures as events, and leaves it to the script to raise."""
    match event.type:
        case "response.output_text.delta":
            yield event.delta
        case "response.failed":
            raise RuntimeError(event.response.error.message)
        case "error":
            raise RuntimeError(event.message)


def response(url: str, timeout: float) -> str:
    with _openai(url, timeout) as client:
        answer = client.responses.create(model="m", input=PROMPT)
        if answer.error is not None:
            raise RuntimeError(answer.error.message)
        return answer.output_text


def _anthropic(url: str, timeout: float) -> anthropic.Anthropic:
    return anthropic.Anthropic(base_url=url, api_key="k", timeout=timeout)


def messages_raw(url: str, timeout: float) -> Iterator[str]:
    with _anthropic(url, timeout) as client:
        for event in client.messages.create(model="m", max_tokens=64, messages=MESSAGES, stream=True):
            if event.type == "content_block_delta" and event.delta.type == "text_delta":
                yield event.delta.text


def messages_stream(url: str, timeout: float) -> Iterator[str]:
    with (
        _anthropic(url, timeout) as client,
        client.messages.stream(model="m", max_tokens=64, messages=MESSAGES) as stream,
    ):
        yield from stream.text_stream
        stream.get_final_message()


def message(url: str, timeout: float) -> str:
    with _anthropic(url, timeout) as client:
        answer = client.messages.create(model="m", max_tokens=64, messages=MESSAGES)
        return "".join(block.text for block in answer.content if block.type == "text")


def generate(url: str, timeout: float) -> Iterator[str]:
    with ollama.Client(host=url, timeout=timeout) as client:
        for part in client.generate(model="m", prompt=PROMPT, stream=True):
            yield part.response


def generate_whole(url: str, timeout: float) -> str:
    with ollama.Client(host=url, timeout=timeout) as client:
        return str(client.generate(model="m", prompt=PROMPT).response)


def ollama_chat(url: str, timeout: float) -> Iterator[str]:
    with ollama.Client(host=url, timeout=timeout) as client:
        for part in client.chat(model="m", messages=MESSAGES, stream=True):
            yield part.message.content or ""


def ollama_chat_whole(url: str, timeout: float) -> str:
    with ollama.Client(host=url, timeout=timeout) as client:
        return client.chat(model="m", messages=MESSAGES).message.content or ""


def text_generation(url: str, timeout: float) -> Iterator[str]:
    with huggingface_hub.InferenceClient(model=url, token="k", timeout=timeout) as client:  # noqa: S106
        yield from client.text_generation(PROMPT, stream=True)


def text_generation_whole(url: str, timeout: float) -> str:
    with huggingface_hub.InferenceClient(model=url, token="k", timeout=timeout) as client:  # noqa: S106
        return str(client.text_generation(PROMPT))


def hf_chat(url: str, timeout: float) -> Iterator[str]:
    with huggingface_hub.InferenceClient(base_url=f"{url}/v1", token="k", timeout=timeout) as client:  # noqa: S106
        for chunk in client.chat_completion(MESSAGES, stream=True):
            for choice in chunk.choices:
                yield choice.delta.content or ""


def hf_chat_whole(url: str, timeout: float) -> str:
    with huggingface_hub.InferenceClient(base_url=f"{url}/v1", token="k", timeout=timeout) as client:  # noqa: S106
        return client.chat_completion(MESSAGES).choices[0].message.content or ""


def lc_openai(url: str, timeout: float) -> Iterator[str]:
    yield from langchain_openai.OpenAI(base_url=f"{url}/v1", api_key=KEY, model="m", timeout=timeout).stream(PROMPT)


def lc_openai_whole(url: str, timeout: float) -> str:
    return langchain_openai.OpenAI(base_url=f"{url}/v1", api_key=KEY, model="m", timeout=timeout).invoke(PROMPT)


def lc_chat_openai(url: str, timeout: float) -> Iterator[str]:
    model = langchain_openai.ChatOpenAI(base_url=f"{url}/v1", api_key=KEY, model="m", timeout=timeout)
    for chunk in model.stream(PROMPT):
        yield str(chunk.content)


def lc_chat_openai_whole(url: str, timeout: float) -> str:
    model = langchain_openai.ChatOpenAI(base_url=f"{url}/v1", api_key=KEY, model="m", timeout=timeout)
    return str(model.invoke(PROMPT).content)


def _lc_responses(url: str, timeout: float) -> langchain_openai.ChatOpenAI:
    return langchain_openai.ChatOpenAI(
        base_url=f"{url}/v1", api_key=KEY, model="m", timeout=timeout, use_responses_api=True
    )


def lc_responses(url: str, timeout: float) -> Iterator[str]:
    for chunk in _lc_responses(url, timeout).stream(PROMPT):
        yield str(chunk.text)


def lc_responses_whole(url: str, timeout: float) -> str:
    return str(_lc_responses(url, timeout).invoke(PROMPT).text)


def gemini_stream(url: str, timeout: float) -> Iterator[str]:
    yield from map(gemini.text, gemini.chunks(url, timeout, {"contents": gemini.contents(PROMPT)}))


def gemini_whole(url: str, timeout: float) -> str:
    return gemini.text(gemini.answer(url, timeout, {"contents": gemini.contents(PROMPT)}))


def sse(url: str, timeout: float) -> Iterator[str]:
    """httpx-sse yields only events. The strict loop around it is part of this script and requires the terminator."""
    body = {"model": "m", "prompt": PROMPT, "stream": True}
    with (
        httpx.Client(timeout=timeout) as client,
        httpx_sse.connect_sse(client, "POST", f"{url}/v1/completions", json=body) as source,
    ):
        source.response.raise_for_status()
        for event in source.iter_sse():
            if event.data == "[DONE]":
                return
            chunk = json.loads(event.data)
            if "error" in chunk:
                raise RuntimeError(chunk["error"]["message"])
            for choice in chunk["choices"]:
                yield choice["text"]
    raise RuntimeError("no [DONE]")


CLIENTS = {
    client.name: client
    for client in (
        Client("openai completions", "openai-completions", completions, completion),
        Client("openai chat", "openai-chat", chat, chat_whole),
        Client("openai chat async", "openai-chat", chat_async),
        Client("openai responses", "openai-responses", responses, response),
        Client("openai responses.stream()", "openai-responses", responses_stream),
        Client("anthropic raw", "anthropic-messages", messages_raw),
        Client("anthropic stream()", "anthropic-messages", messages_stream, message),
        Client("ollama generate", "ollama-generate", generate, generate_whole),
        Client("ollama chat", "ollama-chat", ollama_chat, ollama_chat_whole),
        Client("hf text_generation", "tgi", text_generation, text_generation_whole),
        Client("hf chat", "openai-chat", hf_chat, hf_chat_whole),
        Client("lc OpenAI", "openai-completions", lc_openai, lc_openai_whole),
        Client("lc ChatOpenAI", "openai-chat", lc_chat_openai, lc_chat_openai_whole),
        Client("lc ChatOpenAI responses", "openai-responses", lc_responses, lc_responses_whole),
        Client("gemini over httpx", "gemini", gemini_stream, gemini_whole),
        Client("httpx-sse", "openai-completions", sse),
    )
}
