"""A runnable that is called again if it fails: what `with_retry` returns."""

import asyncio
import time
from collections.abc import Iterator
from random import uniform
from typing import Any

from llm_reference.runnables.binding import RunnableBinding
from llm_reference.runnables.runnable import Input, Output, Runnable
from llm_reference.runnables.step import InvokeStep
from llm_reference.runs.config import RunnableConfig
from llm_reference.runs.run import Run

_LONGEST_WAIT = 60.0


class RunnableRetry(InvokeStep[Input, Output], RunnableBinding[Input, Output]):
    """A run with one child run for each attempt; all but the first have a tag. A stream is not retried.

    wait_exponential_jitter: whether to wait 1, 2, 4, .. seconds, plus a random part of a second, between attempts.
    """

    retry_exception_types: tuple[type[BaseException], ...] = (Exception,)
    wait_exponential_jitter: bool = True
    max_attempt_number: int = 3

    # Not those of the binding: each input has its own attempts.
    batch = Runnable.batch
    abatch = Runnable.abatch
    with_config = Runnable.with_config
    with_retry = Runnable.with_retry  # type: ignore[assignment]  # a binding returns another type

    def _invoke(self, value: Input, run: Run, **kwargs: Any) -> Output:
        for attempt_config, wait in self._attempts(run):
            try:
                return RunnableBinding.invoke(self, value, attempt_config, **kwargs)
            except self.retry_exception_types:
                if wait is None:
                    raise
                time.sleep(wait)
        raise AssertionError("the last attempt returns or raises")

    async def _ainvoke(self, value: Input, run: Run, **kwargs: Any) -> Output:
        for attempt_config, wait in self._attempts(run):
            try:
                return await RunnableBinding.ainvoke(self, value, attempt_config, **kwargs)
            except self.retry_exception_types:
                if wait is None:
                    raise
                await asyncio.sleep(wait)
        raise AssertionError("the last attempt returns or raises")

    def _attempts(self, run: Run) -> Iterator[tuple[RunnableConfig, float | None]]:
        """Yield the config of each attempt, and how many seconds to wait after its failure; None for the last."""
        for number in range(1, self.max_attempt_number + 1):
            wait = min(2.0 ** (number - 1) + uniform(0, 1), _LONGEST_WAIT) if self.wait_exponential_jitter else 0.0  # noqa: S311  # not a secret
            tag = f"retry:attempt:{number}" if number > 1 else None
            yield run.child_config(tag), wait if number < self.max_attempt_number else None
