"""A part of a chain that does not wait for its whole input. Its call, too, is one run."""

# ruff: noqa: A002  # callers know the first parameter as "input"

from abc import abstractmethod
from collections.abc import AsyncGenerator, AsyncIterator, Generator, Iterator
from typing import Any

from llm_reference.aio.closing import aclosing, closing
from llm_reference.runnables.context import aiterate_in, context_with, iterate_in
from llm_reference.runnables.runnable import AsyncStream, Input, Output, Runnable, Stream
from llm_reference.runs.chunk import add_chunks
from llm_reference.runs.config import RunnableConfig, ensure_config
from llm_reference.runs.run import Run, T

_END: Any = object()


class TransformStep(Runnable[Input, Output]):
    """Takes its input piece by piece. A subclass writes `_transform` and `_atransform`; both get what `_invoke` gets.

    It starts when the first piece is there: so the runs of a chain start in the order in which the data flows.
    """

    @abstractmethod
    def _transform(self, pieces: Iterator[Input], run: Run, **kwargs: Any) -> Iterator[Output]:
        """Make pieces of output of pieces of input, each as soon as it can be made."""

    @abstractmethod
    def _atransform(self, pieces: AsyncIterator[Input], run: Run, **kwargs: Any) -> AsyncIterator[Output]:
        """The same without blocking."""

    def stream(self, input: Input, config: RunnableConfig | None = None, **kwargs: Any) -> Stream[Output]:
        """Make the output of one input piece by piece."""
        return self.transform(iter([input]), config, **kwargs)

    def astream(self, input: Input, config: RunnableConfig | None = None, **kwargs: Any) -> AsyncStream[Output]:
        """Make the output of one input piece by piece, without blocking."""

        async def one() -> AsyncGenerator[Input, None]:
            yield input

        return self.atransform(one(), config, **kwargs)

    def transform(self, input: Iterator[Input], config: RunnableConfig | None = None, **kwargs: Any) -> Stream[Output]:
        """Make pieces of output of pieces of input."""
        config = ensure_config(config)
        with closing(input):
            first = next(input, _END)
            with _TransformRun(self.run_type, self.get_name(), config) as run:
                context = context_with(run.child_config())
                with closing(run.consume(first, input)) as taken:
                    outputs = context.run(self._transform, taken, run, **kwargs)
                    with closing(iterate_in(context, outputs)) as chunks:
                        for chunk in chunks:
                            yield run.emit(chunk)

    async def atransform(
        self, input: AsyncIterator[Input], config: RunnableConfig | None = None, **kwargs: Any
    ) -> AsyncStream[Output]:
        """Make pieces of output of pieces of input, without blocking."""
        config = ensure_config(config)
        async with aclosing(input):
            first = await anext(input, _END)
            async with _TransformRun(self.run_type, self.get_name(), config) as run:
                context = context_with(run.child_config())
                async with aclosing(run.aconsume(first, input)) as taken:
                    outputs = context.run(self._atransform, taken, run, **kwargs)
                    async with aclosing(aiterate_in(context, outputs)) as chunks:
                        async for chunk in chunks:
                            yield run.emit(chunk)


class _TransformRun(Run):
    """Knows its input when it is over, if anybody listens."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self._taken: list[Any] = []

    def consume(self, first: Any, rest: Iterator[Any]) -> Generator[Any, None, None]:
        """The input, noted as it is taken."""
        if first is not _END:
            yield self._noted(first)
            for piece in rest:
                yield self._noted(piece)

    async def aconsume(self, first: Any, rest: AsyncIterator[Any]) -> AsyncGenerator[Any, None]:
        """The same of an asynchronous input."""
        if first is not _END:
            yield self._noted(first)
            async for piece in rest:
                yield self._noted(piece)

    def emit(self, chunk: T) -> T:
        """A piece of output, told before it is given."""
        for tracer in self.tracers:
            tracer.chunk(self, chunk)
        return super().emit(chunk)

    def _noted(self, piece: Any) -> Any:
        if self.traced:
            self._taken.append(piece)
        return piece

    def _finish(self, error: BaseException | None) -> None:
        if self._taken:
            self.input = add_chunks(self._taken)
        super()._finish(error)
