"""Adapters that are odd, on the reference's own: what they ask for is usual, and when they give what came is not."""

import threading
import uuid
from collections.abc import Iterator
from typing import Any

from llm_reference import LLM, GenerationChunk
from llm_reference.models.openai.answer import Answer
from llm_zoo.bases.adapter import WireAdapter

__all__ = [
    "AddsUp",
    "AsksAgain",
    "FromThreads",
    "InLines",
    "InWords",
    "LooksAhead",
    "NamesEachRequest",
    "NoStream",
    "OneAnswerAtATime",
    "SparesEmptyChunks",
    "WireAdapter",
]


class _Gathered(Answer):
    """Holds what comes until it ends in one of these characters."""

    ends = ""
    _held = ""

    def feed(self, packet: bytes) -> Iterator[GenerationChunk]:
        for chunk in super().feed(packet):
            self._held += chunk.text
            end = 1 + max(self._held.rfind(end) for end in self.ends)
            given, self._held = self._held[:end], self._held[end:]
            if given:
                yield GenerationChunk(given)
        if self.complete:
            yield GenerationChunk(self._held)


class _Words(_Gathered):
    ends = " \n"


class _Lines(_Gathered):
    ends = "\n"


class InWords(WireAdapter):
    """Gives words, with the blank behind them."""

    _reads = _Words


class InLines(WireAdapter):
    """Gives lines."""

    _reads = _Lines


class _Ahead(Answer):
    """Gives a chunk when it knows the next one."""

    _next: GenerationChunk | None = None

    def feed(self, packet: bytes) -> Iterator[GenerationChunk]:
        for chunk in super().feed(packet):
            if self._next is not None:
                yield self._next
            self._next = chunk
        if self.complete and self._next is not None:
            yield self._next


class LooksAhead(WireAdapter):
    """Has to know whether a chunk is the last."""

    _reads = _Ahead


class _NotEmpty(Answer):
    """Gives no chunk without a text, but for one at the end."""

    def feed(self, packet: bytes) -> Iterator[GenerationChunk]:
        for chunk in super().feed(packet):
            if chunk.text:
                yield chunk
        if self.complete:
            yield GenerationChunk("")


class SparesEmptyChunks(WireAdapter):
    """Passes on texts alone."""

    _reads = _NotEmpty


class AsksAgain(WireAdapter):
    """Repeats what was not answered, at once."""

    max_retries: int = 2

    def _wait(self, *args: Any) -> float | None:
        return None if super()._wait(*args) is None else 0.0


class NoStream(LLM):
    """Has answers only, and says so: a stream is one chunk."""

    url: str

    @property
    def _llm_type(self) -> str:
        return "no-stream"

    def _call(self, *args: Any, **kwargs: Any) -> str:
        return WireAdapter(url=self.url)._call(*args, **kwargs)


class AddsUp(WireAdapter):
    """Asks for a stream whatever it is asked for."""

    def _call(self, *args: Any, **kwargs: Any) -> str:
        return "".join(chunk.text for chunk in self._stream(*args, **kwargs))

    async def _acall(self, *args: Any, **kwargs: Any) -> str:
        return "".join([chunk.text async for chunk in self._astream(*args, **kwargs)])


class NamesEachRequest(WireAdapter):
    """Sends a number that is another one each time."""

    def _body(self, prompt: str, stop: list[str] | None, extra: dict[str, Any]) -> bytes:
        return super()._body(prompt, stop, {**extra, "user": str(uuid.uuid4()), "seed": None})


class FromThreads(WireAdapter):
    """Asynchronous callers are served from a thread."""

    _acall = LLM._acall
    _astream = LLM._astream


class OneAnswerAtATime(FromThreads):
    """Has one connection for answers that are not streamed: whoever comes later waits."""

    def __init__(self, **values: Any) -> None:
        super().__init__(**values)
        self._line = threading.Lock()

    def _call(self, *args: Any, **kwargs: Any) -> str:
        with self._line:
            return super()._call(*args, **kwargs)
