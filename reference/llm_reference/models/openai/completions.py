"""A model behind OpenAI's completions API. Only this module knows httpx: its doors fetch bytes, `Answer` reads them."""

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
from llm_reference.models.llm import LLM
from llm_reference.models.openai import retry
from llm_reference.models.openai.answer import Answer, check_address, check_key, request_body, request_headers
from llm_reference.models.openai.error import ProviderError
from llm_reference.runs.chunk import GenerationChunk
from llm_reference.runs.run_manager import AsyncCallbackManagerForLLMRun, CallbackManagerForLLMRun

# The provider was not reached, or hung up. Whoever waited for an answer until the timeout has waited long enough.
_PASSING = (httpx.NetworkError, httpx.RemoteProtocolError, httpx.ConnectTimeout)


class OpenAICompletions(LLM):
    """Talks to OpenAI, or to whoever speaks as it does: vLLM, llama.cpp, a simulator.

    Other keywords of a call go into its request as they are. An answer that has begun is never asked for again.

    timeout: how many seconds may pass without a byte.
    max_retries: how often a request is repeated that was not answered.
    """

    model: str = "gpt-3.5-turbo-instruct"
    temperature: float | None = None
    max_tokens: int | None = None
    stop: list[str] | None = None
    timeout: float | None = 60.0
    max_retries: int = 2
    base_url: str | None = None
    api_key: str | None = None

    _reads = Answer
    _sleep = staticmethod(time.sleep)
    _asleep = staticmethod(asyncio.sleep)

    def __init__(self, **values: Any) -> None:
        super().__init__(**values)
        self.base_url = self.base_url or os.environ.get("OPENAI_BASE_URL") or "https://api.openai.com/v1"
        self.api_key = self.api_key or os.environ.get("OPENAI_API_KEY")
        # Refused here and not when they are used: the errors and logs of httpx would tell them.
        check_address(self.base_url)
        check_key(self.api_key)

    @property
    def _llm_type(self) -> str:
        return "openai-completions"

    def _call(
        self,
        prompt: str,
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,  # noqa: ARG002  # a whole answer has no tokens to report
        **kwargs: Any,
    ) -> str:
        with self._asked(self._body(prompt, stop, kwargs)) as (answer, packets):
            return answer.text(b"".join(packets))

    async def _acall(
        self,
        prompt: str,
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,  # noqa: ARG002  # as above
        **kwargs: Any,
    ) -> str:
        async with self._aasked(self._body(prompt, stop, kwargs)) as (answer, packets):
            return answer.text(b"".join([packet async for packet in packets]))

    def _stream(
        self,
        prompt: str,
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[GenerationChunk]:
        with self._asked(self._body(prompt, stop, {**kwargs, "stream": True})) as (answer, packets):
            for packet in packets:
                for chunk in answer.feed(packet):
                    if run_manager:
                        run_manager.on_llm_new_token(chunk.text, chunk=chunk)
                    yield chunk
                if answer.complete:
                    return
            answer.end()

    async def _astream(
        self,
        prompt: str,
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> AsyncIterator[GenerationChunk]:
        async with self._aasked(self._body(prompt, stop, {**kwargs, "stream": True})) as (answer, packets):
            async for packet in packets:
                for chunk in answer.feed(packet):
                    if run_manager:
                        await run_manager.on_llm_new_token(chunk.text, chunk=chunk)
                    yield chunk
                if answer.complete:
                    return
            answer.end()

    def _body(self, prompt: str, stop: list[str] | None, extra: dict[str, Any]) -> bytes:
        words = [word for word in (self.stop if stop is None else stop) or () if word]
        own = {"model": self.model, "temperature": self.temperature, "max_tokens": self.max_tokens}
        return request_body({**own, "stop": words or None, **extra, "prompt": prompt})

    @contextmanager
    def _asked(self, body: bytes) -> Generator[tuple[Answer, Iterator[bytes]], None, None]:
        """The answer to this request, and its packets. However this is left, the connection is closed.

        A client for each call costs a connection, and buys that nothing is shared between threads or event loops and
        nothing is left behind. A stream cannot give its connection back anyway: it is over at `[DONE]`, and not only
        when the server ends the body. An answer has begun when its first byte is there: until then it is asked again.
        """
        with httpx.Client(verify=_tls(), timeout=self.timeout) as client:
            request = client.build_request("POST", self._url(), content=body, headers=request_headers(self.api_key))
            attempt = 0
            while True:
                try:
                    with _reported():
                        response = client.send(request, stream=True)
                        answer = self._reads(response.status_code, response.headers, self.api_key)
                        content = response.iter_bytes()
                        if response.is_success:
                            first = next(content, b"")
                            break
                    raise answer.refusal(_what_comes(content))
                except ProviderError as error:
                    if (wait := self._wait(attempt, error)) is None:
                        raise
                self._sleep(wait)
                attempt += 1
            with closing(_packets(answer, first, content)) as packets:
                yield answer, packets

    @asynccontextmanager
    async def _aasked(self, body: bytes) -> AsyncGenerator[tuple[Answer, AsyncIterator[bytes]], None]:
        """The same without blocking."""
        async with httpx.AsyncClient(verify=_tls(), timeout=self.timeout) as client:
            request = client.build_request("POST", self._url(), content=body, headers=request_headers(self.api_key))
            attempt = 0
            while True:
                try:
                    with _reported():
                        response = await client.send(request, stream=True)
                        answer = self._reads(response.status_code, response.headers, self.api_key)
                        content = response.aiter_bytes()
                        if response.is_success:
                            first = await anext(content, b"")
                            break
                    raise answer.refusal(await _awhat_comes(content))
                except ProviderError as error:
                    if (wait := self._wait(attempt, error)) is None:
                        raise
                await self._asleep(wait)
                attempt += 1
            async with aclosing(_apackets(answer, first, content)) as packets:
                yield answer, packets

    def _url(self) -> str:
        return f"{str(self.base_url).rstrip('/')}/completions"

    def _wait(self, attempt: int, error: ProviderError) -> float | None:
        """How many seconds to wait before the next attempt; None: there is none."""
        if attempt >= self.max_retries or not error.passing:
            return None
        return retry.seconds(attempt, error.headers, time.time())


@cache
def _tls() -> ssl.SSLContext:
    """Reading the certificates takes longer than all else that a client needs, and the result never changes."""
    return httpx.create_ssl_context()


@contextmanager
def _reported() -> Generator[None, None, None]:
    """Before an answer begins, what httpx raises says that there is none."""
    try:
        yield
    except httpx.HTTPError as error:
        raise ProviderError(f"no answer: {_named(error)}", passing=isinstance(error, _PASSING)) from error


def _packets(answer: Answer, first: bytes, rest: Iterator[bytes]) -> Generator[bytes, None, None]:
    """The bytes of an answer as they arrive. What httpx raises now says that it broke off."""
    yield first
    try:
        yield from rest
    except httpx.HTTPError as error:
        raise answer.broken(_named(error)) from error


async def _apackets(answer: Answer, first: bytes, rest: AsyncIterator[bytes]) -> AsyncGenerator[bytes, None]:
    yield first
    try:
        async for packet in rest:
            yield packet
    except httpx.HTTPError as error:
        raise answer.broken(_named(error)) from error


def _what_comes(content: Iterator[bytes]) -> bytes:
    """A refusal is one, however little comes of its reason."""
    came = b""
    with suppress(httpx.HTTPError):
        for packet in content:
            came += packet
    return came


async def _awhat_comes(content: AsyncIterator[bytes]) -> bytes:
    came = b""
    with suppress(httpx.HTTPError):
        async for packet in content:
            came += packet
    return came


def _named(error: httpx.HTTPError) -> str:
    return f"{type(error).__name__}: {error}"
