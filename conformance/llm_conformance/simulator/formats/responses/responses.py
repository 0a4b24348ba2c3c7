"""OpenAI's responses API: POST /v1/responses. Every event has a name and a number; the last one ends the response.

There is no `[DONE]`: a response ends with `response.completed`, `response.incomplete`, `response.failed` or `error`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from llm_conformance.simulator.actions import Answer, Event
from llm_conformance.simulator.case import Case
from llm_conformance.simulator.formats.asked import CALLS, REASONING, TEXT, Asked
from llm_conformance.simulator.formats.completion import MODEL_FAILED, Completion
from llm_conformance.simulator.formats.format import SSE_HEADERS, Format, StreamEncoding
from llm_conformance.simulator.formats.json_bytes import json_bytes
from llm_conformance.simulator.formats.openai.error import error_fields, refuse
from llm_conformance.simulator.formats.parameter import optional, required
from llm_conformance.simulator.formats.responses.asked import asked_of_responses
from llm_conformance.simulator.formats.responses.event import ResponseEvents, response_event
from llm_conformance.simulator.formats.responses.input import input_prompt
from llm_conformance.simulator.formats.responses.item import items_of
from llm_conformance.simulator.formats.responses.response import ResponseObject, is_incomplete
from llm_conformance.simulator.formats.responses.stream import item_events
from llm_conformance.simulator.provider_error import ProviderError
from llm_fixtures import Refusal

Json = dict[str, Any]

_HEADERS = (("Content-Type", "text/event-stream; charset=utf-8"), *SSE_HEADERS[1:])
_SPEAKS = TEXT | REASONING | CALLS | {Refusal.type}
# Parameters of chat completions that would change the answer, and what this API has instead.
_MOVED = {
    "stop": "stop texts do not exist in the responses API",
    "n": "a response is one answer",
    "response_format": "use 'text.format'",
    "functions": "use 'tools'",
}
# What refers to an earlier response. This simulator keeps none.
_STORED = ("previous_response_id", "conversation")


@dataclass(frozen=True, slots=True)
class _Responses:
    """A request for a response. It ignores `max_output_tokens`: the golden stream is the whole answer."""

    body: Json
    model: str
    prompts: tuple[str, ...]
    stream: bool
    asked: Asked
    asked_before: str | None

    @classmethod
    def read(cls, body: Json) -> "_Responses":
        """The parsed JSON body. Raises ProviderError with the name of the first invalid parameter."""
        _refuse_unknown(body)
        stream = optional(body, "stream", bool, default=False)
        if optional(body, "stream_options", dict, default={}) and not stream:
            raise ProviderError(400, "'stream_options' is only allowed when 'stream' is true", "stream_options")
        for name, kind in (("instructions", str), ("max_output_tokens", int), ("metadata", dict)):
            if body.get(name) is not None:
                required(body, name, kind)  # type: ignore[type-var]  # one of the kinds, each in its turn
        prompt = input_prompt(body)
        return cls(
            body=body,
            model=required(body, "model", str),
            prompts=(prompt.text,),
            stream=stream,
            asked=asked_of_responses(body),
            asked_before=prompt.asked_before,
        )

    def answer(self, cases: Sequence[Case], serial: int) -> Answer:
        """The golden stream in output items."""
        completion = Completion.of(cases[0], (), speaks=_SPEAKS, asked=self.asked)
        # A model also reasons, and counts it, if the request asks for no summary.
        completion = replace(completion, usage=cases[0].golden.usage)
        response = ResponseObject.of(self.body, self.model, serial)
        items, indexes = items_of(completion.parts)
        statuses = ["completed"] * len(items)
        if items and is_incomplete(completion):
            statuses[-1] = "incomplete"
        output = [item.whole(serial, status) for item, status in zip(items, statuses, strict=True)]
        request_id = ("X-Request-Id", f"req_{serial}")
        if self.stream:
            events = ResponseEvents()
            sent = item_events(events, completion.parts, items, indexes, output)
            stream = tuple(_events(events, response, completion, sent, output))
            return Answer(200, (*_HEADERS, request_id), stream, streamed=True)
        if completion.failed:
            return refuse(MODEL_FAILED, serial)
        body = json_bytes(response.ended(completion, output))
        return Answer(200, (("Content-Type", "application/json"), request_id), (Event(body, token=0, end=True),))


def _events(
    events: ResponseEvents, response: ResponseObject, completion: Completion, items: Iterator[Event], output: list[Json]
) -> Iterator[Event]:
    """Ignores the finish style: in this format the reason always has a separate event."""
    yield events.event("response.created", {"response": response.begun()})
    yield events.event("response.in_progress", {"response": response.begun()})
    yield from items
    if completion.failed:
        yield events.event("response.failed", {"response": response.failed(MODEL_FAILED)}, end=True)
        return
    ended = response.ended(completion, output)
    yield events.event(f"response.{ended['status']}", {"response": ended}, end=True)


def _refuse_unknown(body: Json) -> None:
    """Raise ProviderError for a parameter that this API, or this simulator, does not have."""
    for name, instead in _MOVED.items():
        if body.get(name) is not None:
            raise ProviderError(400, f"unsupported parameter: {name!r}; {instead}", name)
    for name in _STORED:
        if body.get(name) is not None:
            message = f"{name!r} is not found: this simulator keeps no responses; send all items as 'input'"
            raise ProviderError(400, message, name)
    if optional(body, "background", bool, default=False):
        raise ProviderError(400, "unsupported parameter: 'background'; this simulator keeps no responses", "background")


def _fail(error: ProviderError, number: int = 0) -> bytes:
    fields = error_fields(error)
    document = {"code": fields["code"] or fields["type"], "message": error.message, "param": error.param}
    return response_event("error", number, json_bytes(document))


OPENAI_RESPONSES = Format(
    "openai-responses",
    {"/v1/responses": {}},
    StreamEncoding.SSE,
    _Responses.read,
    refuse,
    _fail,
    base="/v1",
    speaks=_SPEAKS,
    fail_after=_fail,
)
