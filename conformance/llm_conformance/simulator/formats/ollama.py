"""What Ollama's two APIs have in common: a JSON document a line, streams unless told otherwise, `done` at the end."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from llm_conformance.simulator.actions import Answer, Event
from llm_conformance.simulator.case import Case
from llm_conformance.simulator.formats.completion import MODEL_FAILED, Completion
from llm_conformance.simulator.formats.format import StreamEncoding
from llm_conformance.simulator.formats.json_bytes import JsonTemplate, json_bytes
from llm_conformance.simulator.formats.parameter import optional, required, texts
from llm_conformance.simulator.provider_error import ProviderError
from llm_fixtures import Finish

Json = dict[str, Any]

NDJSON = StreamEncoding.NDJSON
_JSON = (("Content-Type", "application/json; charset=utf-8"),)
# It has no word for a filter: what it holds back is an answer that stopped.
_REASONS = {Finish.STOP: "stop", Finish.LENGTH: "length", Finish.CONTENT_FILTER: "stop"}
# A simulator has no clock: two runs differ in nothing.
_CREATED = "2026-01-01T00:00:00.000000Z"
_MILLISECOND = 1_000_000
_LOAD = 1 * _MILLISECOND
# Go's encoder escapes these for the sake of HTML and of old JavaScript, and U+0085 it leaves alone.
_GO = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
_ESCAPES = tuple((character.encode(), escape.encode()) for character, escape in _GO.items())


@dataclass(frozen=True, slots=True)
class OllamaRequest:
    """A request for one of them. `said` puts a text where the API has it, under `key`."""

    key: str
    said: Callable[[str], Json]
    extras: Json
    model: str
    prompts: tuple[str, ...]
    stops: tuple[str, ...]
    stream: bool

    @classmethod
    def read(cls, body: Json, prompt: str, key: str, said: Callable[[str], Json], extras: Json) -> "OllamaRequest":
        """The request in a JSON body, refused by parameter where it is none."""
        options = optional(body, "options", dict, default={})
        return cls(
            key=key,
            said=said,
            extras=extras,
            model=required(body, "model", str),
            prompts=(prompt,),
            stops=tuple(stop for stop in texts(options, "stop") if stop),
            stream=optional(body, "stream", bool, default=True),
        )

    def answer(self, cases: Sequence[Case], serial: int) -> Answer:
        """The golden stream, a line a token."""
        saying = Completion.of(cases[0], self.stops)
        if self.stream:
            headers = (("Content-Type", "application/x-ndjson"),)
            return Answer(200, headers, tuple(self._lines(saying)), streamed=True)
        if saying.failed:
            return refuse(MODEL_FAILED, serial)
        body = escaped(json_bytes(self._last(saying, saying.text)))
        return Answer(200, _JSON, (Event(body, token=0, end=True),))

    def _lines(self, saying: Completion) -> Iterator[Event]:
        mould = JsonTemplate({**self._envelope(), **self.said(""), "done": False}, self.key)
        for token, text in saying.before_last():
            yield Event(escaped(mould.filled(text)) + b"\n", token)
        if saying.failed:
            yield Event(fail(MODEL_FAILED), end=True)
            return
        last, text = saying.last()
        yield Event(escaped(json_bytes(self._last(saying, text))) + b"\n", last, end=True)

    def _last(self, saying: Completion, text: str) -> Json:
        usage = saying.usage
        counters = {
            "total_duration": _LOAD + (usage.prompt + usage.completion) * _MILLISECOND,
            "load_duration": _LOAD,
            "prompt_eval_count": usage.prompt,
            "prompt_eval_duration": usage.prompt * _MILLISECOND,
            "eval_count": usage.completion,
            "eval_duration": usage.completion * _MILLISECOND,
        }
        told = {name: count for name, count in counters.items() if count}  # Go's `omitempty`
        done = {"done": True, "done_reason": _REASONS[saying.finish]}
        return {**self._envelope(), **self.said(text), **done, **self.extras, **told}

    def _envelope(self) -> Json:
        return {"model": self.model, "created_at": _CREATED}


def escaped(data: bytes) -> bytes:
    """A document as Go writes it. Behind JSON's encoder these characters stand inside strings alone."""
    for character, escape in _ESCAPES:
        data = data.replace(character, escape)
    return data


def fail(refusal: ProviderError) -> bytes:
    """An error within a stream: a line more, and nothing behind it."""
    return json_bytes({"error": refusal.message}) + b"\n"


def refuse(refusal: ProviderError, serial: int) -> Answer:  # noqa: ARG001 - its answers have no ids
    """The answer that carries an error instead of a text."""
    return Answer(refusal.status, _JSON, (Event(json_bytes({"error": refusal.message})),))
