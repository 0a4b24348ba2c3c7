"""The chat models of the faults, and how a fault reads them."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator, Iterator
from functools import reduce
from operator import add
from typing import Any

from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult

_TURNS = 20
START = {"event": "message-start", "role": "ai", "id": "1"}


class Model(BaseChatModel):
    """Yields its chunks. On a loop it waits for `gate` before the second; `log` has what it did."""

    chunks: Any = ()
    gate: Any = None
    log: Any = ()

    @property
    def _llm_type(self) -> str:
        return "v3 faults"

    def _generate(
        self, messages: list[BaseMessage], stop: list[str] | None = None, run_manager: Any = None, **kwargs: Any
    ) -> ChatResult:
        return ChatResult(generations=[ChatGeneration(message=AIMessage("unstreamed"))])

    def _stream(
        self, messages: list[BaseMessage], stop: list[str] | None = None, run_manager: Any = None, **kwargs: Any
    ) -> Iterator[ChatGenerationChunk]:
        try:
            for chunk in self.chunks:
                self.log.append("chunk")
                yield ChatGenerationChunk(message=chunk)
            self.log.append("finished")
        except GeneratorExit:
            self.log.append("closed")
            raise

    async def _astream(
        self, messages: list[BaseMessage], stop: list[str] | None = None, run_manager: Any = None, **kwargs: Any
    ) -> AsyncIterator[ChatGenerationChunk]:
        for number, chunk in enumerate(self.chunks):
            if number == 1 and self.gate is not None:
                await self.gate.wait()
            self.log.append("chunk")
            yield ChatGenerationChunk(message=chunk)
        self.log.append("finished")


class Native(Model):
    """Yields `events` by itself: its events are not made of chunks."""

    events: Any = ()

    def _stream_chat_model_events(self, messages: Any, **kwargs: Any) -> Iterator[Any]:
        yield from self.events
        self.log.append("finished")


class Runs(BaseCallbackHandler):
    def __init__(self) -> None:
        self.ends: list[str] = []

    def on_chat_model_start(self, *args: Any, **kwargs: Any) -> None:
        self.ends.append("start")

    def on_llm_end(self, *args: Any, **kwargs: Any) -> None:
        self.ends.append("end")

    def on_llm_error(self, *args: Any, **kwargs: Any) -> None:
        self.ends.append("error")


def of(*chunks: Any, **more: Any) -> Model:
    return Model(
        chunks=[one if isinstance(one, AIMessageChunk) else AIMessageChunk(content=one) for one in chunks], **more
    )


def v3(model: Model, *config: Any) -> Any:
    return model.stream_events("q", *config, version="v3")


async def av3(model: Model, *config: Any) -> Any:
    return await model.astream_events("q", *config, version="v3")


def summed(model: Model) -> Any:
    return reduce(add, model.chunks, AIMessageChunk(content="")) + AIMessageChunk(content="", chunk_position="last")


async def awaited(stream: Any) -> Any:
    return await stream


async def turns() -> None:
    for _ in range(_TURNS):
        await asyncio.sleep(0)


async def runs_on(model: Model) -> bool:
    """Whether the model, which has no reader any more, goes on when it can."""
    gc.collect()
    await turns()
    model.gate.set()
    await turns()
    return bool(model.log[-1:] == ["finished"])
