"""OpenAI's chat completions API, which most other providers offer too: POST /v1/chat/completions."""

from collections.abc import Iterator
from typing import Any

from llm_conformance.simulator.formats.asked import CALLS, TEXT
from llm_conformance.simulator.formats.chat_messages import chat_prompt
from llm_conformance.simulator.formats.completion import Completion
from llm_conformance.simulator.formats.format import Format, StreamEncoding
from llm_conformance.simulator.formats.function_tools import asked_of_openai
from llm_conformance.simulator.formats.openai.api import ApiShape, Delta, Json, OpenAIRequest, fail
from llm_conformance.simulator.formats.openai.error import refuse
from llm_fixtures import Reasoning, Refusal, Token, ToolArguments, ToolCall, WholeCall

# A signature, and reasoning that is encrypted, have no place in this format.
_SPEAKS = TEXT | CALLS | {Reasoning.type, Refusal.type}


def _opening(index: int, completion: Completion) -> Json:
    content = "" if completion.has_text or not completion.parts else None
    delta = {"role": "assistant", "content": content, "refusal": None}
    return {"index": index, "delta": delta, "logprobs": None, "finish_reason": None}


def _deltas(completion: Completion) -> Iterator[tuple[int, Delta]]:
    last_parts = completion.last_parts
    whole = completion.dialect.calls == "whole"
    last_call = max(last_parts.values(), default=None)
    for number, piece, text in completion.parts:
        match piece:
            case Token():
                yield number, text
            case Reasoning(text=thought):
                yield number, {completion.dialect.reasoning: thought}
            case Refusal(text=refusal):
                yield number, {"refusal": refusal}
            case ToolCall() | ToolArguments() if whole:
                if number == last_call:
                    calls = [{"index": place, **_whole_call(call)} for place, call in enumerate(completion.calls)]
                    yield number, {"tool_calls": calls}
            case ToolCall(index, id_, name):
                # A call without arguments has no part, and the arguments of a call must be JSON.
                function = {"name": name, "arguments": "{}" if last_parts[index] == number else ""}
                call = {"index": index, "id": id_, "type": "function", "function": function}
                yield number, {"tool_calls": [call]}
            case ToolArguments(index, arguments):
                yield number, {"tool_calls": [{"index": index, "function": {"arguments": arguments}}]}


def _chunk(index: int, delta: Delta | None, reason: str | None) -> Json:
    fields = {"content": delta} if isinstance(delta, str) else delta or {}
    return {"index": index, "delta": fields, "logprobs": None, "finish_reason": reason}


def _whole(index: int, completion: Completion, reason: str | None) -> Json:
    content = completion.text if completion.has_text or not completion.parts else None
    message: Json = {"role": "assistant", "content": content, "refusal": completion.refusal or None}
    if calls := [_whole_call(call) for call in completion.calls]:
        message["tool_calls"] = calls
    if reasoning := completion.reasoning:
        message[completion.dialect.reasoning] = reasoning
    return {"index": index, "message": message, "logprobs": None, "finish_reason": reason}


def _whole_call(call: WholeCall) -> Json:
    return {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": call.arguments}}


_SHAPE = ApiShape(
    prefix="chatcmpl",
    kind="chat.completion",
    chunk_kind="chat.completion.chunk",
    speaks=_SPEAKS,
    details=True,
    key="content",
    opening=_opening,
    deltas=_deltas,
    chunk=_chunk,
    whole=_whole,
)


def _read(body: dict[str, Any]) -> OpenAIRequest:
    prompt = chat_prompt(body)
    return OpenAIRequest.read(_SHAPE, body, (prompt.text,), asked_of_openai(body), prompt.asked_before)


OPENAI_CHAT = Format(
    "openai-chat", {"/v1/chat/completions": {}}, StreamEncoding.SSE, _read, refuse, fail, base="/v1", speaks=_SPEAKS
)
