"""What Ollama's two APIs share: one JSON document per line, streaming by default, `done` at the end."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from llm_conformance.simulator.actions import Answer, Event
from llm_conformance.simulator.case import Case
from llm_conformance.simulator.formats.asked import TEXT, TEXT_ONLY, Asked
from llm_conformance.simulator.formats.completion import MODEL_FAILED, Completion
from llm_conformance.simulator.formats.format import StreamEncoding
from llm_conformance.simulator.formats.json_bytes import JsonTemplate, json_bytes
from llm_conformance.simulator.formats.parameter import optional, required, texts
from llm_conformance.simulator.provider_error import ProviderError
from llm_fixtures import Finish

Json = dict[str, Any]
# What one line adds to an answer: a text, or fields of another kind.
Delta = str | Json

NDJSON = StreamEncoding.NDJSON
_JSON = (("Content-Type", "application/json; charset=utf-8"),)
# Ollama has no reason for tool calls and filtered content: it reports `stop`.
_REASONS = {finish: "length" if finish is Finish.LENGTH else "stop" for finish in Finish}
# A constant, so that two runs send the same bytes.
_CREATED = "2026-01-01T00:00:00.000000Z"
_MILLISECOND = 1_000_000
_LOAD = 1 * _MILLISECOND
# Go's encoder escapes these for HTML and old JavaScript. It does not escape U+0085.
_GO = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
_ESCAPES = tuple((character.encode(), escape.encode()) for character, escape in _GO.items())


@dataclass(frozen=True, slots=True)
class OllamaShape:
    """How the two APIs differ.

    with_text: builds the fields that carry a text, which is the value of `key`. extras: fields of the last line.
    speaks: the types of pieces that the API has. deltas: what the lines of a stream add, each with the number of its
    piece. whole: the fields that carry a whole answer; None for those that carry its text.
    """

    key: str
    with_text: Callable[[str], Json]
    extras: Json
    speaks: frozenset[str] = TEXT
    deltas: Callable[[Completion], Iterator[tuple[int, Delta]]] = Completion.texts
    whole: Callable[[Completion], Json] | None = None

    def fields(self, delta: Delta) -> Json:
        """The fields of a line that carry what it adds."""
        return self.with_text(delta) if isinstance(delta, str) else delta


@dataclass(frozen=True, slots=True)
class OllamaRequest:
    """A request to either API."""

    shape: OllamaShape
    model: str
    prompts: tuple[str, ...]
    stops: tuple[str, ...]
    stream: bool
    asked: Asked
    asked_before: str | None = None

    @classmethod
    def read(
        cls,
        body: Json,
        prompt: str,
        shape: OllamaShape,
        asked: Asked = TEXT_ONLY,
        asked_before: str | None = None,
    ) -> "OllamaRequest":
        """The parsed JSON body. Raises ProviderError with the name of the first invalid parameter."""
        options = optional(body, "options", dict, default={})
        return cls(
            shape=shape,
            model=required(body, "model", str),
            prompts=(prompt,),
            stops=tuple(stop for stop in texts(options, "stop") if stop),
            stream=optional(body, "stream", bool, default=True),
            asked=asked,
            asked_before=asked_before,
        )

    def answer(self, cases: Sequence[Case], serial: int) -> Answer:
        """The golden stream, one line per delta."""
        shape = self.shape
        completion = Completion.of(cases[0], self.stops, speaks=shape.speaks, asked=self.asked)
        if self.stream:
            headers = (("Content-Type", "application/x-ndjson"),)
            return Answer(200, headers, tuple(self._lines(completion)), streamed=True)
        if completion.failed:
            return refuse(MODEL_FAILED, serial)
        whole = shape.with_text(completion.text) if shape.whole is None else shape.whole(completion)
        body = escaped(json_bytes(self._last(completion, whole)))
        return Answer(200, _JSON, (Event(body, token=0, end=True),))

    def _lines(self, completion: Completion) -> Iterator[Event]:
        shape = self.shape
        deltas = list(shape.deltas(completion))
        number, last = deltas.pop() if completion.with_last and deltas else (None, "")
        template = JsonTemplate({**self._envelope(), **shape.with_text(""), "done": False}, shape.key)
        for token, delta in deltas:
            if isinstance(delta, str):
                yield Event(escaped(template.filled(delta)) + b"\n", token)
            else:
                yield Event(escaped(json_bytes({**self._envelope(), **delta, "done": False})) + b"\n", token)
        if completion.failed:
            yield Event(fail(MODEL_FAILED), end=True)
            return
        yield Event(escaped(json_bytes(self._last(completion, shape.fields(last)))) + b"\n", number, end=True)

    def _last(self, completion: Completion, fields: Json) -> Json:
        usage = completion.usage
        counters = {
            "total_duration": _LOAD + (usage.prompt + usage.completion) * _MILLISECOND,
            "load_duration": _LOAD,
            "prompt_eval_count": usage.prompt,
            "prompt_eval_duration": usage.prompt * _MILLISECOND,
            "eval_count": usage.completion,
            "eval_duration": usage.completion * _MILLISECOND,
        }
        nonzero = {name: count for name, count in counters.items() if count}  # Go's `omitempty`
        done = {"done": True, "done_reason": _REASONS[completion.finish]}
        return {**self._envelope(), **fields, **done, **self.shape.extras, **nonzero}

    def _envelope(self) -> Json:
        return {"model": self.model, "created_at": _CREATED}


def escaped(data: bytes) -> bytes:
    """A document as Go writes it. In encoded JSON these characters occur only inside strings."""
    for character, escape in _ESCAPES:
        data = data.replace(character, escape)
    return data


def fail(error: ProviderError) -> bytes:
    """An error inside a stream: one more line, and the end."""
    return json_bytes({"error": error.message}) + b"\n"


def refuse(error: ProviderError, serial: int) -> Answer:  # noqa: ARG001 - Ollama's answers have no ids
    """The error response to a request."""
    return Answer(error.status, _JSON, (Event(json_bytes({"error": error.message})),))
