"""The base class of steps that transform a stream chunk by chunk. A call is one run."""

# ruff: noqa: A002  # langchain-core names the parameter "input"

from abc import abstractmethod
from collections.abc import AsyncGenerator, AsyncIterator, Generator, Iterator
from typing import Any

from llm_reference.aio.closing import aclosing, closing
from llm_reference.runnables.context import aiterate_in, context_with, iterate_in
from llm_reference.runnables.runnable import AsyncStream, Input, Output, Runnable, Stream
from llm_reference.runs.chunk import ChunkSum
from llm_reference.runs.config import RunnableConfig, ensure_config
from llm_reference.runs.run import Run, T

_END: Any = object()


class TransformStep(Runnable[Input, Output]):
    """A subclass implements `_transform` and `_atransform`. Both get the run of the call.

    The run starts with the first chunk of input, so the runs of a chain start in the order of the steps.
    """

    @abstractmethod
    def _transform(self, pieces: Iterator[Input], run: Run, **kwargs: Any) -> Iterator[Output]:
        """Yield each chunk of output as soon as there is enough input for it."""

    @abstractmethod
    def _atransform(self, pieces: AsyncIterator[Input], run: Run, **kwargs: Any) -> AsyncIterator[Output]:
        """Do the same without blocking the event loop."""

    def stream(self, input: Input, config: RunnableConfig | None = None, **kwargs: Any) -> Stream[Output]:
        """Yield the output for one input chunk by chunk."""
        return self.transform(iter([input]), config, **kwargs)

    def astream(self, input: Input, config: RunnableConfig | None = None, **kwargs: Any) -> AsyncStream[Output]:
        """Yield the output for one input chunk by chunk, without blocking the event loop."""

        async def one() -> AsyncGenerator[Input, None]:
            yield input

        return self.atransform(one(), config, **kwargs)

    def transform(self, input: Iterator[Input], config: RunnableConfig | None = None, **kwargs: Any) -> Stream[Output]:
        """Yield the output for a stream of input."""
        config = ensure_config(config)
        with closing(input):
            first = next(input, _END)
            with _TransformRun(self.run_type, self.get_name(), config) as run:
                context = context_with(run.child_config())
                with closing(run.consume(first, input)) as consumed:
                    outputs = context.run(self._transform, consumed, run, **kwargs)
                    with closing(iterate_in(context, outputs)) as chunks:
                        for chunk in chunks:
                            yield run.emit(chunk)

    async def atransform(
        self, input: AsyncIterator[Input], config: RunnableConfig | None = None, **kwargs: Any
    ) -> AsyncStream[Output]:
        """Yield the output for a stream of input, without blocking the event loop."""
        config = ensure_config(config)
        async with aclosing(input):
            first = await anext(input, _END)
            async with _TransformRun(self.run_type, self.get_name(), config) as run:
                context = context_with(run.child_config())
                async with aclosing(run.aconsume(first, input)) as consumed:
                    outputs = context.run(self._atransform, consumed, run, **kwargs)
                    async with aclosing(aiterate_in(context, outputs)) as chunks:
                        async for chunk in chunks:
                            yield run.emit(chunk)


class _TransformRun(Run):
    """A run whose input is a stream. If it has handlers, its input is known at the end."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self._consumed: ChunkSum[Any] = ChunkSum()

    def consume(self, first: Any, rest: Iterator[Any]) -> Generator[Any, None, None]:
        """Yield the input and keep each chunk that is read."""
        if first is not _END:
            yield self._keep(first)
            for piece in rest:
                yield self._keep(piece)

    async def aconsume(self, first: Any, rest: AsyncIterator[Any]) -> AsyncGenerator[Any, None]:
        """Do the same for an asynchronous input."""
        if first is not _END:
            yield self._keep(first)
            async for piece in rest:
                yield self._keep(piece)

    def emit(self, chunk: T) -> T:
        """Report a chunk of output to the tracers, then return it."""
        for tracer in self.tracers:
            tracer.chunk(self, chunk)
        return super().emit(chunk)

    def _keep(self, piece: Any) -> Any:
        if self.traced:
            self._consumed.add(piece)
        return piece

    def _finish(self, error: BaseException | None) -> None:
        if self._consumed:
            self.input = self._consumed.value
        super()._finish(error)
