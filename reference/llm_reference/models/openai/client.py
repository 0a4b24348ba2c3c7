"""Sends the requests of a model to OpenAI's API with httpx, and provides the bytes of the answer."""

import asyncio
import os
import ssl
import time
from collections.abc import AsyncGenerator, AsyncIterator, Generator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from functools import cache
from typing import Any

import httpx

from llm_reference.aio.closing import aclosing, closing
from llm_reference.models.openai import retry
from llm_reference.models.openai.answer import ProviderAnswer, check_address, check_key, request_body, request_headers
from llm_reference.models.openai.error import ProviderError
from llm_reference.runnables.fields import Fields

# The provider was not reached or closed the connection. After a read timeout the caller has waited long enough.
_TRANSIENT = (httpx.NetworkError, httpx.RemoteProtocolError, httpx.ConnectTimeout)


class OpenAIClient(Fields):
    """A client of OpenAI and of servers with the same API, such as vLLM and llama.cpp.

    Additional keyword arguments of a call become parameters of its request. A request is not retried after the first
    byte of its answer.

    timeout: the longest time without a byte, in seconds.
    max_retries: how many times a request without an answer is retried.
    """

    # A subclass sets them: the path of its API, and the parser of its answers.
    _path = ""
    _reads: type[ProviderAnswer[Any]] = ProviderAnswer  # type: ignore[type-abstract]  # see above

    model: str
    temperature: float | None = None
    max_tokens: int | None = None
    stop: list[str] | None = None
    timeout: float | None = 60.0
    max_retries: int = 2
    base_url: str | None = None
    api_key: str | None = None

    _sleep = staticmethod(time.sleep)
    _asleep = staticmethod(asyncio.sleep)

    def __init__(self, **values: Any) -> None:
        super().__init__(**values)
        self.base_url = self.base_url or os.environ.get("OPENAI_BASE_URL") or "https://api.openai.com/v1"
        self.api_key = self.api_key or os.environ.get("OPENAI_API_KEY")
        # Check them here, before they are used: errors and logs of httpx would contain them.
        check_address(self.base_url)
        check_key(self.api_key)

    def _request(self, stop: list[str] | None, parameters: dict[str, Any]) -> bytes:
        """The body of a request: the parameters of the model, of the call, and the stop words."""
        stop_words = [word for word in (self.stop if stop is None else stop) or () if word]
        defaults = {"model": self.model, "temperature": self.temperature, "max_tokens": self.max_tokens}
        return request_body({**defaults, "stop": stop_words or None, **parameters})

    @contextmanager
    def _open(self, body: bytes) -> Generator[tuple[Any, Iterator[bytes]], None, None]:
        """Send the request; provide the answer and its packets. Leaving the `with` block closes the connection.

        Each call has its own client. That costs a connection, but threads and event loops do not share anything and
        nothing stays open. A stream could not return its connection to a pool anyway: it ends at `[DONE]`, before the
        server ends the body. Until the first byte of the answer the request is retried.
        """
        with httpx.Client(verify=_tls(), timeout=self.timeout) as client:
            request = client.build_request("POST", self._url(), content=body, headers=self._headers())
            attempt = 0
            while True:
                try:
                    with _as_provider_error():
                        response = client.send(request, stream=True)
                        answer = self._reads(response.status_code, response.headers, self.api_key)
                        content = response.iter_bytes()
                        if response.is_success:
                            first = next(content, b"")
                            break
                    raise answer.status_error(_read_available(content))
                except ProviderError as error:
                    if (wait := self._wait(attempt, error)) is None:
                        raise
                self._sleep(wait)
                attempt += 1
            with closing(_packets(answer, first, content)) as packets:
                yield answer, packets

    @asynccontextmanager
    async def _aopen(self, body: bytes) -> AsyncGenerator[tuple[Any, AsyncIterator[bytes]], None]:
        """Do the same without blocking the event loop."""
        async with httpx.AsyncClient(verify=_tls(), timeout=self.timeout) as client:
            request = client.build_request("POST", self._url(), content=body, headers=self._headers())
            attempt = 0
            while True:
                try:
                    with _as_provider_error():
                        response = await client.send(request, stream=True)
                        answer = self._reads(response.status_code, response.headers, self.api_key)
                        content = response.aiter_bytes()
                        if response.is_success:
                            first = await anext(content, b"")
                            break
                    raise answer.status_error(await _aread_available(content))
                except ProviderError as error:
                    if (wait := self._wait(attempt, error)) is None:
                        raise
                await self._asleep(wait)
                attempt += 1
            async with aclosing(_apackets(answer, first, content)) as packets:
                yield answer, packets

    def _headers(self) -> dict[str, str]:
        return request_headers(self.api_key)

    def _url(self) -> str:
        return f"{str(self.base_url).rstrip('/')}{self._path}"

    def _wait(self, attempt: int, error: ProviderError) -> float | None:
        """How many seconds to wait before the next attempt; None: do not retry."""
        if attempt >= self.max_retries or not error.transient:
            return None
        return retry.seconds(attempt, error.headers, time.time())


@cache
def _tls() -> ssl.SSLContext:
    """Return the TLS context. Reading the certificates is the slowest part of making a client, so it is done once."""
    return httpx.create_ssl_context()


@contextmanager
def _as_provider_error() -> Generator[None, None, None]:
    """Turn an exception of httpx before the answer into a ProviderError."""
    try:
        yield
    except httpx.HTTPError as error:
        raise ProviderError(f"no answer: {_describe(error)}", transient=isinstance(error, _TRANSIENT)) from error


def _packets(answer: ProviderAnswer[Any], first: bytes, rest: Iterator[bytes]) -> Generator[bytes, None, None]:
    """Yield the packets of an answer. An exception of httpx becomes an IncompleteAnswerError."""
    yield first
    try:
        yield from rest
    except httpx.HTTPError as error:
        raise answer.incomplete(_describe(error)) from error


async def _apackets(
    answer: ProviderAnswer[Any], first: bytes, rest: AsyncIterator[bytes]
) -> AsyncGenerator[bytes, None]:
    yield first
    try:
        async for packet in rest:
            yield packet
    except httpx.HTTPError as error:
        raise answer.incomplete(_describe(error)) from error


def _read_available(content: Iterator[bytes]) -> bytes:
    """Read the body of an error response. If the connection fails, the part that arrived is enough."""
    body = b""
    with suppress(httpx.HTTPError):
        for packet in content:
            body += packet
    return body


async def _aread_available(content: AsyncIterator[bytes]) -> bytes:
    body = b""
    with suppress(httpx.HTTPError):
        async for packet in content:
            body += packet
    return body


def _describe(error: httpx.HTTPError) -> str:
    return f"{type(error).__name__}: {error}"
