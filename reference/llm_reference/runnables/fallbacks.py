"""A runnable with others behind it: what `with_fallbacks` returns."""

# ruff: noqa: A002  # callers know the first parameter as "input"
# a step is told more than each one needs

from collections.abc import Iterator, Sequence
from typing import Any

from llm_reference.aio.closing import aclosing, closing
from llm_reference.runnables.context import aiterate_in, context_with, iterate_in
from llm_reference.runnables.runnable import AsyncStream, Input, Output, Runnable, Stream
from llm_reference.runnables.step import InvokeStep
from llm_reference.runs.config import RunnableConfig, ensure_config
from llm_reference.runs.run import Run

_END: Any = object()


class RunnableWithFallbacks(InvokeStep[Input, Output]):
    """Asks one after the other until one answers. If none does, it raises what the first one raised.

    A stream counts as an answer from its first chunk on: what the consumer has cannot be taken back.
    """

    runnable: Runnable[Input, Output]
    fallbacks: Sequence[Runnable[Input, Output]]
    exceptions_to_handle: tuple[type[BaseException], ...] = (Exception,)

    @property
    def runnables(self) -> Iterator[Runnable[Input, Output]]:
        """All that may be asked, in order."""
        yield self.runnable
        yield from self.fallbacks

    def _invoke(self, value: Input, run: Run, **kwargs: Any) -> Output:
        errors = []
        for runnable in self.runnables:
            try:
                return runnable.invoke(value, run.child_config(), **kwargs)
            except self.exceptions_to_handle as error:
                errors.append(error)
        raise errors[0]

    async def _ainvoke(self, value: Input, run: Run, **kwargs: Any) -> Output:
        errors = []
        for runnable in self.runnables:
            try:
                return await runnable.ainvoke(value, run.child_config(), **kwargs)
            except self.exceptions_to_handle as error:
                errors.append(error)
        raise errors[0]

    def stream(self, input: Input, config: RunnableConfig | None = None, **kwargs: Any) -> Stream[Output]:
        """Stream from the first that has a chunk to give."""
        config = ensure_config(config)
        with Run(self.run_type, self.get_name(), config, input) as run:
            inner = run.child_config()
            errors = []
            for runnable in self.runnables:
                with closing(iterate_in(context_with(inner), runnable.stream(input, inner, **kwargs))) as chunks:
                    try:
                        chunk = next(chunks, _END)
                    except self.exceptions_to_handle as error:
                        errors.append(error)
                        continue
                    while chunk is not _END:
                        yield run.emit(chunk)
                        chunk = next(chunks, _END)
                    return
            raise errors[0]

    async def astream(self, input: Input, config: RunnableConfig | None = None, **kwargs: Any) -> AsyncStream[Output]:
        """Stream from the first that has a chunk to give, without blocking."""
        config = ensure_config(config)
        async with Run(self.run_type, self.get_name(), config, input) as run:
            inner = run.child_config()
            errors = []
            for runnable in self.runnables:
                async with aclosing(
                    aiterate_in(context_with(inner), runnable.astream(input, inner, **kwargs))
                ) as chunks:
                    try:
                        chunk = await anext(chunks, _END)
                    except self.exceptions_to_handle as error:
                        errors.append(error)
                        continue
                    while chunk is not _END:
                        yield run.emit(chunk)
                        chunk = await anext(chunks, _END)
                    return
            raise errors[0]
