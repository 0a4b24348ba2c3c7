"""What stands behind a model in a chain: whatever the model is made of, out comes its text."""

# ruff: noqa: ARG002  # a step is told more than each one needs

from collections.abc import AsyncIterator, Iterator
from typing import Any, ClassVar

from llm_reference.models.messages import text_of
from llm_reference.runnables.step import InvokeStep
from llm_reference.runnables.streaming_step import TransformStep
from llm_reference.runs.run import Run


class StrOutputParser(InvokeStep[Any, str], TransformStep[Any, str]):
    """Text passes as it is, a message becomes its text; each chunk at once."""

    run_type: ClassVar[str] = "parser"

    def parse(self, text: str) -> str:
        """The text itself."""
        return text

    def _invoke(self, value: Any, run: Run, **kwargs: Any) -> str:
        return self.parse(text_of(value))

    async def _ainvoke(self, value: Any, run: Run, **kwargs: Any) -> str:
        return self._invoke(value, run, **kwargs)

    def _transform(self, pieces: Iterator[Any], run: Run, **kwargs: Any) -> Iterator[str]:
        for piece in pieces:
            yield self.parse(text_of(piece))

    async def _atransform(self, pieces: AsyncIterator[Any], run: Run, **kwargs: Any) -> AsyncIterator[str]:
        async for piece in pieces:
            yield self.parse(text_of(piece))
