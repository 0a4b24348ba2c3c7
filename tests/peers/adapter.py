"""A chat model of langchain-core around a model of the zoo: langchain-tests judges no other.

Its hooks call the model's own `invoke`, `ainvoke`, `stream` and `astream`, and convert messages field by field. What
is not a message is passed on as it is. Callbacks, `astream_events`, batches, the `+` of chunks, structured output,
`disable_streaming`, `output_version` and the forms of tools are those of langchain-core, and so is the parser of
arguments, which accepts `{"a": 1}{"a": 1}`: what the model does there itself is hidden. So are the `tool_calls` that a
chunk has beside its fragments.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from copy import deepcopy
from typing import Any, ClassVar

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from langchain_core.runnables import Runnable
from langchain_core.utils.function_calling import convert_to_openai_tool

import llm_reference
from llm_conformance.simulator import Simulator
from llm_fixtures.pieces import ToolArguments
from llm_reference.models import echo_chat
from llm_zoo.bases.chat import ChatDefect
from llm_zoo.bases.scripted_chat import ScriptedChatModel
from llm_zoo.chat_models import Message, MessageChunk
from peers.answers import Call, Script, arguments, call_for, golden

_COMMON = ("content", "additional_kwargs", "response_metadata", "name", "id", "usage_metadata")
_OF_MESSAGES = (*_COMMON, "tool_calls", "invalid_tool_calls")
_OF_CHUNKS = (*_COMMON, "tool_call_chunks", "chunk_position")


class Adapter(BaseChatModel):
    """subject: the class of the zoo. simulator: the provider of a model on the wire."""

    subject: ClassVar[type[Any]]
    wire: ClassVar[str | None] = None
    simulator: ClassVar[Simulator | None] = None

    model: str = "m"
    temperature: float | None = None
    max_tokens: int | None = None
    timeout: float | None = None
    max_retries: int | None = None
    stop: list[str] | None = None
    _inner: Any = None

    def model_post_init(self, _: Any, /) -> None:
        values: dict[str, Any] = {"url": "http://127.0.0.1"} if self.wire else {}
        if issubclass(self.subject, ScriptedChatModel):
            values["script"] = None
        self._inner = self.subject(**values)

    @property
    def _llm_type(self) -> str:
        return "zoo"

    def bind_tools(self, tools: Sequence[Any], *, tool_choice: str | None = None, **kwargs: Any) -> Runnable[Any, Any]:
        return self.bind(tools=[convert_to_openai_tool(tool) for tool in tools], tool_choice=tool_choice, **kwargs)

    def _generate(self, messages: list[Any], stop: Any = None, run_manager: Any = None, **kwargs: Any) -> ChatResult:
        answer = self._asked(messages, **kwargs).invoke(messages, stop=stop)
        return ChatResult(generations=[ChatGeneration(message=converted(answer))])

    async def _agenerate(
        self, messages: list[Any], stop: Any = None, run_manager: Any = None, **kwargs: Any
    ) -> ChatResult:
        answer = await self._asked(messages, **kwargs).ainvoke(messages, stop=stop)
        return ChatResult(generations=[ChatGeneration(message=converted(answer))])

    def _stream(
        self, messages: list[Any], stop: Any = None, run_manager: Any = None, **kwargs: Any
    ) -> Iterator[ChatGenerationChunk]:
        for chunk in self._asked(messages, **kwargs).stream(messages, stop=stop):
            yield ChatGenerationChunk(message=converted(chunk))

    async def _astream(
        self, messages: list[Any], stop: Any = None, run_manager: Any = None, **kwargs: Any
    ) -> AsyncIterator[ChatGenerationChunk]:
        async for chunk in self._asked(messages, **kwargs).astream(messages, stop=stop):
            yield ChatGenerationChunk(message=converted(chunk))

    def _asked(self, messages: list[Any], *, tools: Any = (), tool_choice: Any = None, **_: Any) -> Any:
        """The model, made to answer what the test expects, with its own `bind_tools()` if it has one."""
        self._prepare(messages, call_for(messages, tools, tool_choice), tools)
        own = getattr(self.subject, "bind_tools", None)
        if not tools or own in (None, llm_reference.BaseChatModel.bind_tools):
            return self._inner
        return self._inner.bind_tools(tools, tool_choice=tool_choice)

    def _prepare(self, messages: list[Any], call: Call | None, tools: Any) -> None:
        answer = golden(str(messages[-1].text), call)
        if isinstance(self._inner, ChatDefect) and tools:
            self._inner.calls = ((call.name, call.args),) if call else ()  # type: ignore[misc]  # its own, for this call
        elif isinstance(self._inner, ScriptedChatModel):
            self._inner.script = Script(answer)
        elif self.simulator and self.wire:
            self._inner.base_url = f"{self.simulator.play(answer).url}{self._inner._begins}"


def around(model: type[Any], provider: str | None) -> type[Adapter]:
    """The adapter of this class of the zoo."""

    class Wrapped(Adapter):
        subject: ClassVar[type[Any]] = model
        wire: ClassVar[str | None] = provider

    return Wrapped


def converted(answer: Any) -> Any:
    """The message or the chunk of langchain-core with the same fields; anything else as it is."""
    if isinstance(answer, (llm_reference.AIMessageChunk, MessageChunk)):
        return AIMessageChunk(**_fields(answer, _OF_CHUNKS))
    if isinstance(answer, (llm_reference.AIMessage, Message)):
        return AIMessage(**_fields(answer, _OF_MESSAGES))
    return answer


def _fields(answer: Any, names: Sequence[str]) -> dict[str, Any]:
    return {name: deepcopy(value) for name in names if (value := getattr(answer, name, None)) is not None}


_call_of_echo = echo_chat._call


def _call_as_expected(tool: dict[str, Any], text: str) -> Any:
    """The call of `EchoChatModel`, which has the text as its only argument, with all arguments instead."""
    fragments = _call_of_echo(tool, text)
    expected = golden("", Call(tool["function"]["name"], arguments(tool["function"], text))).pieces
    texts = [piece.text for piece in expected if isinstance(piece, ToolArguments)]
    whole = [llm_reference.AIMessageChunk(tool_call_chunks=[_fragment(text)]) for text in texts]
    return [fragments[0], *whole]


def _fragment(text: str) -> Any:
    return {"name": None, "args": text, "id": None, "index": 0, "type": "tool_call_chunk"}


def call_as_expected() -> None:
    """Make `EchoChatModel` give the calls that each test expects, for as long as the process lasts."""
    echo_chat._call = _call_as_expected
