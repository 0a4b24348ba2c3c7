"""The step after a model: it turns the output of a string model or a chat model into text."""

# ruff: noqa: ARG002  # all steps have the same signatures

from collections.abc import AsyncIterator, Iterator
from typing import Any, ClassVar

from llm_reference.messages.conversion import text_of
from llm_reference.runnables.step import InvokeStep
from llm_reference.runnables.streaming_step import TransformStep
from llm_reference.runs.run import Run


class StrOutputParser(InvokeStep[Any, str], TransformStep[Any, str]):
    """Passes text on unchanged and turns a message into its text, chunk by chunk."""

    run_type: ClassVar[str] = "parser"

    def parse(self, text: str) -> str:
        """Return the text. Override this to change it."""
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
