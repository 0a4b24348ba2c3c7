"""Requests one stream from a provider and records it as a golden stream. Never stores the API key."""

import http.client
import json
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from typing import Any, Self
from urllib.parse import SplitResult, urlsplit

from llm_conformance.simulator.formats import format_named
from llm_conformance.simulator.formats.request_body import request_body
from llm_conformance.simulator.printable import one_line, without_keys
from llm_conformance.simulator.recording.stream_parser import BrokenStreamError, StreamParser
from llm_fixtures import Golden, Piece, Usage

_READ_SIZE = 65536
_TIME_DIGITS = 3


@dataclass(frozen=True, slots=True)
class RecordRequest:
    """What to request, and the name and `why` of the recorded stream.

    url: the base URL, as clients of the format use it.
    key: the API key, if the provider needs one. timeout: the read timeout in seconds.
    parameters: further parameters of the request, which win: tools that the model may call, or thinking.
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
    parameters: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Recording:
    """The golden stream, and the duration of the request in seconds."""

    golden: Golden
    seconds: float


def record(request: RecordRequest, clock: Callable[[], float] = time.monotonic, today: str | None = None) -> Recording:
    """Request and record one stream. Raises BrokenStreamError if the answer is incomplete or an error."""
    form = format_named(request.format)
    parser = StreamParser(form)
    pieces: list[Piece] = []
    began = last = clock()
    with _Connection(request) as connection:
        for piece, now in _timed(parser, connection, clock):
            pieces.append(replace(piece, dt=round(now - last, _TIME_DIGITS)))
            last = now
        server = connection.server
    source = ", ".join(part for part in (f"recorded {today or time.strftime('%Y-%m-%d')}", server) if part)
    golden = Golden(
        name=request.name,
        prompt=request.prompt,
        why=request.why,
        pieces=tuple(pieces),
        finish=parser.finish,
        usage=parser.usage or Usage(0, len(pieces)),
        model=request.model,
        source=source,
    )
    return Recording(golden, clock() - began)


class _Connection:
    """One running request."""

    def __init__(self, request: RecordRequest) -> None:
        self._request = request
        self._url = _split_url(request.url)
        secure = self._url.scheme == "https"
        kind = http.client.HTTPSConnection if secure else http.client.HTTPConnection
        try:
            self._connection = kind(self._url.netloc, timeout=request.timeout)
        except http.client.InvalidURL:
            raise _invalid(request.url) from None
        self.server: str | None = None

    def __enter__(self) -> Self:
        form = format_named(self._request.format)
        end = form.stream_path(self._request.model).removeprefix(form.base)
        headers = {"Content-Type": "application/json", "Accept-Encoding": "identity", **_key(self._request)}
        try:
            path = self._url.path.rstrip("/") + end
            self._connection.request("POST", path, json.dumps(_body(self._request)), headers)
            self._response = self._connection.getresponse()
        except (OSError, ValueError, http.client.HTTPException) as error:  # ValueError: what no request can carry
            self._connection.close()
            raise BrokenStreamError(f"{without_keys(self._request.url)}: {error or type(error).__name__}") from None
        self.server = self._response.getheader("Server")
        if self._response.status != HTTPStatus.OK:
            message = self._response.read(_READ_SIZE).decode("utf-8", "replace").strip()
            self._connection.close()
            answered = f"{without_keys(self._request.url)} responded with status {self._response.status}"
            raise BrokenStreamError(f"{answered}: {self._redacted(message)}")
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def read(self) -> bytes:
        """The next bytes of the body; empty at its end."""
        try:
            return self._response.read1(_READ_SIZE)
        except (OSError, http.client.HTTPException) as error:
            raise BrokenStreamError(
                f"the connection failed during the stream: {error or type(error).__name__}"
            ) from None

    def _redacted(self, text: str) -> str:
        return one_line(text.replace(self._request.key, "redacted") if self._request.key else text)


def _timed(parser: StreamParser, connection: _Connection, clock: Callable[[], float]) -> Iterator[tuple[Piece, float]]:
    while data := connection.read():
        now = clock()
        for piece in parser.feed(data):
            yield piece, now
    now = clock()
    for piece in parser.close():
        yield piece, now


def _split_url(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
    except ValueError:
        raise _invalid(url) from None
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        raise _invalid(url)
    return parts


def _invalid(url: str) -> BrokenStreamError:
    return BrokenStreamError(f"invalid base URL: {without_keys(url)!r}; expected for example https://host/v1")


def _key(request: RecordRequest) -> dict[str, str]:
    if request.format == "anthropic-messages":
        return {"Anthropic-Version": "2023-06-01", **({"X-Api-Key": request.key} if request.key else {})}
    if request.format == "gemini":
        return {"X-Goog-Api-Key": request.key} if request.key else {}
    return {"Authorization": f"Bearer {request.key}"} if request.key else {}


def _body(request: RecordRequest) -> dict[str, Any]:
    body = request_body(request.format, request.prompt, model=request.model, most_tokens=request.max_tokens)
    return {**body, **request.parameters}
