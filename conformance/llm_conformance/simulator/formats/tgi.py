"""Text Generation Inference: POST /generate, POST /generate_stream, or POST / with "stream" in the body.

A stream does not have a terminator: the event of the last token carries the summary.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from llm_conformance.simulator.actions import Answer, Event
from llm_conformance.simulator.case import Case
from llm_conformance.simulator.formats.asked import TEXT_ONLY, Asked
from llm_conformance.simulator.formats.completion import MODEL_FAILED, Completion
from llm_conformance.simulator.formats.format import SSE_HEADERS, Format, StreamEncoding
from llm_conformance.simulator.formats.json_bytes import JsonTemplate, json_bytes
from llm_conformance.simulator.formats.parameter import optional, required, texts
from llm_conformance.simulator.provider_error import ProviderError
from llm_fixtures import Finish

_Json = dict[str, Any]

_FIRST_ID = 100
_REASONS = {Finish.STOP: "eos_token", Finish.LENGTH: "length", Finish.CONTENT_FILTER: "eos_token"}
_KINDS = {400: "validation", 404: "validation", 422: "validation", 429: "overloaded"}
_INVALID = 422


@dataclass(frozen=True, slots=True)
class _Generate:
    """A request to generate. `max_new_tokens` is ignored: the golden stream is the whole answer."""

    prompts: tuple[str, ...]
    stops: tuple[str, ...]
    stream: bool
    details: bool
    several: bool
    asked: Asked = TEXT_ONLY
    asked_before: str | None = None

    @classmethod
    def read(cls, body: _Json) -> "_Generate":
        """The parsed JSON body. Raises ProviderError with the name of the first invalid parameter."""
        parameters = optional(body, "parameters", dict, default={})
        return cls(
            prompts=(required(body, "inputs", str),),
            stops=tuple(stop for stop in texts(parameters, "stop") if stop),
            stream=optional(body, "stream", bool, default=False),
            details=optional(parameters, "details", bool, default=False),
            several=optional(body, "several", bool, default=True),
        )

    def answer(self, cases: Sequence[Case], serial: int) -> Answer:
        """The golden stream. Unlike other formats, the answer includes the stop text that ends it."""
        completion = Completion.of(cases[0], self.stops, kept=True)
        if self.stream:
            return Answer(200, _headers(*SSE_HEADERS), tuple(self._events(completion)), streamed=True)
        if completion.failed:
            return _refuse(MODEL_FAILED, serial)
        generated: _Json = {"generated_text": completion.text}
        if self.details:
            tokens = [_token(place, text) for place, (_, _, text) in enumerate(completion.parts)]
            generated["details"] = {**_summary(completion), "best_of_sequences": None, "prefill": [], "tokens": tokens}
        body = json_bytes([generated] if self.several else generated)
        return Answer(200, _headers(("Content-Type", "application/json")), (Event(body, token=0, end=True),))

    def _events(self, completion: Completion) -> Iterator[Event]:
        """Ignores the finish style: in this format the finish reason is always sent with the last text."""
        texts = [(number, text) for number, _, text in completion.parts] or [(0, "")]
        *before, last = enumerate(texts)
        unfinished = {"generated_text": None, "details": None}
        for place, (number, text) in [*before, last] if completion.failed else before:
            template = JsonTemplate({"index": place + 1, "token": _token(place, ""), **unfinished}, "text")
            yield _event(template.filled(text), number)
        if completion.failed:
            yield Event(_fail(MODEL_FAILED), end=True)
            return
        place, (number, text) = last
        summary = {"generated_text": completion.text, "details": _summary(completion) if self.details else None}
        final = json_bytes({"index": place + 1, "token": _token(place, text), **summary})
        yield _event(final, number, end=True)


def _token(place: int, text: str) -> _Json:
    return {"id": _FIRST_ID + place, "text": text, "logprob": -0.5, "special": False}


def _summary(completion: Completion) -> _Json:
    reason = "stop_sequence" if completion.stop is not None else _REASONS[completion.finish]
    counts = {"generated_tokens": completion.usage.completion, "input_length": completion.usage.prompt}
    return {"finish_reason": reason, "seed": None, **counts}


def _event(data: bytes, token: int | None, *, end: bool = False) -> Event:
    return Event(b"data:%b\n\n" % data, token, end)  # without a space, as TGI's web framework writes it


def _headers(*headers: tuple[str, str]) -> tuple[tuple[str, str], ...]:
    return (*headers, ("X-Compute-Type", "cpu"))


def _error_json(error: ProviderError) -> bytes:
    return json_bytes({"error": error.message, "error_type": _KINDS.get(error.status, "generation")})


def _fail(error: ProviderError) -> bytes:
    return _event(_error_json(error), None).data


def _refuse(error: ProviderError, serial: int) -> Answer:  # noqa: ARG001 - TGI's answers have no ids
    status = _INVALID if error.status == 400 else error.status  # noqa: PLR2004 - the status that all other formats use
    return Answer(status, _headers(("Content-Type", "application/json")), (Event(_error_json(error)),))


def _refuse_stream(error: ProviderError, serial: int) -> Answer:  # noqa: ARG001 - as above
    """The error response to a streaming request: TGI sends status 200 and the error as an event."""
    return Answer(200, _headers(*SSE_HEADERS), (Event(_fail(error)),), streamed=True)


_PATHS: dict[str, _Json] = {
    "/generate_stream": {"stream": True},
    "/generate": {"stream": False, "several": False},
    "/": {},
}

TGI = Format("tgi", _PATHS, StreamEncoding.SSE, _Generate.read, _refuse, _fail, refuse_stream=_refuse_stream)
