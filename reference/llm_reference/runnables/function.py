"""A function as a step of a chain. It is called once, with the whole input."""

# ruff: noqa: A002  # langchain-core names the parameter "input"

from collections.abc import AsyncIterator, Callable, Iterator
from inspect import isasyncgenfunction, iscoroutinefunction, isgeneratorfunction
from typing import Any

from llm_reference.aio.closing import aclosing
from llm_reference.aio.thread import run_in_thread
from llm_reference.runnables.arguments import injected_arguments, is_async
from llm_reference.runnables.runnable import Input, Output, Runnable, Stream
from llm_reference.runnables.step import InvokeStep
from llm_reference.runnables.streaming_step import TransformStep
from llm_reference.runs.chunk import add_chunks
from llm_reference.runs.config import RunnableConfig
from llm_reference.runs.run import Run
from llm_reference.runs.run_manager import AsyncCallbackManagerForChainRun, CallbackManagerForChainRun


class RunnableLambda(InvokeStep[Input, Output], TransformStep[Input, Output]):
    """Calls `func` in synchronous calls and `afunc` in asynchronous ones. Without `afunc`, `func` runs in a thread.

    If the function returns a runnable, that runnable is called with the same input.
    """

    def __init__(
        self, func: Callable[..., Any], afunc: Callable[..., Any] | None = None, name: str | None = None
    ) -> None:
        is_generator = isgeneratorfunction(func) or is_async(isasyncgenfunction, func)
        if not callable(func) or is_generator:
            hint = "; use RunnableGenerator for a generator function" if is_generator else ""
            raise TypeError(f"RunnableLambda: expected a function that returns, got {func!r}{hint}")
        only_async = is_async(iscoroutinefunction, func)
        self._func = None if only_async else func
        self._afunc = func if only_async else afunc
        own_name = getattr(afunc or func, "__name__", "<lambda>")
        super().__init__(name=name or (own_name if own_name != "<lambda>" else None))

    def invoke(self, input: Input, config: RunnableConfig | None = None, **kwargs: Any) -> Output:
        """Call the function. Raises TypeError if there is only an asynchronous one."""
        self._check_synchronous()
        return super().invoke(input, config, **kwargs)

    def transform(self, input: Iterator[Input], config: RunnableConfig | None = None, **kwargs: Any) -> Stream[Output]:
        """Call the function after the end of the input. Raises TypeError if there is only an asynchronous one."""
        self._check_synchronous()
        yield from super().transform(input, config, **kwargs)

    def _check_synchronous(self) -> None:
        if self._func is None:
            raise TypeError(f"{self.get_name()} has only asynchronous code: use ainvoke or astream")

    def _call_function(self, value: Input, run: Run, **kwargs: Any) -> Any:
        function: Any = self._func
        return function(value, **injected_arguments(function, CallbackManagerForChainRun(run)), **kwargs)

    async def _acall_function(self, value: Input, run: Run, **kwargs: Any) -> Any:
        if self._afunc is None:
            return await run_in_thread(self._call_function, value, run, **kwargs)
        return await self._afunc(
            value, **injected_arguments(self._afunc, AsyncCallbackManagerForChainRun(run)), **kwargs
        )

    def _invoke(self, value: Input, run: Run, **kwargs: Any) -> Output:
        result = self._call_function(value, run, **kwargs)
        if isinstance(result, Runnable):
            result = result.invoke(value, run.child_config())
        return result  # type: ignore[no-any-return]  # the function may return anything

    async def _ainvoke(self, value: Input, run: Run, **kwargs: Any) -> Output:
        result = await self._acall_function(value, run, **kwargs)
        if isinstance(result, Runnable):
            result = await result.ainvoke(value, run.child_config())
        return result  # type: ignore[no-any-return]  # the function may return anything

    def _transform(self, pieces: Iterator[Input], run: Run, **kwargs: Any) -> Iterator[Output]:
        if chunks := list(pieces):
            value = add_chunks(chunks)
            result = self._call_function(value, run, **kwargs)
            if isinstance(result, Runnable):
                yield from result.stream(value, run.child_config())
            else:
                yield result

    async def _atransform(self, pieces: AsyncIterator[Input], run: Run, **kwargs: Any) -> AsyncIterator[Output]:
        if chunks := [piece async for piece in pieces]:
            value = add_chunks(chunks)
            result = await self._acall_function(value, run, **kwargs)
            if isinstance(result, Runnable):
                async with aclosing(result.astream(value, run.child_config())) as outputs:
                    async for chunk in outputs:
                        yield chunk
            else:
                yield result
