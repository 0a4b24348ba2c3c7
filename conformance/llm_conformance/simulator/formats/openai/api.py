"""What OpenAI's two APIs share: interleaved choices, usage, the terminator."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from llm_conformance.simulator.actions import Answer, Event
from llm_conformance.simulator.case import Case
from llm_conformance.simulator.formats.asked import TEXT_ONLY, Asked
from llm_conformance.simulator.formats.completion import MODEL_FAILED, Completion
from llm_conformance.simulator.formats.format import SSE_HEADERS
from llm_conformance.simulator.formats.json_bytes import JsonTemplate, json_bytes
from llm_conformance.simulator.formats.openai.error import error_json, refuse
from llm_conformance.simulator.formats.openai.usage import OpenAIUsage
from llm_conformance.simulator.formats.parameter import optional, required, texts
from llm_conformance.simulator.provider_error import ProviderError
from llm_fixtures import Finish

Json = dict[str, Any]
# What one chunk adds to an answer: a text, or fields of another kind.
Delta = str | Json

# A constant, so that two runs send the same bytes.
_CREATED = 1_700_000_000
_MOST_CHOICES = 128
_HEADERS = (("Content-Type", "text/event-stream; charset=utf-8"), *SSE_HEADERS[1:])
_REASONS = {
    Finish.STOP: "stop",
    Finish.LENGTH: "length",
    Finish.TOOL_CALLS: "tool_calls",
    Finish.CONTENT_FILTER: "content_filter",
    Finish.ERROR: None,
}


@dataclass(frozen=True, slots=True)
class ApiShape:
    """How the two APIs differ.

    prefix: of response ids. kind, chunk_kind: the `object` of an answer that is not streamed, and of a chunk.
    speaks: the types of pieces that the API has. details: whether its usage has details.
    key: the key of the text in `chunk`, which contains it once.
    opening: the choice in the chunk before the first piece, for the API that has one.
    deltas: what the chunks of a stream add, each with the number of its piece.
    chunk: the choice in a chunk, from its index, delta and finish reason. Without a delta it has the reason only.
    whole: the choice in an answer that is not streamed, from its index, the answer and the finish reason.
    """

    prefix: str
    kind: str
    chunk_kind: str
    speaks: frozenset[str]
    details: bool
    key: str
    opening: Callable[[int, Completion], Json] | None
    deltas: Callable[[Completion], Iterator[tuple[int, Delta]]]
    chunk: Callable[[int, Delta | None, str | None], Json]
    whole: Callable[[int, Completion, str | None], Json]


@dataclass(frozen=True, slots=True)
class OpenAIRequest:
    """A request to either API.

    It ignores token limits on purpose: the golden stream is the whole answer. Clients send limits by default
    (langchain-openai: 256), and an answer cut by such a limit would look like a defect of the adapter.
    """

    shape: ApiShape
    model: str
    prompts: tuple[str, ...]
    n: int
    stops: tuple[str, ...]
    stream: bool
    include_usage: bool
    asked: Asked
    asked_before: str | None = None

    @classmethod
    def read(
        cls,
        shape: ApiShape,
        body: Json,
        prompts: tuple[str, ...],
        asked: Asked = TEXT_ONLY,
        asked_before: str | None = None,
    ) -> "OpenAIRequest":
        """The parsed JSON body. Raises ProviderError with the name of the first invalid parameter."""
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
            asked=asked,
            asked_before=asked_before,
        )

    def answer(self, cases: Sequence[Case], serial: int) -> Answer:
        """The golden streams of the cases. The choices of the first prompt come before those of the second."""
        completions = [
            Completion.of(case, self.stops, speaks=self.shape.speaks, asked=self.asked)
            for case in cases
            for _ in range(self.n)
        ]
        failed = any(completion.failed for completion in completions)
        usage = OpenAIUsage.of([case.golden.usage for case in cases], completions, details=self.shape.details)
        envelope = {
            "id": f"{self.shape.prefix}-{serial}",
            "object": self.shape.chunk_kind if self.stream else self.shape.kind,
            "created": _CREATED,
            "model": self.model,
        }
        request_id = ("X-Request-Id", f"req_{serial}")
        if self.stream:
            events = self._events(completions, envelope, usage, failed=failed)
            return Answer(200, (*_HEADERS, request_id), tuple(events), streamed=True)
        if failed:
            return refuse(MODEL_FAILED, serial)
        choices = [self.shape.whole(index, one, _REASONS[one.finish]) for index, one in enumerate(completions)]
        # Clients that are generated from a specification, such as OpenRouter's, require the fingerprint.
        body = json_bytes({**envelope, "choices": choices, "usage": usage.whole, "system_fingerprint": None})
        return Answer(200, (("Content-Type", "application/json"), request_id), (Event(body, token=0, end=True),))

    def _events(
        self, completions: Sequence[Completion], envelope: Json, usage: OpenAIUsage, *, failed: bool
    ) -> Iterator[Event]:
        """The chunks of all choices, interleaved as by a server that generates the choices concurrently."""
        own_chunk = self.include_usage and usage.style == "own-chunk"
        chunk_envelope = {**envelope, "usage": None} if own_chunk else envelope
        last = len(completions) - 1
        streams = [
            self._chunks(index, one, chunk_envelope, usage if index == last and not failed else None)
            for index, one in enumerate(completions)
        ]
        for turn in zip_longest(*streams):
            yield from filter(None, turn)
        if failed:
            yield sse(error_json(MODEL_FAILED))
        elif own_chunk:
            yield sse(json_bytes({**envelope, "choices": [], "usage": usage.whole}))
        # After an error too, as vLLM sends it, so that only the error event shows the failure.
        yield sse(b"[DONE]", end=True)

    def _chunks(self, index: int, completion: Completion, envelope: Json, usage: OpenAIUsage | None) -> Iterator[Event]:
        """One chunk for each delta. The finish reason is sent with the last delta or in a separate chunk."""
        shape, reason = self.shape, _REASONS[completion.finish]
        if shape.opening is not None:
            yield sse(json_bytes({**envelope, "choices": [shape.opening(index, completion)]}))
        deltas = list(shape.deltas(completion))
        last_number, last_delta = deltas.pop() if completion.with_last and deltas else (None, None)
        template = JsonTemplate({**envelope, "choices": [shape.chunk(index, "", None)]}, shape.key)
        growing = usage is not None and usage.style == "every-chunk"
        for sent, (number, delta) in enumerate(deltas, start=1):
            if isinstance(delta, str) and not growing:
                yield sse(template.filled(delta), number)
            else:
                so_far = {"usage": usage.after(sent)} if usage is not None and growing else {}
                yield sse(json_bytes({**envelope, "choices": [shape.chunk(index, delta, None)], **so_far}), number)
        total = {"usage": usage.whole} if usage is not None and usage.style != "own-chunk" else {}
        last = shape.chunk(index, last_delta, reason)
        yield sse(json_bytes({**envelope, "choices": [last], **total}), last_number)


def sse(data: bytes, token: int | None = None, *, end: bool = False) -> Event:
    """One server-sent event."""
    return Event(b"data: %b\n\n" % data, token, end)


def fail(error: ProviderError) -> bytes:
    """An error inside a stream, followed by the terminator, as vLLM sends it."""
    return sse(error_json(error)).data + sse(b"[DONE]").data
