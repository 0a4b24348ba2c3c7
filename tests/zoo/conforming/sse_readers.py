"""Adapters with other HTTP clients or parsers, for the completions API."""

# ruff: noqa: S310  # the address is the simulator's

import codecs
import http.client
import json
import re
import ssl
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from functools import cache
from itertools import chain
from typing import Any
from urllib.parse import urlsplit

import httpx

from llm_reference import LLM, GenerationChunk
from llm_reference.models.openai.answer import Answer

__all__ = ["ByHttpClient", "ByText", "ByUrllib"]

_JSON = {"Content-Type": "application/json"}


@cache
def _tls() -> ssl.SSLContext:
    return httpx.create_ssl_context()


class Reader(LLM):
    """Requests a stream for every call; asynchronous calls run in a thread."""

    url: str
    timeout: float = 60.0

    @property
    def _llm_type(self) -> str:
        return "reader"

    def _call(self, prompt: str, stop: list[str] | None = None, run_manager: Any = None, **kwargs: Any) -> str:
        return "".join(chunk.text for chunk in self._stream(prompt, stop))

    def _body(self, prompt: str, stop: list[str] | None) -> bytes:
        return json.dumps({"model": "m", "prompt": prompt, "stream": True, "stop": stop}).encode()


class ByUrllib(Reader):
    """Reads with `urllib.request`, which raises HTTP errors itself and follows redirects."""

    def _stream(
        self, prompt: str, stop: list[str] | None = None, run_manager: Any = None, **kwargs: Any
    ) -> Iterator[GenerationChunk]:
        request = urllib.request.Request(f"{self.url}/v1/completions", self._body(prompt, stop), _JSON)
        answer = Answer(200, {}, None)
        with urllib.request.urlopen(request, timeout=self.timeout) as response:
            while packet := response.read1():
                yield from answer.feed(packet)
                if answer.complete:
                    return
        answer.end()


class ByHttpClient(Reader):
    """Reads with `http.client`, at most 512 bytes at a time."""

    def _stream(
        self, prompt: str, stop: list[str] | None = None, run_manager: Any = None, **kwargs: Any
    ) -> Iterator[GenerationChunk]:
        place = urlsplit(self.url)
        with closing(http.client.HTTPConnection(place.netloc, timeout=self.timeout)) as connection:
            connection.request("POST", f"{place.path}/v1/completions", self._body(prompt, stop), _JSON)
            response = connection.getresponse()
            answer = Answer(response.status, {}, None)
            if response.status != http.HTTPStatus.OK:
                raise answer.status_error(response.read())
            while packet := response.read1(512):
                yield from answer.feed(packet)
                if answer.complete:
                    return
        answer.end()


class ByText(Reader):
    """Decodes the text incrementally, and then splits lines with a regular expression."""

    _end = re.compile(r"\r\n|\n|\r(?!\Z)")

    def _client(self) -> httpx.Client:
        return httpx.Client(timeout=self.timeout, verify=_tls())

    def _stream(
        self, prompt: str, stop: list[str] | None = None, run_manager: Any = None, **kwargs: Any
    ) -> Iterator[GenerationChunk]:
        request = self._body(prompt, stop)
        with (
            self._client() as client,
            client.stream("POST", f"{self.url}/v1/completions", content=request, headers=_JSON) as response,
        ):
            response.raise_for_status()
            for data in self._events(response.iter_bytes()):
                if data == "[DONE]":
                    return
                if data:
                    yield from self._chunks(json.loads(data))
        raise ValueError("the stream has no end")

    def _events(self, packets: Iterator[bytes]) -> Iterator[str]:
        decoder = codecs.getincrementaldecoder("utf-8-sig")("replace")
        rest, data = "", []
        # The final LF releases a CR at the end, which waits for its own LF.
        for packet in chain(packets, (b"\n",)):
            *lines, rest = self._end.split(rest + decoder.decode(packet))
            for line in lines:
                name, _, value = line.partition(":")
                if name == "data":
                    data.append(value.removeprefix(" "))
                elif not line:
                    yield "\n".join(data)
                    data.clear()

    def _chunks(self, event: dict[str, Any]) -> Iterator[GenerationChunk]:
        if "error" in event:
            raise RuntimeError(event["error"])
        for choice in event["choices"] or ():
            yield GenerationChunk(choice["text"])


class DefaultTimeout(ByText):
    """Makes a client with the default timeout for each call, which loads certificates; tests/load.py judges it."""

    def _client(self) -> httpx.Client:
        return httpx.Client()
