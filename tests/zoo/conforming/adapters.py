"""Adapters based on the reference that buffer, retry or connect in unusual but valid ways."""

import threading
import uuid
from collections.abc import Iterator
from typing import Any

from llm_reference import LLM, GenerationChunk
from llm_reference.models.openai.answer import Answer
from llm_zoo.bases.adapter import WireAdapter

__all__ = [
    "AlwaysStreams",
    "DropsEmptyChunks",
    "FromThreads",
    "InLines",
    "InWords",
    "LooksAhead",
    "NoStream",
    "OneAnswerAtATime",
    "OwnHeaders",
    "Retries",
    "Templated",
    "UniqueRequests",
    "WireAdapter",
]


class _Gathered(Answer):
    """Buffers text until one of the characters in `ends`."""

    ends = ""
    _buffer = ""

    def feed(self, packet: bytes) -> Iterator[GenerationChunk]:
        for chunk in super().feed(packet):
            self._buffer += chunk.text
            end = 1 + max(self._buffer.rfind(end) for end in self.ends)
            ready, self._buffer = self._buffer[:end], self._buffer[end:]
            if ready:
                yield GenerationChunk(ready)
        if self.complete:
            yield GenerationChunk(self._buffer)


class _Words(_Gathered):
    ends = " \n"


class _Lines(_Gathered):
    ends = "\n"


class InWords(WireAdapter):
    """Yields words with the space after them: chunk borders are free."""

    _reads = _Words


class InLines(WireAdapter):
    """Yields lines: chunk borders are free."""

    _reads = _Lines


class _Ahead(Answer):
    """Yields a chunk when the next one has arrived."""

    _next: GenerationChunk | None = None

    def feed(self, packet: bytes) -> Iterator[GenerationChunk]:
        for chunk in super().feed(packet):
            if self._next is not None:
                yield self._next
            self._next = chunk
        if self.complete and self._next is not None:
            yield self._next


class LooksAhead(WireAdapter):
    """Stays one chunk behind, to know which chunk is the last."""

    _reads = _Ahead


class _NotEmpty(Answer):
    """Drops empty chunks, and yields one at the end."""

    def feed(self, packet: bytes) -> Iterator[GenerationChunk]:
        for chunk in super().feed(packet):
            if chunk.text:
                yield chunk
        if self.complete:
            yield GenerationChunk("")


class DropsEmptyChunks(WireAdapter):
    """Drops empty chunks, which carry no text."""

    _reads = _NotEmpty


class Retries(WireAdapter):
    """Retries a failed request at once, before the first chunk."""

    max_retries: int = 2

    def _wait(self, *args: Any) -> float | None:
        return None if super()._wait(*args) is None else 0.0


class NoStream(LLM):
    """Does not stream: its stream is one chunk (STREAM-003)."""

    url: str

    @property
    def _llm_type(self) -> str:
        return "no-stream"

    def _call(self, *args: Any, **kwargs: Any) -> str:
        return WireAdapter(url=self.url)._call(*args, **kwargs)


class AlwaysStreams(WireAdapter):
    """Requests a stream for every call, and adds it up in `invoke()`."""

    def _call(self, *args: Any, **kwargs: Any) -> str:
        return "".join(chunk.text for chunk in self._stream(*args, **kwargs))

    async def _acall(self, *args: Any, **kwargs: Any) -> str:
        return "".join([chunk.text async for chunk in self._astream(*args, **kwargs)])


class UniqueRequests(WireAdapter):
    """Adds a unique id to each request; call styles are compared without it."""

    def _body(self, prompt: str, stop: list[str] | None, extra: dict[str, Any]) -> bytes:
        return super()._body(prompt, stop, {**extra, "user": str(uuid.uuid4()), "seed": None})


class OwnHeaders(WireAdapter):
    """Sends headers that differ in each request, for each kind of client, and for a stream."""

    kind: str = "sync"

    def _headers(self) -> dict[str, str]:
        own = {"User-Agent": f"acme/{self.kind}", "X-Stainless-Async": self.kind, "X-Acme-Request": str(uuid.uuid4())}
        streaming = {"Accept": "text/event-stream", "X-Acme-SSE": "enable"} if self.kind == "stream" else {}
        return {**super()._headers(), **own, **streaming, "X-Tenant": "blue"}

    def _stream(self, *args: Any, **kwargs: Any) -> Iterator[GenerationChunk]:
        return WireAdapter._stream(self._of("stream"), *args, **kwargs)

    async def _acall(self, *args: Any, **kwargs: Any) -> str:
        return await WireAdapter._acall(self._of("async"), *args, **kwargs)

    def _astream(self, *args: Any, **kwargs: Any) -> Any:
        return WireAdapter._astream(self._of("stream"), *args, **kwargs)

    def _of(self, kind: str) -> WireAdapter:
        return OwnHeaders(url=self.url, timeout=self.timeout, kind=kind)


class Templated(WireAdapter):
    """Puts the prompt into the template of its model, which has characters of other scripts."""

    def _body(self, prompt: str, *args: Any) -> bytes:
        return super()._body(f"\u300cUser\u300d: {prompt}\n\u300cBot\u300d:", *args)


class FromThreads(WireAdapter):
    """Serves asynchronous calls from a thread."""

    _acall = LLM._acall
    _astream = LLM._astream


class OneAnswerAtATime(FromThreads):
    """Serves `invoke()` calls one after the other."""

    def __init__(self, **values: Any) -> None:
        super().__init__(**values)
        self._line = threading.Lock()

    def _call(self, *args: Any, **kwargs: Any) -> str:
        with self._line:
            return super()._call(*args, **kwargs)
