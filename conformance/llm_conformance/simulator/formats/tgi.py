"""Text Generation Inference: POST /generate, POST /generate_stream, or POST / with "stream" in the body.

A stream has no terminator: the last token carries the summary.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from llm_conformance.simulator.actions import Answer, Event
from llm_conformance.simulator.case import Case
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
    """A request to generate. `max_new_tokens` is not obeyed: the golden stream is the truth of a case."""

    prompts: tuple[str, ...]
    stops: tuple[str, ...]
    stream: bool
    details: bool
    several: bool

    @classmethod
    def read(cls, body: _Json) -> "_Generate":
        """The request in a JSON body, refused by parameter where it is none."""
        parameters = optional(body, "parameters", dict, default={})
        return cls(
            prompts=(required(body, "inputs", str),),
            stops=tuple(stop for stop in texts(parameters, "stop") if stop),
            stream=optional(body, "stream", bool, default=False),
            details=optional(parameters, "details", bool, default=False),
            several=optional(body, "several", bool, default=True),
        )

    def answer(self, cases: Sequence[Case], serial: int) -> Answer:
        """The golden stream. A stop text is the end of the answer, and no part that is missing from it."""
        saying = Completion.of(cases[0], self.stops, kept=True)
        if self.stream:
            return Answer(200, _headers(*SSE_HEADERS), tuple(self._events(saying)), streamed=True)
        if saying.failed:
            return _refuse(MODEL_FAILED, serial)
        generated: _Json = {"generated_text": saying.text}
        if self.details:
            tokens = [_token(place, text) for place, text in enumerate(saying.pieces)]
            generated["details"] = {**_summary(saying), "best_of_sequences": None, "prefill": [], "tokens": tokens}
        body = json_bytes([generated] if self.several else generated)
        return Answer(200, _headers(("Content-Type", "application/json")), (Event(body, token=0, end=True),))

    def _events(self, saying: Completion) -> Iterator[Event]:
        """The style of the finish plays no part: the reason to end always comes with the last text here."""
        *before, last = enumerate(saying.pieces or ("",))
        open_end = {"generated_text": None, "details": None}
        for place, text in [*before, last] if saying.failed else before:
            mould = JsonTemplate({"index": place + 1, "token": _token(place, ""), **open_end}, "text")
            yield _event(mould.filled(text), place)
        if saying.failed:
            yield Event(_fail(MODEL_FAILED), end=True)
            return
        place, text = last
        told = {"generated_text": saying.text, "details": _summary(saying) if self.details else None}
        final = json_bytes({"index": place + 1, "token": _token(place, text), **told})
        yield _event(final, place, end=True)


def _token(place: int, text: str) -> _Json:
    return {"id": _FIRST_ID + place, "text": text, "logprob": -0.5, "special": False}


def _summary(saying: Completion) -> _Json:
    reason = "stop_sequence" if saying.stop is not None else _REASONS[saying.finish]
    counts = {"generated_tokens": saying.usage.completion, "input_length": saying.usage.prompt}
    return {"finish_reason": reason, "seed": None, **counts}


def _event(data: bytes, token: int | None, *, end: bool = False) -> Event:
    return Event(b"data:%b\n\n" % data, token, end)  # without a space, as its framework writes it


def _headers(*headers: tuple[str, str]) -> tuple[tuple[str, str], ...]:
    return (*headers, ("X-Compute-Type", "cpu"))


def _error(refusal: ProviderError) -> bytes:
    return json_bytes({"error": refusal.message, "error_type": _KINDS.get(refusal.status, "generation")})


def _fail(refusal: ProviderError) -> bytes:
    return _event(_error(refusal), None).data


def _refuse(refusal: ProviderError, serial: int) -> Answer:  # noqa: ARG001 - its answers have no ids
    status = _INVALID if refusal.status == 400 else refusal.status  # noqa: PLR2004 - the status of all others
    return Answer(status, _headers(("Content-Type", "application/json")), (Event(_error(refusal)),))


def _refuse_stream(refusal: ProviderError, serial: int) -> Answer:  # noqa: ARG001 - the same
    """A stream begins with success, even where it is refused."""
    return Answer(200, _headers(*SSE_HEADERS), (Event(_fail(refusal)),), streamed=True)


_PATHS: dict[str, _Json] = {
    "/generate_stream": {"stream": True},
    "/generate": {"stream": False, "several": False},
    "/": {},
}

TGI = Format("tgi", _PATHS, StreamEncoding.SSE, _Generate.read, _refuse, _fail, refuse_stream=_refuse_stream)
