"""A client of Gemini's API: the simplest code that reads it right, since Google's SDK is no dependency of the tests."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from typing import Any

import httpx

from llm_conformance.simulator import FORMATS
from llm_conformance.simulator.recording.sse import Decoder

Json = dict[str, Any]
PATH = FORMATS["gemini"].stream_path()
WHOLE_PATH = PATH.replace("streamGenerateContent?alt=sse", "generateContent")


class GeminiError(Exception):
    """The provider has sent an error, or an answer that is not whole."""


# One for all tests: a client loads certificates when it is made. Each request has its own connection.
@cache
def _client() -> httpx.Client:
    return httpx.Client(limits=httpx.Limits(max_keepalive_connections=0))


def contents(prompt: str) -> list[Json]:
    return [{"role": "user", "parts": [{"text": prompt}]}]


def chunks(url: str, timeout: float, body: Json) -> Iterator[Json]:
    """The chunks of a stream. Raises GeminiError unless one of them has a finish reason, or blocks the prompt."""
    decoder, whole = Decoder(), False
    with _client().stream("POST", f"{url}{PATH}", json=body, timeout=timeout) as response:
        response.raise_for_status()
        for data in response.iter_bytes():
            for chunk in map(_chunk, decoder.feed(data)):
                yield chunk
                whole = whole or _is_last(chunk)
    for chunk in map(_chunk, decoder.finish()):
        yield chunk
        whole = whole or _is_last(chunk)
    if not whole:
        raise GeminiError("the stream ended without a finish reason")


def answer(url: str, timeout: float, body: Json) -> Json:
    """An answer that is not streamed."""
    response = _client().post(f"{url}{WHOLE_PATH}", json=body, timeout=timeout).raise_for_status()
    return _chunk(response.content.decode())


def parts(chunk: Json) -> list[Json]:
    """The parts of the first candidate; a chunk may have none."""
    candidates = chunk.get("candidates") or [{}]
    found: list[Json] = candidates[0].get("content", {}).get("parts", [])
    return found


def text(chunk: Json) -> str:
    """The text, without thoughts."""
    return "".join(part["text"] for part in parts(chunk) if "text" in part and not part.get("thought"))


def finish(chunk: Json) -> str | None:
    """The finish reason, or why the prompt is blocked."""
    candidates = chunk.get("candidates") or [{}]
    reason: str | None = candidates[0].get("finishReason") or chunk.get("promptFeedback", {}).get("blockReason")
    return reason


def _is_last(chunk: Json) -> bool:
    return finish(chunk) is not None


def _chunk(document: str) -> Json:
    value = json.loads(document)
    if not isinstance(value, dict) or "error" in value:
        raise GeminiError(document)
    return value
