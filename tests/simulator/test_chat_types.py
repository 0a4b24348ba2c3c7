"""Every event of the golden streams for chat models has the type that the SDK of the provider declares.

A change of a provider's API that reaches its SDK shows here first.
"""

from collections.abc import Iterator
from typing import Any

import anthropic.types
import ollama
import openai.types.chat
import openai.types.responses
import pytest
from pydantic import BaseModel, TypeAdapter

from clients.openai_sdk import response_tools
from clients.reading import function_tools, names_of
from llm_conformance.simulator import FORMATS, Case, Dialect
from llm_fixtures import Golden, golden, names
from simulator.answers import BODY, documents

CHAT = [name for name in names() if name.startswith("chat-")]
# Not declared by OpenAI: they are those of other providers with its API.
REASONING_KEYS = {"reasoning_content", "reasoning"}
# Sent by Ollama, and not in the types of its SDK.
OLLAMA_ONLY = {"id", "index"}
STREAMED: dict[str, TypeAdapter[Any]] = {
    "openai-chat": TypeAdapter(openai.types.chat.ChatCompletionChunk),
    "openai-responses": TypeAdapter(openai.types.responses.ResponseStreamEvent),
    "anthropic-messages": TypeAdapter(anthropic.types.RawMessageStreamEvent),
    "ollama-chat": TypeAdapter(ollama.ChatResponse),
}
WHOLE: dict[str, TypeAdapter[Any]] = {
    "openai-chat": TypeAdapter(openai.types.chat.ChatCompletion),
    "openai-responses": TypeAdapter(openai.types.responses.Response),
    "anthropic-messages": TypeAdapter(anthropic.types.Message),
    "ollama-chat": TypeAdapter(ollama.ChatResponse),
}
DIALECTS = {
    "openai-chat": [
        Dialect(),
        Dialect(usage="with-finish"),
        Dialect(usage="every-chunk"),
        Dialect(reasoning="reasoning"),
        Dialect(reasoning_tokens="excluded"),
        Dialect(calls="whole"),
    ],
    "openai-responses": [Dialect()],
    "anthropic-messages": [Dialect(), Dialect(final_usage="output-only")],
    "ollama-chat": [Dialect()],
}


def ask(form: str, stream: Golden, dialect: Dialect, *, streamed: bool, finish: Any = "own-chunk") -> list[Any]:
    """The JSON documents of the answer to a request for everything that it has."""
    tools = function_tools(names_of(stream))
    bodies: dict[str, Any] = {
        "openai-chat": {"tools": tools},
        "openai-responses": {"tools": response_tools(names_of(stream)), "reasoning": {"summary": "auto"}},
        "anthropic-messages": {
            "tools": [{"name": name, "input_schema": {"type": "object"}} for name in names_of(stream)],
            "thinking": {"type": "adaptive"},
        },
        "ollama-chat": {"tools": tools, "think": True},
    }
    options = {"stream_options": {"include_usage": True}} if streamed and form == "openai-chat" else {}
    request = FORMATS[form].read({**BODY, "stream": streamed, **bodies[form], **options})
    case = Case(nonce="n", golden=stream, format=form, finish=finish, dialect=dialect)
    return documents(request.answer([case], 7))


def undeclared(value: Any, path: str = "") -> Iterator[str]:
    """The fields that a model of an SDK has kept without declaring them."""
    if isinstance(value, BaseModel):
        yield from (f"{path}.{name}" for name in value.model_extra or {})
        for name in type(value).model_fields:
            yield from undeclared(getattr(value, name), f"{path}.{name}")
    elif isinstance(value, list):
        for item in value:
            yield from undeclared(item, path)


def differences(sent: Any, parsed: Any, path: str = "") -> Iterator[str]:
    """The fields that were sent and are not in the parsed form, or are another value there."""
    if isinstance(sent, dict) and isinstance(parsed, dict):
        for key, value in sent.items():
            if key not in parsed:
                yield f"{path}.{key}"
            else:
                yield from differences(value, parsed[key], f"{path}.{key}")
    elif isinstance(sent, list) and isinstance(parsed, list) and len(sent) == len(parsed):
        for one, other in zip(sent, parsed, strict=True):
            yield from differences(one, other, path)
    elif sent != parsed:
        yield f"{path}: {sent!r} is {parsed!r}"


@pytest.mark.parametrize("name", CHAT)
@pytest.mark.parametrize("form", STREAMED)
@pytest.mark.parametrize("finish", ["own-chunk", "with-last-text"])
def test_every_event_of_a_stream_has_its_type(form: str, name: str, finish: Any) -> None:
    for dialect in DIALECTS[form]:
        sent = ask(form, golden(name), dialect, streamed=True, finish=finish)
        for document in (one for one in sent if one.get("type") != "ping"):
            check_type(STREAMED[form], document, form)


@pytest.mark.parametrize("name", CHAT)
@pytest.mark.parametrize("form", WHOLE)
def test_an_answer_that_is_not_streamed_has_its_type(form: str, name: str) -> None:
    for dialect in DIALECTS[form]:
        (document,) = ask(form, golden(name), dialect, streamed=False)
        check_type(WHOLE[form], document, form)


def check_type(adapter: TypeAdapter[Any], document: Any, form: str) -> None:
    parsed = adapter.validate_python(document)
    foreign = {path.rpartition(".")[2] for path in undeclared(parsed)}
    assert foreign <= (REASONING_KEYS if form == "openai-chat" else set())
    lost = list(differences(document, parsed.model_dump(mode="python")))
    if form == "ollama-chat":
        lost = [path for path in lost if path.rpartition(".")[2] not in OLLAMA_ONLY]
    assert lost == []
