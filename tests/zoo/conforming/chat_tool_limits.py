"""Chat models whose provider takes less than another one: one tool, one result of a call, no repeated answer."""

from collections.abc import Iterator, Sequence
from random import Random
from typing import Any, ClassVar
from uuid import uuid4

from langchain_core.messages import AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatResult
from langchain_core.runnables import Runnable, RunnableParallel
from pydantic import PrivateAttr

from zoo.conforming.chat_tools import CallsInFragments

__all__ = ["ChoosesByChance", "ObjectsAddUp", "OneToolAtATime", "ResultsOnce", "WholeOnDemand", "bound_by_chance"]


class OneToolAtATime(CallsInFragments):
    """Its provider takes one tool in a request."""

    def bind_tools(self, tools: Sequence[Any], **kwargs: Any) -> Runnable[Any, Any]:
        if len(tools) > 1:
            raise ValueError(f"tools: expected one, got {len(tools)}: the provider takes one in a request")
        return super().bind_tools(tools, **kwargs)


class ChoosesByChance(CallsInFragments):
    """Calls any of its tools."""

    chance: ClassVar[Random] = Random()  # noqa: S311 - no secret

    def fragments(self, messages: list[BaseMessage], tools: Sequence[dict[str, Any]]) -> Iterator[AIMessageChunk]:
        yield from super().fragments(messages, [self.chance.choice(tools)])


def bound_by_chance() -> Any:
    """The same with two tools of its user's: its text is the same each time, and its calls are not."""
    zone = {"type": "object", "properties": {"zone": {"type": "string"}}}
    functions = [{"name": name, "description": name, "parameters": zone} for name in ("get_time", "get_weather")]
    return ChoosesByChance().bind_tools([{"type": "function", "function": one} for one in functions])


class ResultsOnce(CallsInFragments):
    """Its provider waits for the result of each call, and takes it once."""

    _waiting: set[str] = PrivateAttr(default_factory=set)

    def fragments(self, messages: list[BaseMessage], tools: Sequence[dict[str, Any]]) -> Iterator[AIMessageChunk]:
        own = f"call_{uuid4()}"
        self._waiting.add(own)
        for chunk in super().fragments(messages, tools):
            for part in chunk.tool_call_chunks:
                part["id"] = part["id"] and own
            yield chunk

    def _generate(
        self, messages: list[BaseMessage], stop: list[str] | None = None, run_manager: Any = None, **kwargs: Any
    ) -> ChatResult:
        self._take(messages[-1])
        return super()._generate(messages, stop, run_manager, **kwargs)

    def _stream(
        self, messages: list[BaseMessage], stop: list[str] | None = None, run_manager: Any = None, **kwargs: Any
    ) -> Iterator[Any]:
        self._take(messages[-1])
        yield from super()._stream(messages, stop, run_manager, **kwargs)

    def _take(self, last: BaseMessage) -> None:
        called = getattr(last, "tool_call_id", None)
        if called is not None:
            if called not in self._waiting:
                raise ValueError(f"no call {called} waits for a result")
            self._waiting.discard(called)


class ObjectsAddUp(CallsInFragments):
    """Its structured output is put together from two parts, whose dicts a reader has to add."""

    def with_structured_output(self, schema: Any, **kwargs: Any) -> Runnable[Any, Any]:
        return RunnableParallel(said=str, letters=lambda prompt: len(str(prompt)))


class WholeOnDemand(CallsInFragments):
    """Its provider streams no call that is demanded, so langchain-core's parsers find no object in its stream."""

    def _should_stream(self, **kwargs: Any) -> bool:
        return not kwargs.get("tool_choice") and super()._should_stream(**kwargs)
