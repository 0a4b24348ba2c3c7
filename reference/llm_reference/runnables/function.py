"""A function as a step: it is called once, with the whole input."""

# ruff: noqa: A002  # callers know the first parameter as "input"

from collections.abc import AsyncIterator, Callable, Iterator
from inspect import isasyncgenfunction, iscoroutinefunction, isgeneratorfunction
from typing import Any

from llm_reference.aio.closing import aclosing
from llm_reference.aio.thread import run_in_thread
from llm_reference.runnables.arguments import is_async, wanted
from llm_reference.runnables.runnable import Input, Output, Runnable, Stream
from llm_reference.runnables.step import InvokeStep
from llm_reference.runnables.streaming_step import TransformStep
from llm_reference.runs.chunk import add_chunks
from llm_reference.runs.config import RunnableConfig
from llm_reference.runs.run import Run
from llm_reference.runs.run_manager import AsyncCallbackManagerForChainRun, CallbackManagerForChainRun


class RunnableLambda(InvokeStep[Input, Output], TransformStep[Input, Output]):
    """Made of `func`, of `afunc` for the asynchronous calls, or of both; a lone `func` serves these in a thread.

    A function that answers with a runnable means: ask that, with the same input.
    """

    def __init__(
        self, func: Callable[..., Any], afunc: Callable[..., Any] | None = None, name: str | None = None
    ) -> None:
        yields = isgeneratorfunction(func) or is_async(isasyncgenfunction, func)
        if not callable(func) or yields:
            hint = "; a generator function belongs into a RunnableGenerator" if yields else ""
            raise TypeError(f"RunnableLambda: expected a function that returns, got {func!r}{hint}")
        alone = is_async(iscoroutinefunction, func)
        self._func = None if alone else func
        self._afunc = func if alone else afunc
        own = getattr(afunc or func, "__name__", "<lambda>")
        super().__init__(name=name or (own if own != "<lambda>" else None))

    def invoke(self, input: Input, config: RunnableConfig | None = None, **kwargs: Any) -> Output:
        """Call it. Raises TypeError if there is asynchronous code alone."""
        self._check_synchronous()
        return super().invoke(input, config, **kwargs)

    def transform(self, input: Iterator[Input], config: RunnableConfig | None = None, **kwargs: Any) -> Stream[Output]:
        """Call it when all of its input is there. Raises TypeError if there is asynchronous code alone."""
        self._check_synchronous()
        yield from super().transform(input, config, **kwargs)

    def _check_synchronous(self) -> None:
        if self._func is None:
            raise TypeError(f"{self.get_name()} has only asynchronous code: use ainvoke or astream")

    def _answer(self, value: Input, run: Run, **kwargs: Any) -> Any:
        function: Any = self._func
        return function(value, **wanted(function, CallbackManagerForChainRun(run)), **kwargs)

    async def _aanswer(self, value: Input, run: Run, **kwargs: Any) -> Any:
        if self._afunc is None:
            return await run_in_thread(self._answer, value, run, **kwargs)
        return await self._afunc(value, **wanted(self._afunc, AsyncCallbackManagerForChainRun(run)), **kwargs)

    def _invoke(self, value: Input, run: Run, **kwargs: Any) -> Output:
        answer = self._answer(value, run, **kwargs)
        if isinstance(answer, Runnable):
            answer = answer.invoke(value, run.child_config())
        return answer  # type: ignore[no-any-return]  # whatever the function gave

    async def _ainvoke(self, value: Input, run: Run, **kwargs: Any) -> Output:
        answer = await self._aanswer(value, run, **kwargs)
        if isinstance(answer, Runnable):
            answer = await answer.ainvoke(value, run.child_config())
        return answer  # type: ignore[no-any-return]  # whatever the function gave

    def _transform(self, pieces: Iterator[Input], run: Run, **kwargs: Any) -> Iterator[Output]:
        if given := list(pieces):
            value = add_chunks(given)
            answer = self._answer(value, run, **kwargs)
            if isinstance(answer, Runnable):
                yield from answer.stream(value, run.child_config())
            else:
                yield answer

    async def _atransform(self, pieces: AsyncIterator[Input], run: Run, **kwargs: Any) -> AsyncIterator[Output]:
        if given := [piece async for piece in pieces]:
            value = add_chunks(given)
            answer = await self._aanswer(value, run, **kwargs)
            if isinstance(answer, Runnable):
                async with aclosing(answer.astream(value, run.child_config())) as chunks:
                    async for chunk in chunks:
                        yield chunk
            else:
                yield answer
