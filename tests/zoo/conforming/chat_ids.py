"""Chat models whose answers have ids of a provider, or of their own."""

import hashlib
from collections.abc import AsyncIterator, Iterator
from typing import Any
from uuid import uuid4

from langchain_core.messages import AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGenerationChunk
from pydantic import PrivateAttr

from zoo.conforming.chat_base import END, USAGE, Parts

__all__ = [
    "DeterministicIds",
    "KeptStreams",
    "ProviderIds",
    "ProviderIdsAtTheEnd",
    "RunIds",
]


class ProviderIds(Parts):
    """Each chunk has the id of the answer."""

    def parts(self, text: str) -> list[AIMessageChunk]:
        identity = f"chatcmpl-{uuid4().hex}"
        return [part.model_copy(update={"id": identity}) for part in super().parts(text)]


class KeptStreams(ProviderIds):
    """Keeps its streams, with the ids of their chunks, and makes whole answers anew."""

    _kept: dict[str, list[ChatGenerationChunk]] = PrivateAttr(default_factory=dict)

    def _stream(
        self, messages: list[BaseMessage], stop: list[str] | None = None, *args: Any, **kwargs: Any
    ) -> Iterator[ChatGenerationChunk]:
        yield from self._chunks(messages, stop)

    async def _astream(
        self, messages: list[BaseMessage], stop: list[str] | None = None, *args: Any, **kwargs: Any
    ) -> AsyncIterator[ChatGenerationChunk]:
        for chunk in self._chunks(messages, stop):
            yield chunk

    def _chunks(self, messages: list[BaseMessage], stop: list[str] | None) -> list[ChatGenerationChunk]:
        asked = f"{messages} {stop}"
        if asked not in self._kept:
            self._kept[asked] = [*super()._stream(messages, stop)]
        return [ChatGenerationChunk(message=one.message) for one in self._kept[asked]]


class ProviderIdsAtTheEnd(Parts):
    """The last chunk alone has the id of the answer."""

    def after(self) -> list[AIMessageChunk]:
        identity = f"msg_{uuid4().hex}"
        return [AIMessageChunk(content="", id=identity, usage_metadata=USAGE, response_metadata=END)]


class RunIds(Parts):
    """Gives each chunk an id that begins as those of langchain-core do."""

    def parts(self, text: str) -> list[AIMessageChunk]:
        identity = f"run-{uuid4()}"
        return [part.model_copy(update={"id": identity}) for part in super().parts(text)]


class DeterministicIds(Parts):
    """The id of an answer is made of its text: equal answers have equal ids."""

    def parts(self, text: str) -> list[AIMessageChunk]:
        identity = f"msg_{hashlib.sha256(text.encode()).hexdigest()[:12]}"
        return [part.model_copy(update={"id": identity}) for part in super().parts(text)]
