"""Steps whose output is their input: unchanged, or a dict with more keys."""

# ruff: noqa: ARG002  # all steps have the same signatures

from collections.abc import AsyncIterator, Iterator, Mapping
from typing import Any

from llm_reference.aio.closing import aclosing
from llm_reference.aio.tee import atee, tee
from llm_reference.runnables.parallel import AddableDict, RunnableParallel
from llm_reference.runnables.runnable import Input
from llm_reference.runnables.step import InvokeStep
from llm_reference.runnables.streaming_step import TransformStep
from llm_reference.runs.run import Run


class RunnablePassthrough(InvokeStep[Input, Input], TransformStep[Input, Input]):
    """Passes every chunk on unchanged."""

    @classmethod
    def assign(cls, **steps: Any) -> "RunnableAssign":
        """Return a step that adds the outputs of these steps to its input, which is a dict."""
        return RunnableAssign(RunnableParallel(steps))

    def _invoke(self, value: Input, run: Run, **kwargs: Any) -> Input:
        return value

    async def _ainvoke(self, value: Input, run: Run, **kwargs: Any) -> Input:
        return value

    def _transform(self, pieces: Iterator[Input], run: Run, **kwargs: Any) -> Iterator[Input]:
        return pieces

    def _atransform(self, pieces: AsyncIterator[Input], run: Run, **kwargs: Any) -> AsyncIterator[Input]:
        return pieces


class RunnableAssign(InvokeStep[dict[str, Any], dict[str, Any]], TransformStep[dict[str, Any], dict[str, Any]]):
    """What `RunnablePassthrough.assign` returns. A stream yields the given keys at once, then the new ones."""

    mapper: RunnableParallel[dict[str, Any]]

    def __init__(self, mapper: RunnableParallel[dict[str, Any]]) -> None:
        self.mapper = mapper
        super().__init__()

    def get_name(self) -> str:
        """Return the name: the given one, or one made of the new keys."""
        return self.name or f"RunnableAssign<{','.join(self.mapper.steps__)}>"

    def _invoke(self, value: dict[str, Any], run: Run, **kwargs: Any) -> dict[str, Any]:
        return {**_checked(value), **self.mapper.invoke(value, run.child_config(), **kwargs)}

    async def _ainvoke(self, value: dict[str, Any], run: Run, **kwargs: Any) -> dict[str, Any]:
        return {**_checked(value), **await self.mapper.ainvoke(value, run.child_config(), **kwargs)}

    def _transform(self, pieces: Iterator[dict[str, Any]], run: Run, **kwargs: Any) -> Iterator[dict[str, Any]]:
        passing, mapped = tee(pieces, 2)
        for piece in passing:
            if given := self._given_keys(piece):
                yield given
        yield from self.mapper.transform(mapped, run.child_config(), **kwargs)

    async def _atransform(
        self, pieces: AsyncIterator[dict[str, Any]], run: Run, **kwargs: Any
    ) -> AsyncIterator[dict[str, Any]]:
        passing, mapped = atee(pieces, 2)
        async with aclosing(passing):
            async for piece in passing:
                if given := self._given_keys(piece):
                    yield given
        async with aclosing(self.mapper.atransform(mapped, run.child_config(), **kwargs)) as chunks:
            async for chunk in chunks:
                yield chunk

    def _given_keys(self, piece: dict[str, Any]) -> AddableDict:
        return AddableDict({key: value for key, value in _checked(piece).items() if key not in self.mapper.steps__})


def _checked(value: Any) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise ValueError(f"RunnablePassthrough.assign: expected a dict, got {type(value).__name__}")  # noqa: TRY004  # like langchain-core
    return value
