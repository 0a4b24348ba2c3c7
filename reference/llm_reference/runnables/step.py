"""The base class of steps that need their whole input. A call is one run; nested calls are its children."""

# ruff: noqa: A002  # langchain-core names the parameter "input"

from abc import abstractmethod
from typing import Any

from llm_reference.aio.thread import run_in_thread
from llm_reference.runnables.context import await_in, context_with
from llm_reference.runnables.runnable import Input, Output, Runnable
from llm_reference.runs.config import RunnableConfig, ensure_config
from llm_reference.runs.run import Run


class InvokeStep(Runnable[Input, Output]):
    """A subclass implements `_invoke`, and `_ainvoke` if it does not need a thread. Both get the run of the call."""

    @abstractmethod
    def _invoke(self, value: Input, run: Run, **kwargs: Any) -> Output:
        """Return the output."""

    async def _ainvoke(self, value: Input, run: Run, **kwargs: Any) -> Output:
        """Return the output without blocking the event loop. The default runs `_invoke` in a thread."""
        return await run_in_thread(self._invoke, value, run, **kwargs)

    def invoke(self, input: Input, config: RunnableConfig | None = None, **kwargs: Any) -> Output:
        """Return the whole output for one input."""
        config = ensure_config(config)
        with Run(self.run_type, self.get_name(), config, input) as run:
            run.output = context_with(run.child_config()).run(self._invoke, input, run, **kwargs)
        return run.output  # type: ignore[no-any-return]  # the result of `_invoke`

    async def ainvoke(self, input: Input, config: RunnableConfig | None = None, **kwargs: Any) -> Output:
        """Return the whole output for one input without blocking the event loop."""
        config = ensure_config(config)
        async with Run(self.run_type, self.get_name(), config, input) as run:
            run.output = await await_in(context_with(run.child_config()), self._ainvoke(input, run, **kwargs))
        return run.output  # type: ignore[no-any-return]  # as above
