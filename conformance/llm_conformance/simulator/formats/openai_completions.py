"""OpenAI's completions API, as OpenAI and vLLM speak it: POST /v1/completions."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from llm_conformance.simulator.action import Answer, Send
from llm_conformance.simulator.case import Case, FinishStyle
from llm_conformance.simulator.formats.document import document
from llm_conformance.simulator.formats.format import Format, Refusal
from llm_conformance.simulator.formats.openai_error import error, refuse
from llm_conformance.simulator.formats.parameter import optional, required, texts
from llm_conformance.simulator.stop import before_stop
from llm_fixtures import Finish

_Json = dict[str, Any]

# A simulator has no clock: two runs differ in nothing.
_CREATED = 1_700_000_000
_MOST_CHOICES = 128
_STREAM_HEADERS = (
    ("Content-Type", "text/event-stream; charset=utf-8"),
    ("Cache-Control", "no-cache"),
    ("X-Accel-Buffering", "no"),
)
_REASONS = {Finish.STOP: "stop", Finish.LENGTH: "length", Finish.CONTENT_FILTER: "content_filter", Finish.ERROR: None}
_MODEL_FAILED = Refusal(500, "the model failed: its golden stream finishes with an error")


@dataclass(frozen=True, slots=True)
class _Choice:
    """One answer to one prompt. A response carries several: one for each prompt, times `n`."""

    index: int
    pieces: tuple[str, ...]
    reason: str | None
    tokens: int
    style: FinishStyle

    @classmethod
    def of(cls, index: int, case: Case, stops: tuple[str, ...]) -> "_Choice":
        """What the case says; a stop text ends it early, and is never said itself."""
        golden = case.golden
        pieces = golden.text_tokens(case.rendering)
        if (cut := before_stop(pieces, stops)) is not None:
            return cls(index, cut, "stop", len(cut), case.finish)
        return cls(index, pieces, _REASONS[golden.finish], golden.usage.completion, case.finish)

    def whole(self) -> _Json:
        """The choice of an answer that is not streamed."""
        return self._saying("".join(self.pieces), self.reason)

    def chunks(self, envelope: _Json) -> Iterator[bytes]:
        """One chunk for each token; the reason to end comes with an empty text more, or with the last."""
        *texts, last = (*self.pieces, "") if self.style == "own-chunk" else self.pieces or ("",)
        # The chunks differ in their text alone. Encoding only that is three times as fast, and while an answer is
        # compiled every other stream waits. A name cannot fake the mark: quotes inside strings are escaped.
        before, after = document({**envelope, "choices": [self._saying("", None)]}).split(b'"text":""')
        for text in texts:
            yield b'%b"text":%b%b' % (before, document(text), after)
        yield document({**envelope, "choices": [self._saying(last, self.reason)]})

    def _saying(self, text: str, reason: str | None) -> _Json:
        return {"index": self.index, "text": text, "logprobs": None, "finish_reason": reason}


@dataclass(frozen=True, slots=True)
class Completions:
    """A request for completions.

    `max_tokens` is not read, on purpose: the golden stream is the truth of a case. Clients send limits nobody asked
    for (langchain-openai: 256), and an answer cut by one would look like a fault of the adapter.
    """

    model: str
    prompts: tuple[str, ...]
    n: int
    stops: tuple[str, ...]
    stream: bool
    include_usage: bool

    @classmethod
    def read(cls, body: Any) -> "Completions":
        """The request in a JSON body, refused by parameter where it is none."""
        if not isinstance(body, dict):
            raise Refusal(400, "the request body must be a JSON object")
        stream = optional(body, "stream", bool, default=False)
        options = optional(body, "stream_options", dict, default={})
        if options and not stream:
            raise Refusal(400, "'stream_options' is only allowed when 'stream' is true", "stream_options")
        if not 1 <= (n := optional(body, "n", int, default=1)) <= _MOST_CHOICES:
            raise Refusal(400, f"'n' must be between 1 and {_MOST_CHOICES}, got {n}", "n")
        if not (prompts := texts(body, "prompt")):
            raise Refusal(400, "'prompt' is missing", "prompt")
        if "" in (stops := texts(body, "stop")):
            raise Refusal(400, "'stop' must not be empty", "stop")
        return cls(
            model=required(body, "model", str),
            prompts=prompts,
            n=n,
            stops=stops,
            stream=stream,
            include_usage=optional(options, "include_usage", bool, default=False),
        )

    def answer(self, cases: Sequence[Case], serial: int) -> Answer:
        """The golden streams of the cases, all `n` choices of the first prompt before those of the second."""
        speakers = [case for case in cases for _ in range(self.n)]
        choices = [_Choice.of(index, case, self.stops) for index, case in enumerate(speakers)]
        failed = any(choice.reason is None for choice in choices)
        prompt, completion = sum(case.golden.usage.prompt for case in cases), sum(choice.tokens for choice in choices)
        usage = {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion}
        envelope = {"id": f"cmpl-{serial}", "object": "text_completion", "created": _CREATED, "model": self.model}
        request_id = ("X-Request-Id", f"req_{serial}")
        if self.stream:
            events = self._events(choices, envelope, usage, failed=failed)
            return Answer(200, (*_STREAM_HEADERS, request_id), tuple(_event(data) for data in events), streamed=True)
        if failed:
            return refuse(_MODEL_FAILED, serial)
        body = document({**envelope, "choices": [choice.whole() for choice in choices], "usage": usage})
        return Answer(200, (("Content-Type", "application/json"), request_id), (Send(body),))

    def _events(self, choices: Sequence[_Choice], envelope: _Json, usage: _Json, *, failed: bool) -> Iterator[bytes]:
        """The data of all events: the choices take turns, as prompts do that a server works on side by side."""
        bill = {"usage": None} if self.include_usage else {}
        for turn in zip_longest(*(choice.chunks({**envelope, **bill}) for choice in choices)):
            yield from filter(None, turn)
        if failed:
            yield error(_MODEL_FAILED)
        elif self.include_usage:
            yield document({**envelope, "choices": [], "usage": usage})
        # Behind an error too, as vLLM does it: so the error event alone tells that the stream failed.
        yield b"[DONE]"


def _event(data: bytes) -> Send:
    return Send(b"data: %b\n\n" % data)


OPENAI_COMPLETIONS = Format("openai-completions", "/v1/completions", Completions.read, refuse)
