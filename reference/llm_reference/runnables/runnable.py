"""The interface of all that can be called. A subclass must write `invoke`; the rest follows from it here."""

# ruff: noqa: A002  # callers know the first parameter as "input"

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

# What a call that streams returns. Whoever leaves it early closes it.
Stream: TypeAlias = Generator[Output, None, None]
AsyncStream: TypeAlias = AsyncGenerator[Output, None]


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
        return await run_in_thread(self.invoke, input, config, **kwargs)

    def stream(self, input: Input, config: RunnableConfig | None = None, **kwargs: Any) -> Stream[Output]:
        """The fallback: this is no streaming. The whole output of `invoke` comes as one single chunk."""
        yield self.invoke(input, config, **kwargs)

    async def astream(self, input: Input, config: RunnableConfig | None = None, **kwargs: Any) -> AsyncStream[Output]:
        """The fallback: the whole output of `ainvoke` as one single chunk."""
        yield await self.ainvoke(input, config, **kwargs)

    def transform(self, input: Iterator[Input], config: RunnableConfig | None = None, **kwargs: Any) -> Stream[Output]:
        """Wait for the whole input, then stream. Of no input comes no output."""
        pieces = list(input)
        if pieces:
            yield from self.stream(add_chunks(pieces), config, **kwargs)

    async def atransform(
        self, input: AsyncIterator[Input], config: RunnableConfig | None = None, **kwargs: Any
    ) -> AsyncStream[Output]:
        """Wait for the whole input, then stream. Of no input comes no output."""
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

    # What is made of runnables is runnable itself: hence the imports where they are needed.

    def bind(self, **kwargs: Any) -> "RunnableBinding[Input, Output]":
        """The same runnable, called with these keywords each time."""
        from llm_reference.runnables.binding import RunnableBinding  # noqa: PLC0415

        return RunnableBinding(bound=self, kwargs=kwargs)

    def with_config(self, config: RunnableConfig | None = None, **keys: Any) -> "RunnableBinding[Input, Output]":
        """The same runnable, with this config, given whole or by its keys, merged into that of each call."""
        from llm_reference.runnables.binding import RunnableBinding  # noqa: PLC0415

        said: Any = {**(config or {}), **keys}
        return RunnableBinding(bound=self, config=said)

    def with_retry(
        self,
        *,
        retry_if_exception_type: tuple[type[BaseException], ...] = (Exception,),
        wait_exponential_jitter: bool = True,
        stop_after_attempt: int = 3,
    ) -> "RunnableRetry[Input, Output]":
        """The same runnable, asked again when it fails. A stream is not asked for again: it may have begun."""
        from llm_reference.runnables.retry import RunnableRetry  # noqa: PLC0415

        how: Any = {"wait_exponential_jitter": wait_exponential_jitter, "max_attempt_number": stop_after_attempt}
        return RunnableRetry(bound=self, retry_exception_types=retry_if_exception_type, **how)

    def with_fallbacks(
        self,
        fallbacks: "Sequence[Runnable[Input, Output]]",
        *,
        exceptions_to_handle: tuple[type[BaseException], ...] = (Exception,),
    ) -> "RunnableWithFallbacks[Input, Output]":
        """The same runnable, with others to ask, in this order, when it fails before its first chunk."""
        from llm_reference.runnables.fallbacks import RunnableWithFallbacks  # noqa: PLC0415

        return RunnableWithFallbacks(runnable=self, fallbacks=fallbacks, exceptions_to_handle=exceptions_to_handle)

    def pipe(self, *others: Any, name: str | None = None) -> "RunnableSequence[Input, Any]":
        """What comes out of this goes into the next, and so on: `a | b | c` says the same."""
        from llm_reference.runnables.sequence import RunnableSequence  # noqa: PLC0415

        return RunnableSequence(self, *others, name=name)

    def __or__(self, other: Any) -> "RunnableSequence[Input, Any]":
        return self.pipe(other)

    def __ror__(self, other: Any) -> "RunnableSequence[Any, Output]":
        from llm_reference.runnables.sequence import RunnableSequence  # noqa: PLC0415

        return RunnableSequence(other, self)
