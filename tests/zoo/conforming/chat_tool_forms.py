"""Chat models with their own ways to take tools, a choice among them, and the schema of an object."""

from collections.abc import Iterator, Sequence
from operator import itemgetter
from typing import Any

from langchain_core.messages import AIMessageChunk, BaseMessage
from langchain_core.runnables import Runnable, RunnableLambda
from langchain_core.utils.function_calling import convert_to_openai_tool

from llm_reference import JsonOutputKeyToolsParser, RunnableParallel, RunnablePassthrough
from llm_zoo.bases.scripted_chat import ScriptedChatModel
from zoo.conforming.chat_tools import CallsInFragments

__all__ = ["ConvertsLate", "GivesMessageToo", "ObjectsAsJson", "OneChoice"]


class ConvertsLate(CallsInFragments):
    """Keeps its tools as they were given, and converts them for each request."""

    def bind_tools(self, tools: Sequence[Any], *, tool_choice: str | None = None, **kwargs: Any) -> Runnable[Any, Any]:
        return self.bind(tools=list(tools), tool_choice=tool_choice, **kwargs)

    def fragments(self, messages: list[BaseMessage], tools: Sequence[Any]) -> Iterator[AIMessageChunk]:
        yield from super().fragments(messages, [convert_to_openai_tool(tool) for tool in tools])


class OneChoice(CallsInFragments):
    """Its provider has no choice among tools but "any", so every other one is refused when it is bound."""

    def bind_tools(self, tools: Sequence[Any], *, tool_choice: str | None = None, **kwargs: Any) -> Runnable[Any, Any]:
        if tool_choice not in (None, "auto", "any"):
            raise ValueError(f"tool_choice: expected any or auto, got {tool_choice!r}")
        return super().bind_tools(tools, **kwargs)


class ObjectsAsJson(CallsInFragments):
    """Reads its objects from the last message, so an object comes when the whole text is there."""

    def with_structured_output(self, schema: Any, **kwargs: Any) -> Runnable[Any, Any]:
        return self.bind() | RunnableLambda(lambda message: {"said": message.text})


class GivesMessageToo(ScriptedChatModel):
    """With `include_raw` its structured output is a dict of the message and the object that is read from it."""

    def __init__(self, script: Any) -> None:
        super().__init__(script=script)

    def with_structured_output(self, schema: Any, *, include_raw: bool = False) -> Any:
        """The object, or a dict with it; a stream of that has the message first."""
        if not include_raw:
            return super().with_structured_output(schema)
        parser = JsonOutputKeyToolsParser(key_name=schema["title"], first_tool_only=True)
        message: Any = RunnableParallel(raw=self.bind_tools([schema], tool_choice="any"))
        parsed: Any = itemgetter("raw") | parser
        return message | RunnablePassthrough.assign(parsed=parsed, parsing_error=lambda _: None)
