"""Reads HTTP/1.1 requests, as clients of LLM APIs send them. Does not interpret paths and bodies."""

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass

_HEAD_END = b"\r\n\r\n"
MOST_CONTENT = 16 * 2**20
_MOST_FIELDS = 256
_MOST_TRAILERS = 100
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_CHUNK_SIZE = re.compile(rb"([0-9A-Fa-f]+)[ \t]*(?:;.*)?\r\n", re.DOTALL)


class MalformedRequestError(Exception):
    """The bytes are not a readable HTTP request. Carries the status to respond with, and the reason."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Head:
    """Request line and header fields. Names are in lower case; repeated fields are joined by commas."""

    method: str
    path: str
    headers: Mapping[str, str]
    query: str = ""

    @property
    def closing(self) -> bool:
        """Whether this is the last request on the connection."""
        # A client reads a body after HEAD as the next response, and the simulator always sends a body.
        return "close" in self.headers.get("connection", "").lower() or self.method == "HEAD"

    @property
    def waiting(self) -> bool:
        """Whether the client sends the body only after `100 Continue`."""
        return self.headers.get("expect", "").lower() == "100-continue"


async def read_head(first: bytes, reader: asyncio.StreamReader) -> Head:
    """The head of a request whose first byte has already been read. Raises MalformedRequestError."""
    try:
        raw = first + await reader.readuntil(_HEAD_END)
    except asyncio.LimitOverrunError:
        raise MalformedRequestError(431, "the head of the request is longer than 64 KiB") from None
    line, *fields = raw.removesuffix(_HEAD_END).decode("latin-1").split("\r\n")
    match line.split(" "):
        case [method, target, "HTTP/1.1"]:
            path, _, query = target.partition("?")
            return Head(method, path, _headers(fields), query)
        case [_, _, version] if version.startswith("HTTP/"):
            raise MalformedRequestError(505, f"this server supports HTTP/1.1, got {version!r}")
        case _:
            raise MalformedRequestError(400, f"invalid request line: {line[:80]!r}")


def _headers(fields: list[str]) -> dict[str, str]:
    if len(fields) > _MOST_FIELDS:
        raise MalformedRequestError(431, f"the request has more than {_MOST_FIELDS} header fields")
    headers: dict[str, str] = {}
    for field in fields:
        name, colon, value = field.partition(":")
        if not colon or not _TOKEN.fullmatch(name):
            raise MalformedRequestError(400, f"invalid header field: {field[:80]!r}")
        key, value = name.lower(), value.strip(" \t")
        if key == "host" and key in headers:
            raise MalformedRequestError(400, "the request has several Host fields")
        headers[key] = f"{headers[key]}, {value}" if key in headers else value
    return headers


async def read_content(head: Head, reader: asyncio.StreamReader) -> bytes:
    """The body of a request. Raises MalformedRequestError."""
    coding = head.headers.get("transfer-encoding")
    if coding is None:
        length = head.headers.get("content-length", "0")
        # int() would also accept signs, spaces, underscores and digits of other scripts.
        if not (length.isascii() and length.isdigit()):
            raise MalformedRequestError(400, f"invalid Content-Length: {length[:80]!r}")
        return await reader.readexactly(_allowed(int(length.lstrip("0")[:18] or "0")))
    if coding.lower() != "chunked":
        raise MalformedRequestError(501, f"this server supports Transfer-Encoding: chunked, got {coding[:80]!r}")
    try:
        return await _read_chunked(reader)
    except asyncio.LimitOverrunError:
        raise MalformedRequestError(400, "a line of the chunked body is longer than 64 KiB") from None


async def _read_chunked(reader: asyncio.StreamReader) -> bytes:
    content = bytearray()
    while size := await _read_size(reader):
        content += await reader.readexactly(_allowed(len(content) + size) - len(content))
        if await reader.readexactly(2) != b"\r\n":
            raise MalformedRequestError(400, "a chunk is longer than its size")
    for _ in range(_MOST_TRAILERS):
        if await reader.readuntil(b"\r\n") == b"\r\n":  # trailer fields do not affect the answer
            return bytes(content)
    raise MalformedRequestError(400, f"the chunked body has more than {_MOST_TRAILERS} trailer fields")


async def _read_size(reader: asyncio.StreamReader) -> int:
    line = await reader.readuntil(b"\r\n")
    size = _CHUNK_SIZE.fullmatch(line)
    if size is None:
        raise MalformedRequestError(400, f"invalid chunk size: {line[:80]!r}")
    # Cut before it is converted: a number of thousands of digits breaks the messages of asyncio.
    return int(size[1].lstrip(b"0")[:18] or b"0", 16)


def _allowed(length: int) -> int:
    if length > MOST_CONTENT:
        raise MalformedRequestError(413, f"the body of the request is longer than {MOST_CONTENT >> 20} MiB")
    return length
