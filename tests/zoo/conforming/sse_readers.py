"""Adapters that read HTTP with another library, or events by their own lights; all ask one provider for completions."""

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
    """Asks for a stream, whatever it is asked for, and has no asynchronous call of its own."""

    url: str
    timeout: float = 60.0

    @property
    def _llm_type(self) -> str:
        return "reader"

    def _call(self, prompt: str, stop: list[str] | None = None, run_manager: Any = None, **kwargs: Any) -> str:
        return "".join(chunk.text for chunk in self._stream(prompt, stop))

    def _asked(self, prompt: str, stop: list[str] | None) -> bytes:
        return json.dumps({"model": "m", "prompt": prompt, "stream": True, "stop": stop}).encode()


class ByUrllib(Reader):
    """Reads with urllib.request, which raises at a refusal by itself, and follows where it is sent."""

    def _stream(
        self, prompt: str, stop: list[str] | None = None, run_manager: Any = None, **kwargs: Any
    ) -> Iterator[GenerationChunk]:
        request = urllib.request.Request(f"{self.url}/v1/completions", self._asked(prompt, stop), _JSON)
        answer = Answer(200, {}, None)
        with urllib.request.urlopen(request, timeout=self.timeout) as response:
            while packet := response.read1():
                yield from answer.feed(packet)
                if answer.complete:
                    return
        answer.end()


class ByHttpClient(Reader):
    """Reads with http.client, 512 bytes at a time at most."""

    def _stream(
        self, prompt: str, stop: list[str] | None = None, run_manager: Any = None, **kwargs: Any
    ) -> Iterator[GenerationChunk]:
        place = urlsplit(self.url)
        with closing(http.client.HTTPConnection(place.netloc, timeout=self.timeout)) as connection:
            connection.request("POST", f"{place.path}/v1/completions", self._asked(prompt, stop), _JSON)
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
    """Decodes first, character by character, and then looks for lines and events with a pattern."""

    _end = re.compile(r"\r\n|\n|\r(?!\Z)")

    def _stream(
        self, prompt: str, stop: list[str] | None = None, run_manager: Any = None, **kwargs: Any
    ) -> Iterator[GenerationChunk]:
        request = self._asked(prompt, stop)
        with (
            httpx.Client(timeout=self.timeout, verify=_tls()) as client,
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
        # A CR at the end of all waits for the LF that may follow it.
        for packet in chain(packets, (b"\n",)):
            *lines, rest = self._end.split(rest + decoder.decode(packet))
            for line in lines:
                name, _, value = line.partition(":")
                if name == "data":
                    data.append(value.removeprefix(" "))
                elif not line:
                    yield "\n".join(data)
                    data.clear()

    def _chunks(self, said: dict[str, Any]) -> Iterator[GenerationChunk]:
        if "error" in said:
            raise RuntimeError(said["error"])
        for choice in said["choices"] or ():
            yield GenerationChunk(choice["text"])
