"""The interface of models and steps. A subclass must implement `invoke`; every other call has a default."""

# ruff: noqa: A002  # langchain-core names the parameter "input"

import asyncio
from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator, AsyncIterator, Generator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from contextvars import copy_context
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Literal, TypeAlias, TypeVar

from llm_reference.aio.closing import aclosing
from llm_reference.aio.tasks import gather_or_cancel
from llm_reference.aio.thread import run_in_thread
from llm_reference.runnables.fields import Fields
from llm_reference.runs.chunk import add_chunks
from llm_reference.runs.config import RunnableConfig, config_list, max_concurrency
from llm_reference.runs.events import EventFilter, StreamEvent, stream_events

if TYPE_CHECKING:
    from llm_reference.runnables.binding import RunnableBinding
    from llm_reference.runnables.fallbacks import RunnableWithFallbacks
    from llm_reference.runnables.retry import RunnableRetry
    from llm_reference.runnables.sequence import RunnableSequence

Input = TypeVar("Input")
Output = TypeVar("Output")

# A stream is a generator, so that its consumer can close it early.
Stream: TypeAlias = Generator[Output, None, None]
AsyncStream: TypeAlias = AsyncGenerator[Output, None]


class Runnable(Fields, ABC, Generic[Input, Output]):
    """Turns an input into an output: as a whole, chunk by chunk, or in batches."""

    run_type: ClassVar[str] = "chain"

    name: str | None = None

    def get_name(self) -> str:
        """Return the name of its runs. A `run_name` in the config overrides it."""
        return self.name or type(self).__name__

    @abstractmethod
    def invoke(self, input: Input, config: RunnableConfig | None = None, **kwargs: Any) -> Output:
        """Return the whole output for one input."""

    async def ainvoke(self, input: Input, config: RunnableConfig | None = None, **kwargs: Any) -> Output:
        """Run `invoke` in a thread, so that it does not block the event loop."""
        return await run_in_thread(self.invoke, input, config, **kwargs)

    def stream(self, input: Input, config: RunnableConfig | None = None, **kwargs: Any) -> Stream[Output]:
        """Yield the whole output of `invoke` as one chunk. This default does not stream."""
        yield self.invoke(input, config, **kwargs)

    async def astream(self, input: Input, config: RunnableConfig | None = None, **kwargs: Any) -> AsyncStream[Output]:
        """Yield the whole output of `ainvoke` as one chunk. This default does not stream."""
        yield await self.ainvoke(input, config, **kwargs)

    def transform(self, input: Iterator[Input], config: RunnableConfig | None = None, **kwargs: Any) -> Stream[Output]:
        """Wait for the whole input, then stream. An empty input has an empty output."""
        pieces = list(input)
        if pieces:
            yield from self.stream(add_chunks(pieces), config, **kwargs)

    async def atransform(
        self, input: AsyncIterator[Input], config: RunnableConfig | None = None, **kwargs: Any
    ) -> AsyncStream[Output]:
        """Wait for the whole input, then stream. An empty input has an empty output."""
        pieces = [piece async for piece in input]
        if pieces:
            async with aclosing(self.astream(add_chunks(pieces), config, **kwargs)) as chunks:
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
        """Invoke every input, several at a time in threads. Return the outputs in the order of the inputs.

        With `return_exceptions` a failure fills its own slot. In the string models of langchain-core it fills all (S4).
        """
        if not inputs:
            return []
        configs = config_list(config, len(inputs))

        def invoke(value: Input, item_config: RunnableConfig) -> Output | Exception:
            try:
                return self.invoke(value, item_config, **kwargs)
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
        """Invoke every input, several at a time in tasks. If one fails or the caller is cancelled, all stop."""
        if not inputs:
            return []
        configs = config_list(config, len(inputs))
        limit = max_concurrency(configs)
        slot = asyncio.Semaphore(limit) if limit else nullcontext()

        async def ainvoke(value: Input, item_config: RunnableConfig) -> Output | Exception:
            try:
                async with slot:
                    return await self.ainvoke(value, item_config, **kwargs)
            except Exception as error:
                if return_exceptions:
                    return error
                raise

        return await gather_or_cancel(ainvoke(*call) for call in zip(inputs, configs, strict=True))

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
    ) -> AsyncStream[StreamEvent]:
        """Yield the events of an `astream` call, as they happen.

        The filters select runs: those that match at least one `include_` and no `exclude_`.
        """
        event_filter = EventFilter(
            include_names=include_names,
            include_types=include_types,
            include_tags=include_tags,
            exclude_names=exclude_names,
            exclude_types=exclude_types,
            exclude_tags=exclude_tags,
        )
        return stream_events(self, input, config, version, event_filter, kwargs)

    # The methods below build subclasses of this class. That is an import cycle, and it is kept on purpose: without it
    # `a | b` and `a.bind()` could not be methods. Therefore each method imports its subclass when it is called.

    def bind(self, **kwargs: Any) -> "RunnableBinding[Input, Output]":
        """Return this runnable with keyword arguments that are added to each call."""
        from llm_reference.runnables.binding import RunnableBinding  # noqa: PLC0415

        return RunnableBinding(bound=self, kwargs=kwargs)

    def with_config(self, config: RunnableConfig | None = None, **keys: Any) -> "RunnableBinding[Input, Output]":
        """Return this runnable with a config, or single keys of one, that is merged with the config of each call."""
        from llm_reference.runnables.binding import RunnableBinding  # noqa: PLC0415

        merged: Any = {**(config or {}), **keys}
        return RunnableBinding(bound=self, config=merged)

    def with_retry(
        self,
        *,
        retry_if_exception_type: tuple[type[BaseException], ...] = (Exception,),
        wait_exponential_jitter: bool = True,
        stop_after_attempt: int = 3,
    ) -> "RunnableRetry[Input, Output]":
        """Return this runnable with retries. A stream is not retried: the consumer may already have chunks of it."""
        from llm_reference.runnables.retry import RunnableRetry  # noqa: PLC0415

        options: Any = {"wait_exponential_jitter": wait_exponential_jitter, "max_attempt_number": stop_after_attempt}
        return RunnableRetry(bound=self, retry_exception_types=retry_if_exception_type, **options)

    def with_fallbacks(
        self,
        fallbacks: "Sequence[Runnable[Input, Output]]",
        *,
        exceptions_to_handle: tuple[type[BaseException], ...] = (Exception,),
    ) -> "RunnableWithFallbacks[Input, Output]":
        """Return this runnable with others that are called in this order if it fails before its first chunk."""
        from llm_reference.runnables.fallbacks import RunnableWithFallbacks  # noqa: PLC0415

        return RunnableWithFallbacks(runnable=self, fallbacks=fallbacks, exceptions_to_handle=exceptions_to_handle)

    def pipe(self, *others: Any, name: str | None = None) -> "RunnableSequence[Input, Any]":
        """Return a chain: the output of each step is the input of the next. `a | b | c` is the same."""
        from llm_reference.runnables.sequence import RunnableSequence  # noqa: PLC0415

        return RunnableSequence(self, *others, name=name)

    def __or__(self, other: Any) -> "RunnableSequence[Input, Any]":
        return self.pipe(other)

    def __ror__(self, other: Any) -> "RunnableSequence[Any, Output]":
        from llm_reference.runnables.sequence import RunnableSequence  # noqa: PLC0415

        return RunnableSequence(other, self)
