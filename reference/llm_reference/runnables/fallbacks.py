"""A runnable with fallbacks: what `with_fallbacks` returns."""

# ruff: noqa: A002  # langchain-core names the parameter "input"

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
    """Calls one runnable after the other until one succeeds. If all fail, it raises the exception of the first.

    A stream succeeds with its first chunk: a chunk that the consumer has cannot be withdrawn.
    """

    runnable: Runnable[Input, Output]
    fallbacks: Sequence[Runnable[Input, Output]]
    exceptions_to_handle: tuple[type[BaseException], ...] = (Exception,)

    @property
    def runnables(self) -> Iterator[Runnable[Input, Output]]:
        """All candidates, in order."""
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
        """Stream from the first runnable that yields a chunk or ends without an exception."""
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
        """Do the same without blocking the event loop."""
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
