"""Parses a stream in any format: its pieces, its finish reason and its usage. Bytes in; performs no I/O.

The parser is a correct client by the table of faults: it yields the exact text, or it raises.
"""

import json
from collections.abc import Callable, Iterator
from typing import Any

from llm_conformance.simulator.formats import Format, StreamEncoding
from llm_conformance.simulator.printable import one_line
from llm_conformance.simulator.recording.chat_pieces import (
    CallNumbers,
    pieces_of_anthropic,
    pieces_of_gemini,
    pieces_of_ollama,
    pieces_of_openai,
)
from llm_conformance.simulator.recording.response_pieces import ResponsePieces
from llm_conformance.simulator.recording.sse import Decoder
from llm_fixtures import Finish, Piece, Token, Usage

_FINISHES = {
    "stop": Finish.STOP,
    "end_turn": Finish.STOP,
    "stop_sequence": Finish.STOP,
    "eos_token": Finish.STOP,
    "length": Finish.LENGTH,
    "max_tokens": Finish.LENGTH,
    "tool_calls": Finish.TOOL_CALLS,
    "function_call": Finish.TOOL_CALLS,
    "tool_use": Finish.TOOL_CALLS,
    "max_output_tokens": Finish.LENGTH,
    "MAX_TOKENS": Finish.LENGTH,
    **dict.fromkeys(("SAFETY", "RECITATION", "BLOCKLIST", "PROHIBITED_CONTENT", "SPII"), Finish.CONTENT_FILTER),
    "content_filter": Finish.CONTENT_FILTER,
    "refusal": Finish.CONTENT_FILTER,
}
_DONE = "[DONE]"


class BrokenStreamError(Exception):
    """The stream contains an error, is incomplete, or is not in the format."""


class StreamParser:
    """An incremental parser for one stream in one format.

    whole: whether the event that ends the answer has arrived. said_reason: whether a finish reason has arrived, in an
        API that has no such event. calls: the numbers of its calls of tools.
    response: what reads the events of OpenAI's responses API.
    reported: the usage as the provider reports it, where it comes in several events.
    """

    def __init__(self, form: Format) -> None:
        self.finish = Finish.STOP
        self.usage: Usage | None = None
        self.whole = False
        self.said_reason = False
        self.calls = CallNumbers()
        self.response = ResponsePieces(self.calls)
        self.reported: dict[str, Any] = {}
        self._decoder = Decoder() if form.encoding is StreamEncoding.SSE else None
        self._rest = b""
        self._parse = _PARSERS[form.name]

    def feed(self, data: bytes) -> Iterator[Piece]:
        """The pieces that these bytes complete."""
        for event in self._decoder.feed(data) if self._decoder else self._lines(data):
            yield from self._parse_event(event)

    def close(self) -> Iterator[Piece]:
        """The pieces that the end of the body completes. Raises BrokenStreamError if the answer is incomplete."""
        for event in self._decoder.finish() if self._decoder else ():
            yield from self._parse_event(event)
        if not (self.whole or self.said_reason):
            raise BrokenStreamError("the stream is truncated: it ended before its terminator")

    def note_usage(self, prompt: int, completion: int, cached: int = 0, reasoning: int = 0) -> None:
        """Store the token usage. Some providers count reasoning beside the completion; a golden stream cannot."""
        self.usage = Usage(prompt, completion, min(cached, prompt), min(reasoning, completion))

    def note_finish(self, reason: str | None) -> None:
        """Store the finish reason. An unknown reason counts as `stop`."""
        if reason is not None:
            self.finish = _FINISHES.get(reason, Finish.STOP)

    def _parse_event(self, event: str) -> Iterator[Piece]:
        if self.whole:
            return
        if event == _DONE:
            self.whole = True
            return
        try:
            document = json.loads(event)
        except (ValueError, RecursionError):
            raise BrokenStreamError(f"invalid JSON in the stream: {event[:80]!r}") from None
        if not isinstance(document, dict) or document.get("error"):
            raise BrokenStreamError(f"the provider sent an error: {_message(document)}")
        try:
            yield from self._parse(self, document)
        except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
            raise BrokenStreamError(f"unexpected event for the format: {event[:80]!r}") from error

    def _lines(self, data: bytes) -> Iterator[str]:
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines:
            if line.strip():
                yield line.decode("utf-8", "replace")


def _message(document: Any) -> str:
    error = document.get("error", document.get("message")) if isinstance(document, dict) else document
    # A provider can send any text.
    return one_line(str(error.get("message", error) if isinstance(error, dict) else error))


def _completions(parser: StreamParser, chunk: Any) -> Iterator[Piece]:
    for choice in chunk["choices"]:
        yield from _text(str(choice["text"]), choice)
    _note_openai(parser, chunk)


def _chat(parser: StreamParser, chunk: Any) -> Iterator[Piece]:
    for choice in chunk["choices"]:
        delta = choice["delta"]
        pieces = [*pieces_of_openai(parser.calls, delta)]
        yield from pieces
        content = delta.get("content")
        # The empty text of the opening, or beside another piece, is not a token.
        if content or (content is not None and "role" not in delta and not pieces):
            yield from _text(content, choice)
    _note_openai(parser, chunk)


def _text(text: str, choice: Any) -> Iterator[Piece]:
    # The empty text of a chunk that carries only the finish reason is not a token.
    if text or choice.get("finish_reason") is None:
        yield Token(text=text)


def _note_openai(parser: StreamParser, chunk: Any) -> None:
    for choice in chunk["choices"]:
        parser.note_finish(choice.get("finish_reason"))
    if usage := chunk.get("usage"):
        cached = (usage.get("prompt_tokens_details") or {}).get("cached_tokens") or 0
        reasoning = (usage.get("completion_tokens_details") or {}).get("reasoning_tokens") or 0
        parser.note_usage(usage["prompt_tokens"], usage["completion_tokens"], cached, reasoning)


def _messages(parser: StreamParser, event: Any) -> Iterator[Piece]:
    match event["type"]:
        case "message_start":
            _note_anthropic(parser, event["message"]["usage"])
        case "content_block_start" | "content_block_delta":
            yield from pieces_of_anthropic(parser.calls, event)
        case "message_delta":
            parser.note_finish(event["delta"]["stop_reason"])
            _note_anthropic(parser, event["usage"])
        case "message_stop":
            parser.whole = True


def _note_anthropic(parser: StreamParser, usage: Any) -> None:
    """The usage so far: the last event may have that of the answer alone. Input tokens do not include cached ones."""
    reported = parser.reported
    reported.update({name: count for name, count in usage.items() if count is not None})
    cached = reported.get("cache_read_input_tokens", 0)
    prompt = reported["input_tokens"] + cached + reported.get("cache_creation_input_tokens", 0)
    reasoning = reported.get("output_tokens_details", {}).get("thinking_tokens") or 0
    parser.note_usage(prompt, reported.get("output_tokens", 0), cached, reasoning)


def _responses(parser: StreamParser, event: Any) -> Iterator[Piece]:
    match event["type"]:
        case "response.completed" | "response.incomplete":
            _end_response(parser, event["response"])
        case "response.failed" | "error":
            raise BrokenStreamError(f"the provider sent an error: {_message(event.get('response', event))}")
        case _:
            yield from parser.response.pieces(event)


def _end_response(parser: StreamParser, response: Any) -> None:
    parser.whole = True
    if details := response["incomplete_details"]:
        parser.note_finish(details["reason"])
    elif parser.calls.count:
        # This provider has no reason of its own for calls.
        parser.finish = Finish.TOOL_CALLS
    if usage := response["usage"]:
        cached = (usage.get("input_tokens_details") or {}).get("cached_tokens") or 0
        reasoning = (usage.get("output_tokens_details") or {}).get("reasoning_tokens") or 0
        parser.note_usage(usage["input_tokens"], usage["output_tokens"], cached, reasoning)


def _gemini(parser: StreamParser, chunk: Any) -> Iterator[Piece]:
    if (feedback := chunk.get("promptFeedback")) and feedback.get("blockReason"):
        parser.said_reason, parser.finish = True, Finish.CONTENT_FILTER
    for candidate in chunk.get("candidates") or ():
        for part in (candidate.get("content") or {}).get("parts") or ():
            yield from pieces_of_gemini(parser.calls, part, last="finishReason" in candidate)
        if reason := candidate.get("finishReason"):
            parser.said_reason = True
            parser.note_finish(reason)
            if parser.calls.count and parser.finish is Finish.STOP:
                # This provider has no reason of its own for calls.
                parser.finish = Finish.TOOL_CALLS
    if usage := chunk.get("usageMetadata"):
        prompt = usage.get("promptTokenCount", 0) + usage.get("toolUsePromptTokenCount", 0)
        thoughts = usage.get("thoughtsTokenCount", 0)
        completion = usage.get("candidatesTokenCount", 0) + thoughts
        parser.note_usage(prompt, completion, usage.get("cachedContentTokenCount", 0), thoughts)


def _ollama(parser: StreamParser, line: Any) -> Iterator[Piece]:
    message = line.get("message") or {}
    pieces = [*pieces_of_ollama(parser.calls, message)]
    yield from pieces
    text = message.get("content") or "" if "message" in line else line["response"]
    if text or not (line["done"] or pieces):
        yield Token(text=text)
    if line["done"]:
        parser.whole = True
        parser.note_finish(line.get("done_reason"))
        if parser.calls.count and parser.finish is Finish.STOP:
            # This provider has no reason of its own for calls.
            parser.finish = Finish.TOOL_CALLS
        parser.note_usage(line.get("prompt_eval_count", 0), line.get("eval_count", 0))


def _tgi(parser: StreamParser, event: Any) -> Iterator[Piece]:
    token = event["token"]
    last = event["generated_text"] is not None
    if not token["special"] and (token["text"] or not last):
        yield Token(text=token["text"], id=token["id"])
    if last:
        parser.whole = True
        if details := event["details"]:
            parser.note_finish(details["finish_reason"])
            parser.note_usage(details["input_length"], details["generated_tokens"])


_PARSERS: dict[str, Callable[[StreamParser, Any], Iterator[Piece]]] = {
    "openai-completions": _completions,
    "openai-chat": _chat,
    "openai-responses": _responses,
    "anthropic-messages": _messages,
    "gemini": _gemini,
    "ollama-generate": _ollama,
    "ollama-chat": _ollama,
    "tgi": _tgi,
}
