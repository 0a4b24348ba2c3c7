"""What is heard of a stream, format by format: its tokens, why it ended, the bill. Bytes in, no I/O.

This is a client as the table of faults wants it: it gives the exact text, or it raises.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from llm_conformance.simulator.formats import Format, StreamEncoding
from llm_conformance.simulator.recording.sse import Decoder
from llm_fixtures import Finish, Usage

_FINISHES = {
    "stop": Finish.STOP,
    "end_turn": Finish.STOP,
    "stop_sequence": Finish.STOP,
    "eos_token": Finish.STOP,
    "length": Finish.LENGTH,
    "max_tokens": Finish.LENGTH,
    "content_filter": Finish.CONTENT_FILTER,
    "refusal": Finish.CONTENT_FILTER,
}
_DONE = "[DONE]"


class BrokenStreamError(Exception):
    """The stream tells an error, breaks off, or is none."""


@dataclass(frozen=True, slots=True)
class ParsedToken:
    """A token, and its number where the format tells it."""

    text: str
    id: int | None = None


class StreamParser:
    """Listens to one stream in one format."""

    def __init__(self, form: Format) -> None:
        self.finish = Finish.STOP
        self.usage: Usage | None = None
        self.whole = False
        self._decoder = Decoder() if form.encoding is StreamEncoding.SSE else None
        self._rest = b""
        self._parse = _PARSERS[form.name]

    def feed(self, data: bytes) -> Iterator[ParsedToken]:
        """The tokens that are complete by now."""
        for event in self._decoder.feed(data) if self._decoder else self._lines(data):
            yield from self._take(event)

    def close(self) -> Iterator[ParsedToken]:
        """What the end of the body completes; `Broken` if the answer is not whole then."""
        for event in self._decoder.finish() if self._decoder else ():
            yield from self._take(event)
        if not self.whole:
            raise BrokenStreamError("the stream ended before its terminator: it is cut off")

    def note_usage(self, prompt: int, completion: int) -> None:
        """Note what the format tells of the bill."""
        self.usage = Usage(prompt, completion)

    def note_finish(self, reason: str | None) -> None:
        """Note why the format says that the answer ends; a word that is new is a stop."""
        if reason is not None:
            self.finish = _FINISHES.get(reason, Finish.STOP)

    def _take(self, event: str) -> Iterator[ParsedToken]:
        if self.whole:
            return
        if event == _DONE:
            self.whole = True
            return
        try:
            document = json.loads(event)
        except ValueError:
            raise BrokenStreamError(f"no JSON in the stream: {event[:80]!r}") from None
        if not isinstance(document, dict) or document.get("error"):
            raise BrokenStreamError(f"the provider tells an error: {_message(document)}")
        try:
            yield from self._parse(self, document)
        except (AttributeError, IndexError, KeyError, TypeError) as error:
            raise BrokenStreamError(f"not what the format has: {event[:80]!r}") from error

    def _lines(self, data: bytes) -> Iterator[str]:
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines:
            if line.strip():
                yield line.decode("utf-8", "replace")


def _message(document: Any) -> str:
    error = document.get("error") if isinstance(document, dict) else document
    return str(error.get("message", error) if isinstance(error, dict) else error)


def _openai(hearing: StreamParser, chunk: Any, text: Callable[[Any], str | None]) -> Iterator[ParsedToken]:
    for choice in chunk["choices"]:
        hearing.note_finish(choice.get("finish_reason"))
        said = text(choice)
        # The chunk that says only why the answer ends has an empty text of no token.
        if said is not None and (said or choice.get("finish_reason") is None):
            yield ParsedToken(said)
    if usage := chunk.get("usage"):
        hearing.note_usage(usage["prompt_tokens"], usage["completion_tokens"])


def _completions(hearing: StreamParser, chunk: Any) -> Iterator[ParsedToken]:
    yield from _openai(hearing, chunk, lambda choice: str(choice["text"]))


def _chat(hearing: StreamParser, chunk: Any) -> Iterator[ParsedToken]:
    def text(choice: Any) -> str | None:
        delta = choice["delta"]
        opening = "role" in delta and not delta.get("content")
        return None if opening else delta.get("content")

    yield from _openai(hearing, chunk, text)


def _messages(hearing: StreamParser, event: Any) -> Iterator[ParsedToken]:
    match event["type"]:
        case "message_start":
            hearing.note_usage(event["message"]["usage"]["input_tokens"], 0)
        case "content_block_delta" if event["delta"]["type"] == "text_delta":
            yield ParsedToken(event["delta"]["text"])
        case "message_delta":
            hearing.note_finish(event["delta"]["stop_reason"])
            prompt = hearing.usage.prompt if hearing.usage else 0
            hearing.note_usage(prompt, event["usage"]["output_tokens"])
        case "message_stop":
            hearing.whole = True


def _ollama(hearing: StreamParser, line: Any) -> Iterator[ParsedToken]:
    text = line["message"]["content"] if "message" in line else line["response"]
    if text or not line["done"]:
        yield ParsedToken(text)
    if line["done"]:
        hearing.whole = True
        hearing.note_finish(line.get("done_reason"))
        hearing.note_usage(line.get("prompt_eval_count", 0), line.get("eval_count", 0))


def _tgi(hearing: StreamParser, event: Any) -> Iterator[ParsedToken]:
    token = event["token"]
    last = event["generated_text"] is not None
    if not token["special"] and (token["text"] or not last):
        yield ParsedToken(token["text"], token["id"])
    if last:
        hearing.whole = True
        if details := event["details"]:
            hearing.note_finish(details["finish_reason"])
            hearing.note_usage(details["input_length"], details["generated_tokens"])


_PARSERS: dict[str, Callable[[StreamParser, Any], Iterator[ParsedToken]]] = {
    "openai-completions": _completions,
    "openai-chat": _chat,
    "anthropic-messages": _messages,
    "ollama-generate": _ollama,
    "ollama-chat": _ollama,
    "tgi": _tgi,
}
