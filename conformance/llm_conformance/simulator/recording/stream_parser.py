"""What is heard of a stream, format by format: its tokens, why it ended, the bill. Bytes in, no I/O.

This is a client as the table of faults wants it: it gives the exact text, or it raises.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from llm_conformance.simulator.formats import Format, Lines
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


class Broken(Exception):  # noqa: N818 - a verdict on what was heard
    """The stream tells an error, breaks off, or is none."""


@dataclass(frozen=True, slots=True)
class Heard:
    """A token, and its number where the format tells it."""

    text: str
    id: int | None = None


class Hearing:
    """Listens to one stream in one format."""

    def __init__(self, form: Format) -> None:
        self.finish = Finish.STOP
        self.usage: Usage | None = None
        self.whole = False
        self._decoder = Decoder() if form.lines is Lines.SSE else None
        self._rest = b""
        self._hear = _EARS[form.name]

    def feed(self, data: bytes) -> Iterator[Heard]:
        """The tokens that are complete by now."""
        for event in self._decoder.feed(data) if self._decoder else self._lines(data):
            yield from self._take(event)

    def close(self) -> Iterator[Heard]:
        """What the end of the body completes; `Broken` if the answer is not whole then."""
        for event in self._decoder.finish() if self._decoder else ():
            yield from self._take(event)
        if not self.whole:
            raise Broken("the stream ended before its terminator: it is cut off")

    def billed(self, prompt: int, completion: int) -> None:
        """Note what the format tells of the bill."""
        self.usage = Usage(prompt, completion)

    def ended(self, reason: str | None) -> None:
        """Note why the format says that the answer ends; a word that is new is a stop."""
        if reason is not None:
            self.finish = _FINISHES.get(reason, Finish.STOP)

    def _take(self, event: str) -> Iterator[Heard]:
        if self.whole:
            return
        if event == _DONE:
            self.whole = True
            return
        try:
            document = json.loads(event)
        except ValueError:
            raise Broken(f"no JSON in the stream: {event[:80]!r}") from None
        if not isinstance(document, dict) or document.get("error"):
            raise Broken(f"the provider tells an error: {_message(document)}")
        try:
            yield from self._hear(self, document)
        except (AttributeError, IndexError, KeyError, TypeError) as error:
            raise Broken(f"not what the format has: {event[:80]!r}") from error

    def _lines(self, data: bytes) -> Iterator[str]:
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines:
            if line.strip():
                yield line.decode("utf-8", "replace")


def _message(document: Any) -> str:
    error = document.get("error") if isinstance(document, dict) else document
    return str(error.get("message", error) if isinstance(error, dict) else error)


def _openai(hearing: Hearing, chunk: Any, text: Callable[[Any], str | None]) -> Iterator[Heard]:
    for choice in chunk["choices"]:
        hearing.ended(choice.get("finish_reason"))
        said = text(choice)
        # The chunk that says only why the answer ends has an empty text of no token.
        if said is not None and (said or choice.get("finish_reason") is None):
            yield Heard(said)
    if usage := chunk.get("usage"):
        hearing.billed(usage["prompt_tokens"], usage["completion_tokens"])


def _completions(hearing: Hearing, chunk: Any) -> Iterator[Heard]:
    yield from _openai(hearing, chunk, lambda choice: str(choice["text"]))


def _chat(hearing: Hearing, chunk: Any) -> Iterator[Heard]:
    def text(choice: Any) -> str | None:
        delta = choice["delta"]
        opening = "role" in delta and not delta.get("content")
        return None if opening else delta.get("content")

    yield from _openai(hearing, chunk, text)


def _messages(hearing: Hearing, event: Any) -> Iterator[Heard]:
    match event["type"]:
        case "message_start":
            hearing.billed(event["message"]["usage"]["input_tokens"], 0)
        case "content_block_delta" if event["delta"]["type"] == "text_delta":
            yield Heard(event["delta"]["text"])
        case "message_delta":
            hearing.ended(event["delta"]["stop_reason"])
            prompt = hearing.usage.prompt if hearing.usage else 0
            hearing.billed(prompt, event["usage"]["output_tokens"])
        case "message_stop":
            hearing.whole = True


def _ollama(hearing: Hearing, line: Any) -> Iterator[Heard]:
    text = line["message"]["content"] if "message" in line else line["response"]
    if text or not line["done"]:
        yield Heard(text)
    if line["done"]:
        hearing.whole = True
        hearing.ended(line.get("done_reason"))
        hearing.billed(line.get("prompt_eval_count", 0), line.get("eval_count", 0))


def _tgi(hearing: Hearing, event: Any) -> Iterator[Heard]:
    token = event["token"]
    last = event["generated_text"] is not None
    if not token["special"] and (token["text"] or not last):
        yield Heard(token["text"], token["id"])
    if last:
        hearing.whole = True
        if details := event["details"]:
            hearing.ended(details["finish_reason"])
            hearing.billed(details["input_length"], details["generated_tokens"])


_EARS: dict[str, Callable[[Hearing, Any], Iterator[Heard]]] = {
    "openai-completions": _completions,
    "openai-chat": _chat,
    "anthropic-messages": _messages,
    "ollama-generate": _ollama,
    "ollama-chat": _ollama,
    "tgi": _tgi,
}
