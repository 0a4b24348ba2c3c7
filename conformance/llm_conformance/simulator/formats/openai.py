"""What OpenAI's two APIs have in common: choices that take turns, the bill, the terminator."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from llm_conformance.simulator.actions import Answer, Event
from llm_conformance.simulator.case import Case
from llm_conformance.simulator.formats.completion import MODEL_FAILED, Completion
from llm_conformance.simulator.formats.format import SSE_HEADERS
from llm_conformance.simulator.formats.json_bytes import JsonTemplate, json_bytes
from llm_conformance.simulator.formats.openai_error import error, refuse
from llm_conformance.simulator.formats.parameter import optional, required, texts
from llm_conformance.simulator.provider_error import ProviderError
from llm_fixtures import Finish

Json = dict[str, Any]

# A simulator has no clock: two runs differ in nothing.
_CREATED = 1_700_000_000
_MOST_CHOICES = 128
_HEADERS = (("Content-Type", "text/event-stream; charset=utf-8"), *SSE_HEADERS[1:])
_REASONS = {Finish.STOP: "stop", Finish.LENGTH: "length", Finish.CONTENT_FILTER: "content_filter", Finish.ERROR: None}


@dataclass(frozen=True, slots=True)
class ApiShape:
    """Where the two APIs differ.

    key: of the text, in `chunk` and nowhere else.
    opening: the choice of the chunk that goes before all texts, where there is one.
    chunk: the choice of a chunk that says a text; with None, of one that says only why the answer ends.
    whole: the choice of an answer that is not streamed.
    """

    prefix: str
    kind: str
    chunk_kind: str
    key: str
    opening: Callable[[int], Json] | None
    chunk: Callable[[int, str | None, str | None], Json]
    whole: Callable[[int, str, str | None], Json]


@dataclass(frozen=True, slots=True)
class OpenAIRequest:
    """A request for one of them.

    A limit of tokens is not read, on purpose: the golden stream is the truth of a case. Clients send limits nobody
    asked for (langchain-openai: 256), and an answer cut by one would look like a fault of the adapter.
    """

    shape: ApiShape
    model: str
    prompts: tuple[str, ...]
    n: int
    stops: tuple[str, ...]
    stream: bool
    include_usage: bool

    @classmethod
    def read(cls, shape: ApiShape, body: Json, prompts: tuple[str, ...]) -> "OpenAIRequest":
        """The request in a JSON body, refused by parameter where it is none."""
        stream = optional(body, "stream", bool, default=False)
        options = optional(body, "stream_options", dict, default={})
        if options and not stream:
            raise ProviderError(400, "'stream_options' is only allowed when 'stream' is true", "stream_options")
        if not 1 <= (n := optional(body, "n", int, default=1)) <= _MOST_CHOICES:
            raise ProviderError(400, f"'n' must be between 1 and {_MOST_CHOICES}, got {n}", "n")
        if "" in (stops := texts(body, "stop")):
            raise ProviderError(400, "'stop' must not be empty", "stop")
        return cls(
            shape=shape,
            model=required(body, "model", str),
            prompts=prompts,
            n=n,
            stops=stops,
            stream=stream,
            include_usage=optional(options, "include_usage", bool, default=False),
        )

    def answer(self, cases: Sequence[Case], serial: int) -> Answer:
        """The golden streams of the cases, all `n` choices of the first prompt before those of the second."""
        sayings = [Completion.of(case, self.stops) for case in cases for _ in range(self.n)]
        failed = any(saying.failed for saying in sayings)
        prompt = sum(case.golden.usage.prompt for case in cases)
        completion = sum(saying.usage.completion for saying in sayings)
        usage = {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion}
        envelope = {
            "id": f"{self.shape.prefix}-{serial}",
            "object": self.shape.chunk_kind if self.stream else self.shape.kind,
            "created": _CREATED,
            "model": self.model,
        }
        request_id = ("X-Request-Id", f"req_{serial}")
        if self.stream:
            events = self._events(sayings, envelope, usage, failed=failed)
            return Answer(200, (*_HEADERS, request_id), tuple(events), streamed=True)
        if failed:
            return refuse(MODEL_FAILED, serial)
        choices = [self.shape.whole(index, one.text, _REASONS[one.finish]) for index, one in enumerate(sayings)]
        body = json_bytes({**envelope, "choices": choices, "usage": usage})
        return Answer(200, (("Content-Type", "application/json"), request_id), (Event(body, token=0, end=True),))

    def _events(self, sayings: Sequence[Completion], envelope: Json, usage: Json, *, failed: bool) -> Iterator[Event]:
        """The choices take turns, as prompts do that a server works on side by side."""
        bill = {"usage": None} if self.include_usage else {}
        streams = [self._chunks(index, one, {**envelope, **bill}) for index, one in enumerate(sayings)]
        for turn in zip_longest(*streams):
            yield from filter(None, turn)
        if failed:
            yield sse(error(MODEL_FAILED))
        elif self.include_usage:
            yield sse(json_bytes({**envelope, "choices": [], "usage": usage}))
        # Behind an error too, as vLLM does it: so the error event alone tells that the stream failed.
        yield sse(b"[DONE]", end=True)

    def _chunks(self, index: int, saying: Completion, envelope: Json) -> Iterator[Event]:
        """One chunk for each token; the reason to end comes in a chunk of its own, or with the last text."""
        shape, reason = self.shape, _REASONS[saying.finish]
        if shape.opening is not None:
            yield sse(json_bytes({**envelope, "choices": [shape.opening(index)]}))
        mould = JsonTemplate({**envelope, "choices": [shape.chunk(index, "", None)]}, shape.key)
        for token, text in saying.before_last():
            yield sse(mould.filled(text), token)
        place, text = saying.last()
        last = shape.chunk(index, text if saying.with_last else None, reason)
        yield sse(json_bytes({**envelope, "choices": [last]}), place)


def sse(data: bytes, token: int | None = None, *, end: bool = False) -> Event:
    """One server-sent event, as OpenAI writes it."""
    return Event(b"data: %b\n\n" % data, token, end)


def fail(refusal: ProviderError) -> bytes:
    """An error within a stream, and behind it the terminator, as vLLM does it."""
    return sse(error(refusal)).data + sse(b"[DONE]").data
