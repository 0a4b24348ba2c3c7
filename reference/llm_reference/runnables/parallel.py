"""Steps that run at the same time with the same input. Their outputs form a dict."""

# ruff: noqa: ARG002  # all steps have the same signatures

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextvars import copy_context
from typing import Any

from llm_reference.aio.tasks import cancel_and_wait, gather_or_cancel
from llm_reference.aio.tee import atee, tee
from llm_reference.runnables.coerce import coerce_to_runnable
from llm_reference.runnables.context import aiterate_in, iterate_in
from llm_reference.runnables.runnable import Input, Runnable
from llm_reference.runnables.step import InvokeStep
from llm_reference.runnables.streaming_step import TransformStep
from llm_reference.runs.config import RunnableConfig, max_concurrency
from llm_reference.runs.run import Run

_END: Any = object()


class AddableDict(dict[str, Any]):
    """A dict as a chunk of output. The sum of two adds the values of the keys that both have."""

    def __add__(self, other: Mapping[str, Any]) -> "AddableDict":
        total = AddableDict(self)
        for key, value in other.items():
            known = total.get(key)
            total[key] = value if known is None else known if value is None else known + value
        return total

    def __radd__(self, other: Mapping[str, Any]) -> "AddableDict":
        return AddableDict(other) + self


class RunnableParallel(InvokeStep[Input, dict[str, Any]], TransformStep[Input, dict[str, Any]]):
    """A dict of steps. A stream yields each chunk of each step as soon as it exists, as a dict with one key."""

    steps__: dict[str, Runnable[Any, Any]]

    def __init__(self, steps__: Mapping[str, Any] | None = None, **steps: Any) -> None:
        self.steps__ = {key: coerce_to_runnable(step) for key, step in {**(steps__ or {}), **steps}.items()}
        super().__init__()

    def get_name(self) -> str:
        """Return the name: the given one, or one made of the keys."""
        return self.name or f"RunnableParallel<{','.join(self.steps__)}>"

    def _branches(self, run: Run) -> Iterator[tuple[str, Runnable[Any, Any], RunnableConfig]]:
        for key, step in self.steps__.items():
            yield key, step, run.child_config(f"map:key:{key}")

    def _invoke(self, value: Input, run: Run, **kwargs: Any) -> dict[str, Any]:
        with ThreadPoolExecutor(max_concurrency([run.config]) or len(self.steps__) or 1) as threads:
            calls = {
                key: threads.submit(copy_context().run, step.invoke, value, child_config)
                for key, step, child_config in self._branches(run)
            }
            return {key: call.result() for key, call in calls.items()}

    async def _ainvoke(self, value: Input, run: Run, **kwargs: Any) -> dict[str, Any]:
        outputs = await gather_or_cancel(
            step.ainvoke(value, child_config) for _, step, child_config in self._branches(run)
        )
        return dict(zip(self.steps__, outputs, strict=True))

    def _transform(self, pieces: Iterator[Input], run: Run, **kwargs: Any) -> Iterator[dict[str, Any]]:
        inputs = tee(pieces, len(self.steps__))
        flows = {
            key: iterate_in(copy_context(), step.transform(inputs.pop(), child_config))
            for key, step, child_config in self._branches(run)
        }
        with ThreadPoolExecutor(max_concurrency([run.config]) or len(flows) or 1) as threads:

            def fetch(key: str) -> Future[Any]:
                return threads.submit(next, flows[key], _END)

            pending = {key: fetch(key) for key in flows}
            try:
                while pending:
                    done, _ = wait(pending.values(), return_when=FIRST_COMPLETED)
                    for key in [key for key, piece in pending.items() if piece in done]:
                        if (piece := pending.pop(key).result()) is not _END:
                            yield AddableDict({key: piece})
                            pending[key] = fetch(key)
            finally:
                # A generator cannot be closed while its `next()` runs in a thread.
                wait(pending.values())
                for flow in flows.values():
                    flow.close()

    async def _atransform(self, pieces: AsyncIterator[Input], run: Run, **kwargs: Any) -> AsyncIterator[dict[str, Any]]:
        inputs = atee(pieces, len(self.steps__))
        # One task for each piece; one context for all pieces of a branch.
        flows = {
            key: aiterate_in(copy_context(), step.atransform(inputs.pop(), child_config))
            for key, step, child_config in self._branches(run)
        }

        async def fetch(key: str) -> Any:
            return await anext(flows[key], _END)

        pending = {key: asyncio.create_task(fetch(key)) for key in flows}
        try:
            while pending:
                done, _ = await asyncio.wait(pending.values(), return_when=asyncio.FIRST_COMPLETED)
                for key in [key for key, piece in pending.items() if piece in done]:
                    if (piece := pending.pop(key).result()) is not _END:
                        yield AddableDict({key: piece})
                        pending[key] = asyncio.create_task(fetch(key))
        finally:
            await cancel_and_wait(pending.values())
            for flow in flows.values():
                await flow.aclose()
