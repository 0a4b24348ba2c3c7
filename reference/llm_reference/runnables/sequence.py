"""A chain: the output of each step is the input of the next, chunk by chunk if both steps can stream."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

from llm_reference.runnables.coerce import coerce_to_runnable
from llm_reference.runnables.runnable import Input, Output, Runnable
from llm_reference.runnables.step import InvokeStep
from llm_reference.runnables.streaming_step import TransformStep
from llm_reference.runs.config import RunnableConfig
from llm_reference.runs.run import Run


class RunnableSequence(InvokeStep[Input, Output], TransformStep[Input, Output]):
    """What `a | b | c` returns. Chunks are not buffered between steps: a `next()` on the last pulls from the first.

    Additional keyword arguments of a call go to the first step.
    """

    steps: list[Runnable[Any, Any]]

    def __init__(self, *steps: Any, name: str | None = None) -> None:
        flat: list[Runnable[Any, Any]] = []
        for step in steps:
            flat += step.steps if isinstance(step, RunnableSequence) else [coerce_to_runnable(step)]
        if len(flat) < 2:  # noqa: PLR2004  # one step is not a sequence
            raise ValueError(f"RunnableSequence: expected at least 2 steps, got {len(flat)}")
        self.steps = flat
        super().__init__(name=name)

    def pipe(self, *others: Any, name: str | None = None) -> "RunnableSequence[Input, Any]":
        """Return a longer sequence with the same name."""
        return RunnableSequence(self, *others, name=name or self.name)

    def _invoke(self, value: Input, run: Run, **kwargs: Any) -> Output:
        current: Any = value
        for step, child_config in self._steps_of(run):
            current, kwargs = step.invoke(current, child_config, **kwargs), {}
        return current  # type: ignore[no-any-return]  # the output of the last step

    async def _ainvoke(self, value: Input, run: Run, **kwargs: Any) -> Output:
        current: Any = value
        for step, child_config in self._steps_of(run):
            current, kwargs = await step.ainvoke(current, child_config, **kwargs), {}
        return current  # type: ignore[no-any-return]  # the output of the last step

    def _transform(self, pieces: Iterator[Input], run: Run, **kwargs: Any) -> Iterator[Output]:
        flow: Iterator[Any] = pieces
        for step, child_config in self._steps_of(run):
            flow, kwargs = step.transform(flow, child_config, **kwargs), {}
        return flow

    def _atransform(self, pieces: AsyncIterator[Input], run: Run, **kwargs: Any) -> AsyncIterator[Output]:
        flow: AsyncIterator[Any] = pieces
        for step, child_config in self._steps_of(run):
            flow, kwargs = step.atransform(flow, child_config, **kwargs), {}
        return flow

    def _steps_of(self, run: Run) -> Iterator[tuple[Runnable[Any, Any], RunnableConfig]]:
        for number, step in enumerate(self.steps, start=1):
            yield step, run.child_config(f"seq:step:{number}")
