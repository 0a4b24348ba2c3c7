"""Chains that the model builds itself, and that do not stream or do not close."""

# ruff: noqa: A002  # callers pass the first parameter as "input"

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Generator, Iterator
from contextlib import aclosing, closing
from typing import Any, ClassVar
from uuid import uuid4

from llm_reference import Runnable
from llm_zoo.bases.scripted import ScriptedModel
from llm_zoo.defect import defect


class Chain(Runnable[Any, Any]):
    """A function, a model and a generator function in a row."""

    first: Callable[[Any], Any]
    model: Any
    last: Callable[[Any], Any]

    def invoke(self, input: Any, config: Any = None, **kwargs: Any) -> Any:
        """The whole text of the stream."""
        return "".join(self.stream(input, config, **kwargs))

    def stream(self, input: Any, config: Any = None, **kwargs: Any) -> Generator[Any, None, None]:
        """The chunks as they arrive."""
        with closing(self.model.stream(self.first(input), config, **kwargs)) as chunks:
            yield from self.last(chunks)

    async def astream(self, input: Any, config: Any = None, **kwargs: Any) -> AsyncGenerator[Any, None]:
        """The chunks as they arrive."""
        async with aclosing(self.model.astream(self.first(input), config, **kwargs)) as chunks:
            async for chunk in self.last(chunks):
                yield chunk

    async def astream_events(self, input: Any, config: Any = None, **kwargs: Any) -> AsyncGenerator[Any, None]:
        """The chain's own start, chunks and end."""
        kwargs.pop("version", None)
        run: dict[str, Any] = {"name": "Chain", "run_id": str(uuid4()), "tags": [], "metadata": {}, "parent_ids": []}
        yield {"event": "on_chain_start", "data": {"input": input}, **run}
        async with aclosing(self.astream(input, config, **kwargs)) as chunks:
            async for chunk in chunks:
                yield {"event": "on_chain_stream", "data": {"chunk": chunk}, **run}
        yield {"event": "on_chain_end", "data": {"output": None}, **run}


class _ChainWithoutEnd:
    """A function and a model; the generator function is still missing."""

    def __init__(self, first: Callable[[Any], Any], model: Any) -> None:
        self._first, self._model = first, model

    def __or__(self, last: Callable[[Any], Any]) -> Chain:
        made: Chain = self._model.chain(first=self._first, model=self._model, last=last)
        return made


class ChainModel(ScriptedModel):
    """Builds its chains itself. A subclass without overrides is a conforming model."""

    chain: ClassVar[type[Chain]] = Chain

    def __ror__(self, first: Callable[[Any], Any]) -> Any:
        return _ChainWithoutEnd(first, self)

    def __or__(self, last: Callable[[Any], Any]) -> Any:
        return _ChainWithoutEnd(lambda value: value, self) | last


class _InvokingChain(Chain):
    """A chain that collects the whole answer before it yields."""

    def stream(self, input: Any, config: Any = None, **kwargs: Any) -> Generator[Any, None, None]:
        yield from self.last(iter(list(self.model.stream(self.first(input), config, **kwargs))))


@defect(
    "chain-uses-invoke",
    story="A step around the model cannot stream, so the whole chain calls `invoke()`: every user waits for the last "
    "token of an answer that could be shown at once.",
    citation="D006: langchain-ai/langchain#13126, langchain-ai/langchain#11998",
    caught_by=("live.nested",),
    script=True,
)
class ChainUsesInvoke(ChainModel):
    chain: ClassVar[type[Chain]] = _InvokingChain


class _DrainingChain(Chain):
    """A chain that reads its model to the end when it is closed."""

    def stream(self, input: Any, config: Any = None, **kwargs: Any) -> Generator[Any, None, None]:
        chunks: Iterator[Any] = self.model.stream(self.first(input), config, **kwargs)
        try:
            yield from self.last(chunk for chunk in chunks)
        finally:
            for _ in chunks:
                pass

    async def astream(self, input: Any, config: Any = None, **kwargs: Any) -> AsyncGenerator[Any, None]:
        chunks: AsyncIterator[Any] = self.model.astream(self.first(input), config, **kwargs)
        async with aclosing(self.last(chunks)) as passed:
            async for chunk in passed:
                yield chunk
        await asyncio.sleep(0)


@defect(
    "chain-close-drains",
    story="Closing the stream of a chain reads the model's stream to its end, to record the whole output in a trace: "
    "`close()` takes as long as the answer, and with an endless answer it never returns.",
    citation="LC-001: langchain_core.runnables.base.Runnable._transform_stream_with_config",
    caught_by=("close.nested",),
    script=True,
)
class ChainCloseDrains(ChainModel):
    chain: ClassVar[type[Chain]] = _DrainingChain
