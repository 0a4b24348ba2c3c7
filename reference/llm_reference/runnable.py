"""The interface of all that can be called. A subclass must write `invoke`; the rest follows from it here."""

# ruff: noqa: A002  # callers know the first parameter as "input"

import asyncio
from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator, AsyncIterator, Generator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from contextvars import copy_context
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Literal, TypeVar

from llm_reference.chunk import add_up
from llm_reference.closing import aclosing
from llm_reference.config import RunnableConfig, config_list, max_concurrency, merge_configs
from llm_reference.events import EventFilter, StreamEvent, stream_events
from llm_reference.fields import Fields
from llm_reference.thread import in_thread

if TYPE_CHECKING:
    from llm_reference.binding import RunnableBinding

Input = TypeVar("Input")
Output = TypeVar("Output")


class Runnable(Fields, ABC, Generic[Input, Output]):
    """Something that makes an output of an input: at once, piece by piece, or many at a time."""

    run_type: ClassVar[str] = "chain"

    name: str | None = None

    def get_name(self) -> str:
        """What its runs are called, unless the caller says otherwise."""
        return self.name or type(self).__name__

    @abstractmethod
    def invoke(self, input: Input, config: RunnableConfig | None = None, **kwargs: Any) -> Output:
        """Make the whole output of one input."""

    async def ainvoke(self, input: Input, config: RunnableConfig | None = None, **kwargs: Any) -> Output:
        """Run `invoke` in a thread: other tasks go on meanwhile."""
        return await in_thread(self.invoke, input, config, **kwargs)

    def stream(
        self, input: Input, config: RunnableConfig | None = None, **kwargs: Any
    ) -> Generator[Output, None, None]:
        """The fallback: this is no streaming. The whole output of `invoke` comes as one single chunk."""
        yield self.invoke(input, config, **kwargs)

    async def astream(
        self, input: Input, config: RunnableConfig | None = None, **kwargs: Any
    ) -> AsyncGenerator[Output, None]:
        """The fallback: the whole output of `ainvoke` as one single chunk."""
        yield await self.ainvoke(input, config, **kwargs)

    def transform(
        self, input: Iterator[Input], config: RunnableConfig | None = None, **kwargs: Any
    ) -> Generator[Output, None, None]:
        """Wait for the whole input, then stream. Of no input comes no output."""
        pieces = list(input)
        if pieces:
            yield from self.stream(add_up(pieces), config, **kwargs)

    async def atransform(
        self, input: AsyncIterator[Input], config: RunnableConfig | None = None, **kwargs: Any
    ) -> AsyncGenerator[Output, None]:
        """Wait for the whole input, then stream. Of no input comes no output."""
        pieces = [piece async for piece in input]
        if pieces:
            async with aclosing(self.astream(add_up(pieces), config, **kwargs)) as chunks:
                async for chunk in chunks:
                    yield chunk

    def batch(
        self,
        inputs: Sequence[Input],
        config: RunnableConfig | Sequence[RunnableConfig] | None = None,
        *,
        return_exceptions: bool = False,
        **kwargs: Any,
    ) -> list[Any]:
        """Invoke every input, several at a time in threads. The outputs come in the order of the inputs.

        With `return_exceptions` a failure fills its own slot; in langchain-core's string models, all slots (S4).
        """
        if not inputs:
            return []
        configs = config_list(config, len(inputs))

        def invoke(one: Input, its_config: RunnableConfig) -> Output | Exception:
            try:
                return self.invoke(one, its_config, **kwargs)
            except Exception as error:
                if return_exceptions:
                    return error
                raise

        with ThreadPoolExecutor(max_concurrency(configs)) as threads:
            contexts = [copy_context() for _ in inputs]
            return list(threads.map(lambda context, *call: context.run(invoke, *call), contexts, inputs, configs))

    async def abatch(
        self,
        inputs: Sequence[Input],
        config: RunnableConfig | Sequence[RunnableConfig] | None = None,
        *,
        return_exceptions: bool = False,
        **kwargs: Any,
    ) -> list[Any]:
        """Invoke every input, several at a time in tasks. When one fails, or the caller leaves, none goes on."""
        if not inputs:
            return []
        configs = config_list(config, len(inputs))
        limit = max_concurrency(configs)
        turn = asyncio.Semaphore(limit) if limit else nullcontext()

        async def ainvoke(one: Input, its_config: RunnableConfig) -> Output | Exception:
            try:
                async with turn:
                    return await self.ainvoke(one, its_config, **kwargs)
            except Exception as error:
                if return_exceptions:
                    return error
                raise

        tasks = [asyncio.create_task(ainvoke(*call)) for call in zip(inputs, configs, strict=True)]
        try:
            return await asyncio.gather(*tasks)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    def astream_events(
        self,
        input: Input,
        config: RunnableConfig | None = None,
        *,
        version: Literal["v1", "v2"] = "v2",
        include_names: Sequence[str] | None = None,
        include_types: Sequence[str] | None = None,
        include_tags: Sequence[str] | None = None,
        exclude_names: Sequence[str] | None = None,
        exclude_types: Sequence[str] | None = None,
        exclude_tags: Sequence[str] | None = None,
        **kwargs: Any,
    ) -> AsyncGenerator[StreamEvent, None]:
        """What happens while `astream` runs, told as it happens; any `include_` matches, every `exclude_` wins."""
        event_filter = EventFilter(
            include_names=include_names,
            include_types=include_types,
            include_tags=include_tags,
            exclude_names=exclude_names,
            exclude_types=exclude_types,
            exclude_tags=exclude_tags,
        )
        return stream_events(self, input, config, version, event_filter, kwargs)

    def bind(self, **kwargs: Any) -> "RunnableBinding[Input, Output]":
        """The same runnable, called with these keywords each time."""
        from llm_reference.binding import RunnableBinding  # noqa: PLC0415  # it is a Runnable itself

        return RunnableBinding(bound=self, kwargs=kwargs, config={})

    def with_config(self, config: RunnableConfig | None = None, **keys: Any) -> "RunnableBinding[Input, Output]":
        """The same runnable, with this config, given whole or by its keys, merged into that of each call."""
        from llm_reference.binding import RunnableBinding  # noqa: PLC0415  # it is a Runnable itself

        more: Any = keys
        return RunnableBinding(bound=self, kwargs={}, config=merge_configs(config, more))
