"""The chat model of a plan. It is loaded on both libraries: only the import line differs."""

from collections.abc import AsyncIterator, Iterator, Sequence
from copy import deepcopy
from typing import Any

from llm_reference import (
    AIMessage,
    AIMessageChunk,
    BaseChatModel,
    BaseMessage,
    ChatGeneration,
    ChatGenerationChunk,
    ChatResult,
)

SHARED = (
    "content",
    "tool_calls",
    "invalid_tool_calls",
    "usage_metadata",
    "response_metadata",
    "additional_kwargs",
    "id",
)


class Drawn(BaseChatModel):
    """Does what its plan says, and records the calls of its hooks."""

    plan: Any
    calls: Any

    @property
    def _llm_type(self) -> str:
        return "drawn"

    def bind_tools(self, tools: Sequence[Any], *, tool_choice: str | None = None, **kwargs: Any) -> Any:
        """Bind the tools as they are."""
        return self.bind(tools=tools, tool_choice=tool_choice, **kwargs)

    def _generate(self, messages: list[BaseMessage], stop: Any = None, run_manager: Any = None, **kwargs: Any) -> Any:
        return self._whole("_generate", messages, stop, kwargs)

    def _record(self, hook: str, messages: list[BaseMessage], stop: Any, kwargs: Any) -> None:
        self.calls.append((hook, list(messages), stop, deepcopy(kwargs)))

    def _whole(self, hook: str, messages: list[BaseMessage], stop: Any, kwargs: Any) -> ChatResult:
        self._record(hook, messages, stop, kwargs)
        first, *others = self._planned()
        message = (first + others).message if others else first.message
        whole = AIMessage(**{name: getattr(message, name) for name in SHARED})
        return ChatResult(generations=[ChatGeneration(message=whole)], llm_output={"request": "r"})

    def _planned(self) -> Iterator[ChatGenerationChunk]:
        for number, fields in enumerate(self.plan.chunks):
            if number == self.plan.fails_at:
                raise ConnectionError("connection lost")
            info = self.plan.infos[number] if number < len(self.plan.infos) else None
            message = AIMessageChunk(**deepcopy(dict(fields)))
            yield ChatGenerationChunk(message=message, generation_info=deepcopy(info))


async def _agenerate(
    self: Any, messages: list[BaseMessage], stop: Any = None, run_manager: Any = None, **kwargs: Any
) -> Any:
    return self._whole("_agenerate", messages, stop, kwargs)


def _stream(
    self: Any, messages: list[BaseMessage], stop: Any = None, run_manager: Any = None, **kwargs: Any
) -> Iterator[Any]:
    self._record("_stream", messages, stop, kwargs)
    yield from self._planned()


async def _astream(
    self: Any, messages: list[BaseMessage], stop: Any = None, run_manager: Any = None, **kwargs: Any
) -> AsyncIterator[Any]:
    self._record("_astream", messages, stop, kwargs)
    for chunk in self._planned():
        yield chunk


# The hooks that a plan may add to `_generate`.
HOOKS = {"_agenerate": _agenerate, "_stream": _stream, "_astream": _astream}
