"""What all parts of a chain share: one call is one run, and what the part calls itself belongs to that run."""

# ruff: noqa: A002  # callers know the first parameter as "input"

from abc import abstractmethod
from typing import Any

from llm_reference.aio.thread import run_in_thread
from llm_reference.runnables.context import await_in, context_with
from llm_reference.runnables.runnable import Input, Output, Runnable
from llm_reference.runs.config import RunnableConfig, ensure_config
from llm_reference.runs.run import Run


class InvokeStep(Runnable[Input, Output]):
    """Takes its input whole. A subclass writes `_invoke`, and `_ainvoke` if it can do without a thread.

    Both get the run that they work for.
    """

    @abstractmethod
    def _invoke(self, value: Input, run: Run, **kwargs: Any) -> Output:
        """Make the output."""

    async def _ainvoke(self, value: Input, run: Run, **kwargs: Any) -> Output:
        """Make the output without blocking."""
        return await run_in_thread(self._invoke, value, run, **kwargs)

    def invoke(self, input: Input, config: RunnableConfig | None = None, **kwargs: Any) -> Output:
        """Make the whole output of one input."""
        config = ensure_config(config)
        with Run(self.run_type, self.get_name(), config, input) as run:
            run.output = context_with(run.child_config()).run(self._invoke, input, run, **kwargs)
        return run.output  # type: ignore[no-any-return]  # it is what _invoke gave

    async def ainvoke(self, input: Input, config: RunnableConfig | None = None, **kwargs: Any) -> Output:
        """Make the whole output of one input, without blocking."""
        config = ensure_config(config)
        async with Run(self.run_type, self.get_name(), config, input) as run:
            run.output = await await_in(context_with(run.child_config()), self._ainvoke(input, run, **kwargs))
        return run.output  # type: ignore[no-any-return]  # as above
