"""The step after a chat model that calls a tool: the arguments of the call are the output."""

# ruff: noqa: ARG002  # all steps have the same signatures

from collections.abc import AsyncIterator, Iterator
from typing import Any, ClassVar

from llm_reference.messages.message import AIMessage
from llm_reference.runnables.step import InvokeStep
from llm_reference.runnables.streaming_step import TransformStep
from llm_reference.runs.run import Run


class JsonOutputKeyToolsParser(InvokeStep[AIMessage, Any], TransformStep[AIMessage, Any]):
    """Returns the arguments of the calls of one tool. A stream yields them again each time that they have grown.

    first_tool_only: return the arguments of the first call, or None, instead of a list.
    """

    run_type: ClassVar[str] = "parser"

    key_name: str
    first_tool_only: bool = False

    def _invoke(self, value: AIMessage, run: Run, **kwargs: Any) -> Any:
        arguments = [call["args"] for call in value.tool_calls if call["name"] == self.key_name]
        if self.first_tool_only:
            return arguments[0] if arguments else None
        return arguments

    async def _ainvoke(self, value: AIMessage, run: Run, **kwargs: Any) -> Any:
        return self._invoke(value, run)

    def _transform(self, pieces: Iterator[AIMessage], run: Run, **kwargs: Any) -> Iterator[Any]:
        total: Any = None
        before: Any = None
        for piece in pieces:
            total = piece if total is None else total + piece
            if (parsed := self._invoke(total, run)) is not None and parsed != before:
                yield parsed
                before = parsed

    async def _atransform(self, pieces: AsyncIterator[AIMessage], run: Run, **kwargs: Any) -> AsyncIterator[Any]:
        total: Any = None
        before: Any = None
        async for piece in pieces:
            total = piece if total is None else total + piece
            if (parsed := self._invoke(total, run)) is not None and parsed != before:
                yield parsed
                before = parsed
