"""Asks a provider for one stream and keeps it as a golden stream. Standard library only; a key is never kept."""

import http.client
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Self
from urllib.parse import SplitResult, urlsplit

from llm_conformance.simulator.formats import format_named
from llm_conformance.simulator.recording.stream_parser import BrokenStreamError, ParsedToken, StreamParser
from llm_fixtures import Golden, Token, Usage

_PIECE = 65536
_DIGITS = 3


@dataclass(frozen=True, slots=True)
class RecordRequest:
    """What is asked, of whom, and under which name the answer is kept.

    url: the base address, as clients of the format are given it.
    """

    format: str
    url: str
    prompt: str
    name: str
    why: str
    model: str = "default"
    key: str | None = None
    max_tokens: int = 256
    timeout: float = 60.0


@dataclass(frozen=True, slots=True)
class Recording:
    """The golden stream, and how long it took."""

    golden: Golden
    seconds: float


def record(wanted: RecordRequest, clock: Callable[[], float] = time.monotonic, today: str | None = None) -> Recording:
    """Ask, listen and keep; `Broken` if what comes is no whole answer."""
    form = format_named(wanted.format)
    hearing = StreamParser(form)
    tokens: list[Token] = []
    began = last = clock()
    with _Connection(wanted) as asked:
        for heard, now in _timed(hearing, asked, clock):
            tokens.append(Token(text=heard.text, dt=round(now - last, _DIGITS), id=heard.id))
            last = now
        server = asked.server
    source = ", ".join(part for part in (f"recorded {today or time.strftime('%Y-%m-%d')}", server) if part)
    golden = Golden(
        name=wanted.name,
        prompt=wanted.prompt,
        why=wanted.why,
        tokens=tuple(tokens),
        finish=hearing.finish,
        usage=hearing.usage or Usage(0, len(tokens)),
        model=wanted.model,
        source=source,
    )
    return Recording(golden, clock() - began)


class _Connection:
    """One request under way."""

    def __init__(self, wanted: RecordRequest) -> None:
        self._wanted = wanted
        self._place = _place(wanted.url)
        secure = self._place.scheme == "https"
        kind = http.client.HTTPSConnection if secure else http.client.HTTPConnection
        self._connection = kind(self._place.netloc, timeout=wanted.timeout)
        self.server: str | None = None

    def __enter__(self) -> Self:
        form = format_named(self._wanted.format)
        end = next(iter(form.paths)).removeprefix(form.base)
        headers = {"Content-Type": "application/json", "Accept-Encoding": "identity", **_key(self._wanted)}
        try:
            path = self._place.path.rstrip("/") + end
            self._connection.request("POST", path, json.dumps(_body(self._wanted)), headers)
            self._response = self._connection.getresponse()
        except (OSError, http.client.HTTPException) as error:
            self._connection.close()
            raise BrokenStreamError(f"{self._wanted.url}: {error or type(error).__name__}") from None
        self.server = self._response.getheader("Server")
        if self._response.status != HTTPStatus.OK:
            told = self._response.read(_PIECE).decode("utf-8", "replace").strip()
            self._connection.close()
            raise BrokenStreamError(f"{self._wanted.url} answers {self._response.status}: {self._redacted(told)}")
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def read(self) -> bytes:
        """What comes next; nothing at the end of the body."""
        try:
            return self._response.read1(_PIECE)
        except (OSError, http.client.HTTPException) as error:
            raise BrokenStreamError(
                f"the connection broke within the stream: {error or type(error).__name__}"
            ) from None

    def _redacted(self, text: str) -> str:
        return text.replace(self._wanted.key, "redacted") if self._wanted.key else text


def _timed(
    hearing: StreamParser, asked: _Connection, clock: Callable[[], float]
) -> Iterator[tuple[ParsedToken, float]]:
    while data := asked.read():
        now = clock()
        for heard in hearing.feed(data):
            yield heard, now
    now = clock()
    for heard in hearing.close():
        yield heard, now


def _place(url: str) -> SplitResult:
    place = urlsplit(url)
    if place.scheme not in {"http", "https"} or not place.netloc:
        raise BrokenStreamError(f"no base URL: {url!r}; expected one such as https://host/v1")
    return place


def _key(wanted: RecordRequest) -> dict[str, str]:
    if wanted.format == "anthropic-messages":
        return {"Anthropic-Version": "2023-06-01", **({"X-Api-Key": wanted.key} if wanted.key else {})}
    return {"Authorization": f"Bearer {wanted.key}"} if wanted.key else {}


def _body(wanted: RecordRequest) -> dict[str, Any]:
    messages = [{"role": "user", "content": wanted.prompt}]
    model: dict[str, Any] = {"model": wanted.model, "stream": True}
    match wanted.format:
        case "openai-completions":
            options = {"stream_options": {"include_usage": True}, "max_tokens": wanted.max_tokens}
            return {**model, "prompt": wanted.prompt, **options}
        case "openai-chat":
            options = {"stream_options": {"include_usage": True}, "max_tokens": wanted.max_tokens}
            return {**model, "messages": messages, **options}
        case "anthropic-messages":
            return {**model, "messages": messages, "max_tokens": wanted.max_tokens}
        case "ollama-generate":
            return {**model, "prompt": wanted.prompt, "options": {"num_predict": wanted.max_tokens}}
        case "ollama-chat":
            return {**model, "messages": messages, "options": {"num_predict": wanted.max_tokens}}
        case _:
            parameters = {"details": True, "max_new_tokens": wanted.max_tokens}
            return {"inputs": wanted.prompt, "stream": True, "parameters": parameters}
