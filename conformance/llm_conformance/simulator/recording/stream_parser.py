"""Parses a stream in any format: its tokens, its finish reason and its usage. Bytes in; performs no I/O.

The parser is a correct client by the table of faults: it yields the exact text, or it raises.
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
    """The stream contains an error, is incomplete, or is not in the format."""


@dataclass(frozen=True, slots=True)
class ParsedToken:
    """A token, and its number in the vocabulary if the format sends it."""

    text: str
    id: int | None = None


class StreamParser:
    """An incremental parser for one stream in one format.

    whole: whether the event that ends the answer has arrived.
    """

    def __init__(self, form: Format) -> None:
        self.finish = Finish.STOP
        self.usage: Usage | None = None
        self.whole = False
        self._decoder = Decoder() if form.encoding is StreamEncoding.SSE else None
        self._rest = b""
        self._parse = _PARSERS[form.name]

    def feed(self, data: bytes) -> Iterator[ParsedToken]:
        """The tokens that these bytes complete."""
        for event in self._decoder.feed(data) if self._decoder else self._lines(data):
            yield from self._parse_event(event)

    def close(self) -> Iterator[ParsedToken]:
        """The tokens that the end of the body completes. Raises BrokenStreamError if the answer is incomplete."""
        for event in self._decoder.finish() if self._decoder else ():
            yield from self._parse_event(event)
        if not self.whole:
            raise BrokenStreamError("the stream is truncated: it ended before its terminator")

    def note_usage(self, prompt: int, completion: int) -> None:
        """Store the token usage."""
        self.usage = Usage(prompt, completion)

    def note_finish(self, reason: str | None) -> None:
        """Store the finish reason. An unknown reason counts as `stop`."""
        if reason is not None:
            self.finish = _FINISHES.get(reason, Finish.STOP)

    def _parse_event(self, event: str) -> Iterator[ParsedToken]:
        if self.whole:
            return
        if event == _DONE:
            self.whole = True
            return
        try:
            document = json.loads(event)
        except ValueError:
            raise BrokenStreamError(f"invalid JSON in the stream: {event[:80]!r}") from None
        if not isinstance(document, dict) or document.get("error"):
            raise BrokenStreamError(f"the provider sent an error: {_message(document)}")
        try:
            yield from self._parse(self, document)
        except (AttributeError, IndexError, KeyError, TypeError) as error:
            raise BrokenStreamError(f"unexpected event for the format: {event[:80]!r}") from error

    def _lines(self, data: bytes) -> Iterator[str]:
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines:
            if line.strip():
                yield line.decode("utf-8", "replace")


def _message(document: Any) -> str:
    error = document.get("error") if isinstance(document, dict) else document
    return str(error.get("message", error) if isinstance(error, dict) else error)


def _openai(parser: StreamParser, chunk: Any, text: Callable[[Any], str | None]) -> Iterator[ParsedToken]:
    for choice in chunk["choices"]:
        parser.note_finish(choice.get("finish_reason"))
        content = text(choice)
        # The empty text of a chunk that carries only the finish reason is not a token.
        if content is not None and (content or choice.get("finish_reason") is None):
            yield ParsedToken(content)
    if usage := chunk.get("usage"):
        parser.note_usage(usage["prompt_tokens"], usage["completion_tokens"])


def _completions(parser: StreamParser, chunk: Any) -> Iterator[ParsedToken]:
    yield from _openai(parser, chunk, lambda choice: str(choice["text"]))


def _chat(parser: StreamParser, chunk: Any) -> Iterator[ParsedToken]:
    def text(choice: Any) -> str | None:
        delta = choice["delta"]
        opening = "role" in delta and not delta.get("content")
        return None if opening else delta.get("content")

    yield from _openai(parser, chunk, text)


def _messages(parser: StreamParser, event: Any) -> Iterator[ParsedToken]:
    match event["type"]:
        case "message_start":
            parser.note_usage(event["message"]["usage"]["input_tokens"], 0)
        case "content_block_delta" if event["delta"]["type"] == "text_delta":
            yield ParsedToken(event["delta"]["text"])
        case "message_delta":
            parser.note_finish(event["delta"]["stop_reason"])
            prompt = parser.usage.prompt if parser.usage else 0
            parser.note_usage(prompt, event["usage"]["output_tokens"])
        case "message_stop":
            parser.whole = True


def _ollama(parser: StreamParser, line: Any) -> Iterator[ParsedToken]:
    text = line["message"]["content"] if "message" in line else line["response"]
    if text or not line["done"]:
        yield ParsedToken(text)
    if line["done"]:
        parser.whole = True
        parser.note_finish(line.get("done_reason"))
        parser.note_usage(line.get("prompt_eval_count", 0), line.get("eval_count", 0))


def _tgi(parser: StreamParser, event: Any) -> Iterator[ParsedToken]:
    token = event["token"]
    last = event["generated_text"] is not None
    if not token["special"] and (token["text"] or not last):
        yield ParsedToken(token["text"], token["id"])
    if last:
        parser.whole = True
        if details := event["details"]:
            parser.note_finish(details["finish_reason"])
            parser.note_usage(details["input_length"], details["generated_tokens"])


_PARSERS: dict[str, Callable[[StreamParser, Any], Iterator[ParsedToken]]] = {
    "openai-completions": _completions,
    "openai-chat": _chat,
    "anthropic-messages": _messages,
    "ollama-generate": _ollama,
    "ollama-chat": _ollama,
    "tgi": _tgi,
}
