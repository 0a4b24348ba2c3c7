"""What OpenAI's two APIs share: interleaved choices, usage, the terminator."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from llm_conformance.simulator.actions import Answer, Event
from llm_conformance.simulator.case import Case
from llm_conformance.simulator.formats.completion import MODEL_FAILED, Completion
from llm_conformance.simulator.formats.format import SSE_HEADERS
from llm_conformance.simulator.formats.json_bytes import JsonTemplate, json_bytes
from llm_conformance.simulator.formats.openai_error import error_json, refuse
from llm_conformance.simulator.formats.parameter import optional, required, texts
from llm_conformance.simulator.provider_error import ProviderError
from llm_fixtures import Finish

Json = dict[str, Any]

# A constant, so that two runs send the same bytes.
_CREATED = 1_700_000_000
_MOST_CHOICES = 128
_HEADERS = (("Content-Type", "text/event-stream; charset=utf-8"), *SSE_HEADERS[1:])
_REASONS = {Finish.STOP: "stop", Finish.LENGTH: "length", Finish.CONTENT_FILTER: "content_filter", Finish.ERROR: None}


@dataclass(frozen=True, slots=True)
class ApiShape:
    """How the two APIs differ.

    prefix: of response ids. kind, chunk_kind: the `object` of an answer that is not streamed, and of a chunk.
    key: the key of the text in `chunk`, which contains it once.
    opening: the choice in the chunk before the first text, for the API that has one.
    chunk: the choice in a chunk, from its index, text and finish reason. The text None is a chunk with the reason only.
    whole: the choice in an answer that is not streamed, from the same three.
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

    @classmethod
    def read(cls, shape: ApiShape, body: Json, prompts: tuple[str, ...]) -> "OpenAIRequest":
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
        )

    def answer(self, cases: Sequence[Case], serial: int) -> Answer:
        """The golden streams of the cases. The choices of the first prompt come before those of the second."""
        completions = [Completion.of(case, self.stops) for case in cases for _ in range(self.n)]
        failed = any(completion.failed for completion in completions)
        prompt_tokens = sum(case.golden.usage.prompt for case in cases)
        completion_tokens = sum(completion.usage.completion for completion in completions)
        usage = {
            "prompt_tokens": prompt_tokens,
            "completion_tokens": completion_tokens,
            "total_tokens": prompt_tokens + completion_tokens,
        }
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
        choices = [self.shape.whole(index, one.text, _REASONS[one.finish]) for index, one in enumerate(completions)]
        # Clients that are generated from a specification, such as OpenRouter's, require the fingerprint.
        body = json_bytes({**envelope, "choices": choices, "usage": usage, "system_fingerprint": None})
        return Answer(200, (("Content-Type", "application/json"), request_id), (Event(body, token=0, end=True),))

    def _events(
        self, completions: Sequence[Completion], envelope: Json, usage: Json, *, failed: bool
    ) -> Iterator[Event]:
        """The chunks of all choices, interleaved as by a server that generates the choices concurrently."""
        null_usage = {"usage": None} if self.include_usage else {}
        streams = [self._chunks(index, one, {**envelope, **null_usage}) for index, one in enumerate(completions)]
        for turn in zip_longest(*streams):
            yield from filter(None, turn)
        if failed:
            yield sse(error_json(MODEL_FAILED))
        elif self.include_usage:
            yield sse(json_bytes({**envelope, "choices": [], "usage": usage}))
        # After an error too, as vLLM sends it, so that only the error event shows the failure.
        yield sse(b"[DONE]", end=True)

    def _chunks(self, index: int, completion: Completion, envelope: Json) -> Iterator[Event]:
        """One chunk for each token. The finish reason is sent with the last text or in a separate chunk."""
        shape, reason = self.shape, _REASONS[completion.finish]
        if shape.opening is not None:
            yield sse(json_bytes({**envelope, "choices": [shape.opening(index)]}))
        template = JsonTemplate({**envelope, "choices": [shape.chunk(index, "", None)]}, shape.key)
        for token, text in completion.before_last():
            yield sse(template.filled(text), token)
        last_token, text = completion.last()
        last = shape.chunk(index, text if completion.with_last else None, reason)
        yield sse(json_bytes({**envelope, "choices": [last]}), last_token)


def sse(data: bytes, token: int | None = None, *, end: bool = False) -> Event:
    """One server-sent event."""
    return Event(b"data: %b\n\n" % data, token, end)


def fail(error: ProviderError) -> bytes:
    """An error inside a stream, followed by the terminator, as vLLM sends it."""
    return sse(error_json(error)).data + sse(b"[DONE]").data
