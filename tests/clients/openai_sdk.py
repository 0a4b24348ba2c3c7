"""What the simplest code on OpenAI's SDK reads, of chat completions and of responses."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any

import openai

from clients.reading import MESSAGES, Call, Reading, function_tools, names_of
from llm_fixtures import Golden


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
