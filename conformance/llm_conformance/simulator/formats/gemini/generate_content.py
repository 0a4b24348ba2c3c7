"""Google's Gemini API: POST /v1beta/models/<model>:generateContent and :streamGenerateContent.

A stream is server-sent events with `alt=sse`, as all of Google's SDKs ask for it, and one JSON array without. Neither
has a terminator: the chunk with a finish reason says that an answer is whole.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from llm_conformance.simulator.actions import Answer, Event
from llm_conformance.simulator.case import Case
from llm_conformance.simulator.formats.asked import CALLS, TEXT, Asked
from llm_conformance.simulator.formats.completion import MODEL_FAILED, Completion
from llm_conformance.simulator.formats.format import MODEL, SSE_HEADERS, Format, StreamEncoding
from llm_conformance.simulator.formats.gemini.asked import asked_of_gemini
from llm_conformance.simulator.formats.gemini.contents import contents_prompt
from llm_conformance.simulator.formats.gemini.fields import Json, field, fields
from llm_conformance.simulator.formats.gemini.parts import numbered_parts, signature, whole_parts
from llm_conformance.simulator.formats.gemini.usage import UsageSoFar, usage_of
from llm_conformance.simulator.formats.json_bytes import JsonTemplate, json_bytes
from llm_conformance.simulator.formats.parameter import optional, required, texts
from llm_conformance.simulator.provider_error import ProviderError
from llm_fixtures import Finish, Reasoning, Signature

# There is no text of a refusal, and no reasoning that is encrypted alone.
_SPEAKS = TEXT | CALLS | {Reasoning.type, Signature.type}
_JSON_HEADERS = (("Content-Type", "application/json; charset=UTF-8"),)
_SSE_HEADERS = (("Content-Type", "text/event-stream"), *SSE_HEADERS[1:])
# Gemini has no reason for calls: it reports `STOP`.
_REASONS = {
    Finish.STOP: "STOP",
    Finish.LENGTH: "MAX_TOKENS",
    Finish.TOOL_CALLS: "STOP",
    Finish.CONTENT_FILTER: "SAFETY",
}
_STATUSES = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    409: "ABORTED",
    429: "RESOURCE_EXHAUSTED",
    499: "CANCELLED",
    501: "UNIMPLEMENTED",
    503: "UNAVAILABLE",
    504: "DEADLINE_EXCEEDED",
}
_SERVER_ERROR = 500
# Google's encoder escapes these for HTML and old JavaScript. It does not escape U+0085.
_ESCAPES = tuple(
    (character.encode(), b"\\u%04x" % ord(character)) for character in ("<", ">", "&", "=", "'", "\u2028", "\u2029")
)


@dataclass(frozen=True, slots=True)
class _Content:
    """A request for content. It ignores `maxOutputTokens`: the golden stream is the whole answer.

    in_array: whether the stream is a JSON array.
    """

    model: str
    prompts: tuple[str, ...]
    stops: tuple[str, ...]
    stream: bool
    in_array: bool
    asked: Asked
    asked_before: str | None

    @classmethod
    def read(cls, body: dict[str, Any]) -> "_Content":
        """The parsed JSON body. Raises ProviderError with the name of the first invalid parameter."""
        own = fields(body)
        config = field(own, "generationConfig")
        if "" in (stops := texts(config, "stopSequences")):
            raise ProviderError(400, "'generationConfig.stopSequences' must not be empty", "stopSequences")
        # The JSON of protocol buffers also has numbers as texts.
        if config.get("candidateCount", 1) not in (None, 1, "1"):
            raise ProviderError(400, "multiple candidates is not enabled for this model", "candidateCount")
        field(own, "systemInstruction")
        prompt = contents_prompt(own)
        return cls(
            model=required(own, "model", str).removeprefix("models/"),
            prompts=(prompt.text,),
            stops=stops,
            stream=optional(own, "stream", bool, default=False),
            in_array=own.get("alt") != "sse",
            asked=asked_of_gemini(own),
            asked_before=prompt.asked_before,
        )

    def answer(self, cases: Sequence[Case], serial: int) -> Answer:
        """The golden stream in parts of one candidate."""
        completion = Completion.of(cases[0], self.stops, speaks=_SPEAKS, asked=self.asked)
        if completion.stop is None:
            # A model also thinks, and counts it, if the request does not ask for the thoughts.
            completion = replace(completion, usage=cases[0].golden.usage)
        identity = {"modelVersion": self.model, "responseId": f"response-{serial}"}
        if self.stream:
            events = tuple(_events(completion, identity))
            if self.in_array:
                return Answer(200, _JSON_HEADERS, tuple(_items(events)), streamed=True, in_array=True)
            framed = tuple(Event(_event(event.data), event.token, event.end) for event in events)
            return Answer(200, _SSE_HEADERS, framed, streamed=True)
        if completion.failed:
            return _refuse(MODEL_FAILED, serial)
        whole = {
            **_last(completion, whole_parts(completion) or [{"text": ""}]),
            "usageMetadata": usage_of(completion.usage),
            **identity,
        }
        return Answer(200, _JSON_HEADERS, (Event(_escaped(json_bytes(whole)), token=0, end=True),))


def _events(completion: Completion, identity: Json) -> Iterator[Event]:
    """The chunks of a stream, as JSON documents."""
    usage = UsageSoFar(completion)
    # The first chunks have no usage in the dialect of Vertex AI.
    everywhere = completion.dialect.usage != "with-finish"
    template = JsonTemplate(_candidate([{"text": ""}]), "text")
    tail = json_bytes(identity)
    chunks = [*numbered_parts(completion)]
    last = chunks.pop() if completion.with_last and chunks and not completion.failed else None
    for chunk in chunks:
        part = chunk.parts[0]
        text = part["text"] if [*part] == ["text"] else None
        head = json_bytes(_candidate(chunk.parts)) if text is None else template.filled(text)
        counts = {"usageMetadata": usage.up_to(chunk.number)} if everywhere else {}
        yield Event(_escaped(_joined(head, json_bytes(counts), tail)), chunk.number)
    if completion.failed:
        yield Event(json_bytes(_error_body(MODEL_FAILED)), end=True)
        return
    parts = [{"text": "", **signature(completion)}] if last is None else [*last.parts]
    if last is not None and (signed := signature(completion)):
        parts = [{**parts[0], **signed}] if [*parts[0]] == ["text"] else [*parts, {"text": "", **signed}]
    whole = {**_last(completion, parts), "usageMetadata": usage_of(completion.usage), **identity}
    yield Event(_escaped(json_bytes(whole)), None if last is None else last.number, end=True)


def _candidate(parts: Sequence[Json], reason: str | None = None) -> Json:
    content = {"content": {"parts": list(parts), "role": "model"}} if parts else {}
    reasons = {"finishReason": reason} if reason else {}
    return {"candidates": [{**content, **reasons, "index": 0}]}


def _last(completion: Completion, parts: Sequence[Json]) -> Json:
    """The chunk that ends an answer. Of a blocked prompt there is no candidate, and no content of what is filtered."""
    filtered = completion.finish is Finish.CONTENT_FILTER
    if filtered and not completion.parts:
        return {"promptFeedback": {"blockReason": "SAFETY"}}
    said = [part for part in parts if part != {"text": ""}] if filtered else parts
    return _candidate(said, _REASONS[completion.finish])


def _joined(*objects: bytes) -> bytes:
    """One JSON object with the fields of these."""
    return b"{%b}" % b",".join(one[1:-1] for one in objects if one != b"{}")


def _items(events: Sequence[Event]) -> Iterator[Event]:
    """The chunks as the items of an array."""
    for place, event in enumerate(events):
        data = (b",\r\n" if place else b"[") + event.data + (b"\n]" if event.end else b"")
        yield Event(data, event.token, event.end)


def _event(document: bytes) -> bytes:
    return b"data: %b\n\n" % document


def _escaped(data: bytes) -> bytes:
    """A document as Google writes it. In encoded JSON these characters occur only inside strings."""
    for character, escape in _ESCAPES:
        data = data.replace(character, escape)
    return data


def _error_body(error: ProviderError) -> Json:
    default = "INTERNAL" if error.status >= _SERVER_ERROR else "INVALID_ARGUMENT"
    body: Json = {"code": error.status, "message": error.message, "status": _STATUSES.get(error.status, default)}
    if error.param is not None:
        violation = {"field": error.param, "description": error.message}
        body["details"] = [{"@type": "type.googleapis.com/google.rpc.BadRequest", "fieldViolations": [violation]}]
    return {"error": body}


def _fail(error: ProviderError) -> bytes:
    return _event(json_bytes(_error_body(error)))


def _fail_in_array(error: ProviderError) -> bytes:
    return b",\r\n%b\n]" % json_bytes(_error_body(error))


def _refuse(error: ProviderError, serial: int) -> Answer:  # noqa: ARG001 - Google's errors have no ids
    return Answer(error.status, _JSON_HEADERS, (Event(json_bytes(_error_body(error))),))


_METHOD = f"/v1beta/models/{MODEL}"
GEMINI = Format(
    "gemini",
    {
        f"{_METHOD}:streamGenerateContent?alt=sse": {"stream": True, "alt": "sse"},
        f"{_METHOD}:streamGenerateContent": {"stream": True, "alt": "json"},
        f"{_METHOD}:generateContent": {"stream": False},
    },
    StreamEncoding.SSE,
    _Content.read,
    _refuse,
    _fail,
    speaks=_SPEAKS,
    fail_in_array=_fail_in_array,
)
