"""A generator function as a step of a chain. It reads the chunks of its input and yields chunks of output."""

# ruff: noqa: A002  # langchain-core names the parameter "input"

from collections.abc import AsyncIterator, Callable, Iterator
from inspect import isasyncgenfunction, isgeneratorfunction
from typing import Any

from llm_reference.runnables.arguments import injected_arguments, is_async
from llm_reference.runnables.runnable import AsyncStream, Input, Output, Stream
from llm_reference.runnables.streaming_step import TransformStep
from llm_reference.runs.chunk import add_chunks
from llm_reference.runs.config import RunnableConfig
from llm_reference.runs.run import Run
from llm_reference.runs.run_manager import AsyncCallbackManagerForChainRun, CallbackManagerForChainRun


class RunnableGenerator(TransformStep[Input, Output]):
    """Uses `transform` in synchronous calls and `atransform` in asynchronous ones. One of them is enough."""

    def __init__(
        self,
        transform: Callable[..., Any],
        atransform: Callable[..., Any] | None = None,
        *,
        name: str | None = None,
    ) -> None:
        self._function: Callable[..., Any] | None = transform
        self._afunction = atransform
        if is_async(isasyncgenfunction, transform):
            self._function, self._afunction = None, transform
        elif not isgeneratorfunction(transform):
            raise TypeError(f"RunnableGenerator: expected a generator function, got {transform!r}; see RunnableLambda")
        super().__init__(name=name or getattr(atransform or transform, "__name__", None))

    def invoke(self, input: Input, config: RunnableConfig | None = None, **kwargs: Any) -> Output:
        """Return the sum of the chunks; None if there are none."""
        return _total(list(self.stream(input, config, **kwargs)))

    async def ainvoke(self, input: Input, config: RunnableConfig | None = None, **kwargs: Any) -> Output:
        """Return the sum of the chunks; None if there are none."""
        return _total([piece async for piece in self.astream(input, config, **kwargs)])

    def transform(self, input: Iterator[Input], config: RunnableConfig | None = None, **kwargs: Any) -> Stream[Output]:
        """Transform the input. Raises NotImplementedError if there is only an asynchronous generator function."""
        if self._function is None:
            raise NotImplementedError(f"{self.get_name()} has only asynchronous code: use ainvoke or astream")
        return super().transform(input, config, **kwargs)

    def atransform(
        self, input: AsyncIterator[Input], config: RunnableConfig | None = None, **kwargs: Any
    ) -> AsyncStream[Output]:
        """Transform the input. Raises NotImplementedError if there is only a synchronous generator function.

        It could not await its input.
        """
        if self._afunction is None:
            raise NotImplementedError(f"{self.get_name()} has only synchronous code: use invoke or stream")
        return super().atransform(input, config, **kwargs)

    def _transform(self, pieces: Iterator[Input], run: Run, **kwargs: Any) -> Iterator[Output]:
        function: Any = self._function
        chunks: Iterator[Output] = function(
            pieces, **injected_arguments(function, CallbackManagerForChainRun(run)), **kwargs
        )
        return chunks

    def _atransform(self, pieces: AsyncIterator[Input], run: Run, **kwargs: Any) -> AsyncIterator[Output]:
        function: Any = self._afunction
        chunks: AsyncIterator[Output] = function(
            pieces, **injected_arguments(function, AsyncCallbackManagerForChainRun(run)), **kwargs
        )
        return chunks


def _total(pieces: list[Output]) -> Output:
    """The sum of the pieces; None if there are none."""
    return add_chunks(pieces) if pieces else None  # type: ignore[return-value]  # Output may be None
