"""Anthropic's messages API: POST /v1/messages. Every event has a name; the last one is `message_stop`."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from llm_conformance.simulator.actions import Answer, Event
from llm_conformance.simulator.case import Case
from llm_conformance.simulator.formats.chat_messages import chat_prompt
from llm_conformance.simulator.formats.completion import MODEL_FAILED, Completion
from llm_conformance.simulator.formats.format import SSE_HEADERS, Format, StreamEncoding
from llm_conformance.simulator.formats.json_bytes import JsonTemplate, json_bytes
from llm_conformance.simulator.formats.parameter import optional, required, texts
from llm_conformance.simulator.provider_error import ProviderError
from llm_fixtures import Finish

_HEADERS = (("Content-Type", "text/event-stream; charset=utf-8"), *SSE_HEADERS[1:])
_REASONS = {Finish.STOP: "end_turn", Finish.LENGTH: "max_tokens", Finish.CONTENT_FILTER: "refusal"}
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

    @classmethod
    def read(cls, body: dict[str, Any]) -> "_Messages":
        """The parsed JSON body. Raises ProviderError with the name of the first invalid parameter."""
        required(body, "max_tokens", int)
        if "" in (stops := texts(body, "stop_sequences")):
            raise ProviderError(400, "'stop_sequences' must not be empty", "stop_sequences")
        return cls(
            model=required(body, "model", str),
            prompts=(chat_prompt(body),),
            stops=stops,
            stream=optional(body, "stream", bool, default=False),
        )

    def answer(self, cases: Sequence[Case], serial: int) -> Answer:
        """The golden stream as one text block."""
        completion = Completion.of(cases[0], self.stops)
        request_id = ("Request-Id", f"req_{serial}")
        message = {"id": f"msg_{serial}", "type": "message", "role": "assistant", "model": self.model}
        if self.stream:
            return Answer(200, (*_HEADERS, request_id), tuple(_events(completion, message)), streamed=True)
        if completion.failed:
            return _refuse(MODEL_FAILED, serial)
        content = [{"type": "text", "text": completion.text}] if completion.pieces else []
        usage = {"input_tokens": completion.usage.prompt, "output_tokens": completion.usage.completion}
        body = json_bytes({**message, "content": content, **_reason(completion), "usage": usage})
        return Answer(200, (("Content-Type", "application/json"), request_id), (Event(body, token=0, end=True),))


def _events(completion: Completion, message: dict[str, Any]) -> Iterator[Event]:
    """Ignores the finish style: in this format the stop reason always has a separate event."""
    empty: dict[str, Any] = {"content": [], "stop_reason": None, "stop_sequence": None}
    start_usage = {"input_tokens": completion.usage.prompt, "output_tokens": min(1, completion.usage.completion)}
    yield _event("message_start", {"message": {**message, **empty, "usage": start_usage}})
    yield _event("content_block_start", {"index": 0, "content_block": {"type": "text", "text": ""}})
    yield _event("ping", {})
    delta = {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": ""}}
    template = JsonTemplate(delta, "text")
    for token, text in enumerate(completion.pieces):
        yield _named("content_block_delta", template.filled(text), token)
    if completion.failed:
        yield Event(_fail(MODEL_FAILED), end=True)
        return
    yield _event("content_block_stop", {"index": 0})
    yield _event(
        "message_delta", {"delta": _reason(completion), "usage": {"output_tokens": completion.usage.completion}}
    )
    yield _event("message_stop", {}, end=True)


def _event(name: str, fields: dict[str, Any], *, end: bool = False) -> Event:
    return _named(name, json_bytes({"type": name, **fields}), end=end)


def _named(name: str, data: bytes, token: int | None = None, *, end: bool = False) -> Event:
    return Event(b"event: %b\ndata: %b\n\n" % (name.encode(), data), token, end)


def _reason(completion: Completion) -> dict[str, str | None]:
    if completion.stop is not None:
        return {"stop_reason": "stop_sequence", "stop_sequence": completion.stop}
    return {"stop_reason": _REASONS[completion.finish], "stop_sequence": None}


def _error_body(error: ProviderError, serial: int | None) -> dict[str, Any]:
    default = "api_error" if error.status >= _SERVER_ERROR else "invalid_request_error"
    body = {"type": "error", "error": {"type": _KINDS.get(error.status, default), "message": error.message}}
    return body if serial is None else {**body, "request_id": f"req_{serial}"}


def _fail(error: ProviderError) -> bytes:
    return _named("error", json_bytes(_error_body(error, None))).data


def _refuse(error: ProviderError, serial: int) -> Answer:
    headers = (("Content-Type", "application/json"), ("Request-Id", f"req_{serial}"))
    return Answer(error.status, headers, (Event(json_bytes(_error_body(error, serial))),))


ANTHROPIC_MESSAGES = Format(
    "anthropic-messages", {"/v1/messages": {}}, StreamEncoding.SSE, _Messages.read, _refuse, _fail
)
