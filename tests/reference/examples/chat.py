"""Chat models and their tools. Written for langchain-core; only imports differ on the reference."""

# ruff: noqa: T201  # examples print

import asyncio
import json
from collections.abc import AsyncIterator, Iterator, Sequence
from typing import Any

from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.language_models.chat_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage, HumanMessage, SystemMessage, ToolMessage
from langchain_core.output_parsers import StrOutputParser
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult, LLMResult
from langchain_core.prompts import PromptTemplate
from langchain_core.runnables import RunnableLambda

WEATHER = {
    "name": "get_weather",
    "description": "Tell the weather.",
    "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
}


class Weather(BaseChatModel):
    """Asks a tool for the weather in the city that it is given, and repeats what the tool says."""

    @property
    def _llm_type(self) -> str:
        return "weather"

    def bind_tools(self, tools: Sequence[Any], *, tool_choice: str | None = None, **kwargs: Any) -> Any:
        return self.bind(tools=tools, tool_choice=tool_choice, **kwargs)

    def _generate(
        self, messages: list[BaseMessage], stop: list[str] | None = None, run_manager: Any = None, **kwargs: Any
    ) -> ChatResult:
        first, *others = self._stream(messages, stop, **kwargs)
        message: Any = (first + others).message
        whole = AIMessage(message.content, tool_calls=message.tool_calls, usage_metadata=message.usage_metadata)
        return ChatResult(generations=[ChatGeneration(message=whole)])

    def _stream(
        self, messages: list[BaseMessage], stop: list[str] | None = None, run_manager: Any = None, **kwargs: Any
    ) -> Iterator[ChatGenerationChunk]:
        last = messages[-1]
        if kwargs.get("tools") and not isinstance(last, ToolMessage):
            arguments = json.dumps({"city": last.text})
            yield call_chunk(name="get_weather", args="", id="call_1", index=0)
            for start in range(0, len(arguments), 6):
                yield call_chunk(name=None, args=arguments[start : start + 6], id=None, index=0)
        else:
            for word in last.text.split(" "):
                yield ChatGenerationChunk(message=AIMessageChunk(content=f"{word} "))
        usage: Any = {"input_tokens": 1, "output_tokens": 2, "total_tokens": 3}
        yield ChatGenerationChunk(message=AIMessageChunk(content="", usage_metadata=usage))


class WeatherOnLoops(Weather):
    """Streams asynchronously without a thread."""

    async def _astream(
        self, messages: list[BaseMessage], stop: list[str] | None = None, run_manager: Any = None, **kwargs: Any
    ) -> AsyncIterator[ChatGenerationChunk]:
        for chunk in self._stream(messages, stop, **kwargs):
            await asyncio.sleep(0)
            yield chunk


def call_chunk(**fragment: Any) -> ChatGenerationChunk:
    fragments: Any = [fragment]
    return ChatGenerationChunk(message=AIMessageChunk(content="", tool_call_chunks=fragments))


def stream_a_tool_call() -> None:
    total: Any = None
    for chunk in Weather().bind_tools([WEATHER]).stream("Paris"):
        total = chunk if total is None else total + chunk
        print([fragment["args"] for fragment in chunk.tool_call_chunks], total.tool_calls, total.chunk_position)


async def stream_a_tool_call_asynchronously() -> Any:
    chunks = [chunk async for chunk in WeatherOnLoops().bind_tools([WEATHER]).astream("Paris")]
    total = chunks[0] + chunks[1:]
    return total.tool_calls, total.invalid_tool_calls, total.usage_metadata, total.text


def answer_a_call() -> Any:
    model = Weather().bind_tools([WEATHER])
    conversation: list[Any] = [SystemMessage("Be brief."), HumanMessage("Paris")]
    asked = model.invoke(conversation)
    conversation += [asked, ToolMessage("sunny, 20 degrees", tool_call_id=asked.tool_calls[0]["id"])]
    return asked.tool_calls, model.invoke(conversation).text


def choose_an_object_instead_of_text() -> Any:
    structured = Weather().with_structured_output({"title": "get_weather", **WEATHER["parameters"]})  # type: ignore[dict-item]
    return structured.invoke("New York"), list(structured.stream("New York"))


async def choose_an_object_asynchronously() -> Any:
    structured = WeatherOnLoops().with_structured_output({"title": "get_weather", **WEATHER["parameters"]})  # type: ignore[dict-item]
    return await structured.ainvoke("Oslo"), [each async for each in structured.astream("Oslo")]


def stream_in_a_chain() -> Any:
    chain = PromptTemplate.from_template("the city is {city}") | Weather() | StrOutputParser()
    return list(chain.stream({"city": "Rome"})), chain.batch([{"city": "Rome"}, {"city": "Oslo"}])


async def watch_an_answer_that_a_function_asks_for() -> Any:
    async def ask(city: str) -> str:
        return (await WeatherOnLoops().ainvoke(city)).text

    return [
        (event["event"], event["data"]["chunk"].text)
        async for event in RunnableLambda(ask).astream_events("New York", version="v2")
        if event["event"] == "on_chat_model_stream"
    ]


def refuse_other_inputs() -> Any:
    try:
        Weather().invoke(42)  # type: ignore[arg-type]
    except ValueError as error:
        return type(error)


def take_messages_of_every_form() -> Any:
    asked: Any = [
        "text",
        ("system", "s"),
        {"role": "user", "content": "a dict"},
        {
            "role": "assistant",
            "content": None,
            "tool_calls": [
                {"id": "1", "type": "function", "function": {"name": "f", "arguments": '{"a": 1}'}},
            ],
        },
        {"role": "tool", "content": "a result", "tool_call_id": "1"},
    ]
    seen: list[Any] = []

    class Looks(Weather):
        def _generate(self, messages: list[BaseMessage], *args: Any, **kwargs: Any) -> ChatResult:
            seen.extend(
                (type(message).__name__, message.text, getattr(message, "tool_calls", None)) for message in messages
            )
            return super()._generate(messages, *args, **kwargs)

    return Looks().invoke(asked).text, seen


class Log(BaseCallbackHandler):
    """Prints the whole messages of a run."""

    def on_chat_model_start(self, serialized: Any, messages: list[list[BaseMessage]], **kwargs: Any) -> None:
        print("start", [[message.text for message in each] for each in messages])

    def on_llm_new_token(self, token: Any, *, chunk: Any = None, **kwargs: Any) -> None:
        print("token", repr(token), chunk.message.tool_call_chunks)

    def on_llm_end(self, response: LLMResult, **kwargs: Any) -> None:
        message: Any = response.generations[0][0].message  # type: ignore[union-attr]
        print("end", message.tool_calls, message.usage_metadata)


def hear_a_call() -> None:
    list(Weather().bind_tools([WEATHER]).stream("Rome", {"callbacks": [Log()]}))


def turn_streaming_off() -> Any:
    model = Weather(disable_streaming="tool_calling")
    return len(list(model.stream("a b"))), len(list(model.bind_tools([WEATHER]).stream("a b")))
