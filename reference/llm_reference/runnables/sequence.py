"""A chain: what comes out of one step goes into the next, piece by piece where both can."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

from llm_reference.runnables.coerce import coerce_to_runnable
from llm_reference.runnables.runnable import Input, Output, Runnable
from llm_reference.runnables.step import InvokeStep
from llm_reference.runnables.streaming_step import TransformStep
from llm_reference.runs.config import RunnableConfig
from llm_reference.runs.run import Run


class RunnableSequence(InvokeStep[Input, Output], TransformStep[Input, Output]):
    """What `a | b | c` makes. Nothing stands between the steps: who pulls at the end pulls at the model.

    Other keywords of a call go to the first step.
    """

    steps: list[Runnable[Any, Any]]

    def __init__(self, *steps: Any, name: str | None = None) -> None:
        flat: list[Runnable[Any, Any]] = []
        for step in steps:
            flat += step.steps if isinstance(step, RunnableSequence) else [coerce_to_runnable(step)]
        if len(flat) < 2:  # noqa: PLR2004  # one step is no sequence
            raise ValueError(f"RunnableSequence: expected at least 2 steps, got {len(flat)}")
        self.steps = flat
        super().__init__(name=name)

    def pipe(self, *others: Any, name: str | None = None) -> "RunnableSequence[Input, Any]":
        """A longer one of the same name."""
        return RunnableSequence(self, *others, name=name or self.name)

    def _invoke(self, value: Input, run: Run, **kwargs: Any) -> Output:
        between: Any = value
        for step, inner in self._each(run):
            between, kwargs = step.invoke(between, inner, **kwargs), {}
        return between  # type: ignore[no-any-return]  # what the last step gave

    async def _ainvoke(self, value: Input, run: Run, **kwargs: Any) -> Output:
        between: Any = value
        for step, inner in self._each(run):
            between, kwargs = await step.ainvoke(between, inner, **kwargs), {}
        return between  # type: ignore[no-any-return]  # what the last step gave

    def _transform(self, pieces: Iterator[Input], run: Run, **kwargs: Any) -> Iterator[Output]:
        flow: Iterator[Any] = pieces
        for step, inner in self._each(run):
            flow, kwargs = step.transform(flow, inner, **kwargs), {}
        return flow

    def _atransform(self, pieces: AsyncIterator[Input], run: Run, **kwargs: Any) -> AsyncIterator[Output]:
        flow: AsyncIterator[Any] = pieces
        for step, inner in self._each(run):
            flow, kwargs = step.atransform(flow, inner, **kwargs), {}
        return flow

    def _each(self, run: Run) -> Iterator[tuple[Runnable[Any, Any], RunnableConfig]]:
        for number, step in enumerate(self.steps, start=1):
            yield step, run.child_config(f"seq:step:{number}")
