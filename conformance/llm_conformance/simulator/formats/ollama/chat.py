"""Ollama's chat API: POST /api/chat."""

from collections.abc import Iterator
from typing import Any

from llm_conformance.simulator.formats.asked import CALLS, TEXT, Asked
from llm_conformance.simulator.formats.chat_messages import chat_prompt
from llm_conformance.simulator.formats.completion import Completion
from llm_conformance.simulator.formats.format import Format
from llm_conformance.simulator.formats.function_tools import tool_names
from llm_conformance.simulator.formats.json_object import json_object
from llm_conformance.simulator.formats.ollama.api import NDJSON, Delta, Json, OllamaRequest, OllamaShape, fail, refuse
from llm_conformance.simulator.formats.parameter import mistyped, unknown
from llm_fixtures import Reasoning, Token, WholeCall

# There is no text of a refusal, and reasoning is neither signed nor encrypted.
_SPEAKS = TEXT | CALLS | {Reasoning.type}
_LEVELS = ("low", "medium", "high")


def _message(fields: Json) -> Json:
    return {"message": {"role": "assistant", "content": "", **fields}}


def _with_text(text: str) -> Json:
    return _message({"content": text})


def _deltas(completion: Completion) -> Iterator[tuple[int, Delta]]:
    """A call is sent whole, when its last part and those of the calls before it are there.

    A call that is cut off is never sent.
    """
    last_parts, calls, due = completion.last_parts, completion.calls, 0
    for number, piece, text in completion.parts:
        if isinstance(piece, Token):
            yield number, text
        elif isinstance(piece, Reasoning):
            yield number, _message({"thinking": piece.text})
        while due < len(calls) and last_parts[due] <= number:
            if (call := _call(due, calls[due])) is not None:
                yield number, _message({"tool_calls": [call]})
            due += 1


def _whole(completion: Completion) -> Json:
    fields: Json = {"content": completion.text}
    if thinking := completion.reasoning:
        fields["thinking"] = thinking
    calls = [_call(index, call) for index, call in enumerate(completion.calls)]
    if whole := [call for call in calls if call is not None]:
        fields["tool_calls"] = whole
    return _message(fields)


def _call(index: int, call: WholeCall) -> Json | None:
    if (arguments := json_object(call.arguments)) is None:
        return None
    return {"id": call.id, "function": {"index": index, "name": call.name, "arguments": arguments}}


def _asked(body: Json) -> Asked:
    """What a request asks for. Raises ProviderError with the name of an invalid parameter."""
    return Asked(tools=tool_names(body), reasoning=_think(body), response_format=_response_format(body))


def _think(body: Json) -> bool:
    match body.get("think"):
        case None:
            return False
        case bool() as think:
            return think
        case str() as level:
            if level not in _LEVELS:
                raise unknown("think", _LEVELS, level)
            return True
        case other:
            raise mistyped("think", "a boolean or a string", other)


def _response_format(body: Json) -> str:
    match body.get("format"):
        case None | "":
            return "text"
        case "json":
            return "json_object"
        case str() as other:
            raise unknown("format", ("json",), other)
        case dict():
            return "json_schema"
        case other:
            raise mistyped("format", "'json' or an object", other)


_SHAPE = OllamaShape("content", _with_text, {}, speaks=_SPEAKS, deltas=_deltas, whole=_whole)


def _read(body: dict[str, Any]) -> OllamaRequest:
    prompt = chat_prompt(body)
    return OllamaRequest.read(body, prompt.text, _SHAPE, _asked(body), prompt.asked_before)


OLLAMA_CHAT = Format("ollama-chat", {"/api/chat": {}}, NDJSON, _read, refuse, fail, speaks=_SPEAKS)
