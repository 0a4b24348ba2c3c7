"""Anthropic's messages API: POST /v1/messages. Every event has a name; the last one is `message_stop`."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from llm_conformance.simulator.actions import Answer, Event
from llm_conformance.simulator.case import Case
from llm_conformance.simulator.formats.anthropic.asked import asked_of_anthropic
from llm_conformance.simulator.formats.anthropic.blocks import blocks_of
from llm_conformance.simulator.formats.anthropic.event import event, named
from llm_conformance.simulator.formats.anthropic.stream import block_events
from llm_conformance.simulator.formats.asked import CALLS, REASONING, TEXT, Asked
from llm_conformance.simulator.formats.chat_messages import chat_prompt
from llm_conformance.simulator.formats.completion import MODEL_FAILED, Completion
from llm_conformance.simulator.formats.format import SSE_HEADERS, Format, StreamEncoding
from llm_conformance.simulator.formats.json_bytes import json_bytes
from llm_conformance.simulator.formats.parameter import optional, required, texts
from llm_conformance.simulator.provider_error import ProviderError
from llm_fixtures import Finish, Usage

_HEADERS = (("Content-Type", "text/event-stream; charset=utf-8"), *SSE_HEADERS[1:])
# This format has a reason for a refusal, but no text of one.
_SPEAKS = TEXT | REASONING | CALLS
_REASONS = {
    Finish.STOP: "end_turn",
    Finish.LENGTH: "max_tokens",
    Finish.TOOL_CALLS: "tool_use",
    Finish.CONTENT_FILTER: "refusal",
}
_KINDS = {
    401: "authentication_error",
    403: "permission_error",
    404: "not_found_error",
    413: "request_too_large",
    429: "rate_limit_error",
    504: "timeout_error",
    529: "overloaded_error",
}
_SERVER_ERROR = 500


@dataclass(frozen=True, slots=True)
class _Messages:
    """A request for a message. `max_tokens` is required and ignored: the golden stream is the whole answer."""

    model: str
    prompts: tuple[str, ...]
    stops: tuple[str, ...]
    stream: bool
    asked: Asked
    asked_before: str | None

    @classmethod
    def read(cls, body: dict[str, Any]) -> "_Messages":
        """The parsed JSON body. Raises ProviderError with the name of the first invalid parameter."""
        required(body, "max_tokens", int)
        if "" in (stops := texts(body, "stop_sequences")):
            raise ProviderError(400, "'stop_sequences' must not be empty", "stop_sequences")
        prompt = chat_prompt(body)
        return cls(
            model=required(body, "model", str),
            prompts=(prompt.text,),
            stops=stops,
            stream=optional(body, "stream", bool, default=False),
            asked=asked_of_anthropic(body),
            asked_before=prompt.asked_before,
        )

    def answer(self, cases: Sequence[Case], serial: int) -> Answer:
        """The golden stream in content blocks."""
        completion = Completion.of(cases[0], self.stops, speaks=_SPEAKS, asked=self.asked)
        request_id = ("Request-Id", f"req_{serial}")
        message = {"id": f"msg_{serial}", "type": "message", "role": "assistant", "model": self.model}
        if self.stream:
            return Answer(200, (*_HEADERS, request_id), tuple(_events(completion, message)), streamed=True)
        if completion.failed:
            return _refuse(MODEL_FAILED, serial)
        blocks, _ = blocks_of(completion.parts)
        content = [block.whole for block in blocks if block.whole is not None]
        usage = {"usage": _final_usage(completion.usage)}
        body = json_bytes({**message, "content": content, **_reason(completion), **usage})
        return Answer(200, (("Content-Type", "application/json"), request_id), (Event(body, token=0, end=True),))


def _events(completion: Completion, message: dict[str, Any]) -> Iterator[Event]:
    """Ignores the finish style: in this format the stop reason always has a separate event."""
    empty: dict[str, Any] = {"content": [], "stop_reason": None, "stop_sequence": None}
    usage, sent = completion.usage, completion.usage.completion
    start = {**_input_usage(usage), "output_tokens": min(1, sent)}
    yield event("message_start", {"message": {**message, **empty, "usage": start}})
    if not completion.parts:
        yield event("ping", {})
    yield from block_events(completion.parts)
    if completion.failed:
        yield Event(_fail(MODEL_FAILED), end=True)
        return
    final = _final_usage(usage) if completion.dialect.final_usage == "whole" else {"output_tokens": sent}
    yield event("message_delta", {"delta": _reason(completion), "usage": final})
    yield event("message_stop", {}, end=True)


def _input_usage(usage: Usage) -> dict[str, Any]:
    """The input tokens: those that were not cached, and those that were."""
    cached = {"cache_creation_input_tokens": 0, "cache_read_input_tokens": usage.cached}
    return {"input_tokens": usage.prompt - usage.cached, **cached}


def _final_usage(usage: Usage) -> dict[str, Any]:
    """The usage of the whole answer. Its output tokens include those of thinking."""
    details = {"output_tokens_details": {"thinking_tokens": usage.reasoning}} if usage.reasoning else {}
    return {**_input_usage(usage), "output_tokens": usage.completion, **details}


def _reason(completion: Completion) -> dict[str, str | None]:
    if completion.stop is not None:
        return {"stop_reason": "stop_sequence", "stop_sequence": completion.stop}
    reason = "refusal" if completion.refused else _REASONS[completion.finish]
    return {"stop_reason": reason, "stop_sequence": None}


def _error_body(error: ProviderError, serial: int | None) -> dict[str, Any]:
    default = "api_error" if error.status >= _SERVER_ERROR else "invalid_request_error"
    body = {"type": "error", "error": {"type": _KINDS.get(error.status, default), "message": error.message}}
    return body if serial is None else {**body, "request_id": f"req_{serial}"}


def _fail(error: ProviderError) -> bytes:
    return named("error", json_bytes(_error_body(error, None))).data


def _refuse(error: ProviderError, serial: int) -> Answer:
    headers = (("Content-Type", "application/json"), ("Request-Id", f"req_{serial}"))
    return Answer(error.status, headers, (Event(json_bytes(_error_body(error, serial))),))


ANTHROPIC_MESSAGES = Format(
    "anthropic-messages",
    {"/v1/messages": {}},
    StreamEncoding.SSE,
    _Messages.read,
    _refuse,
    _fail,
    speaks=_SPEAKS,
)
