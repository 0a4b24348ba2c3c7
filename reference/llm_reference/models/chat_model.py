"""The base class of chat models. A subclass implements hooks; each call uses the best hook that exists."""

# ruff: noqa: A002  # langchain-core names the parameter "input"

from abc import abstractmethod
from collections.abc import AsyncGenerator, AsyncIterator, Generator, Iterator, Sequence
from contextvars import copy_context
from typing import Any, ClassVar, Literal

from llm_reference.aio.closing import aclosing, closing
from llm_reference.aio.thread import iterate_in_thread, run_in_thread
from llm_reference.blocks.async_stream import AsyncChatModelStream
from llm_reference.blocks.stream import ChatModelStream
from llm_reference.messages.chunk import AIMessageChunk, message_to_chunk
from llm_reference.messages.conversion import to_messages
from llm_reference.messages.generation import ChatGenerationChunk, ChatResult
from llm_reference.messages.message import AIMessage, BaseMessage
from llm_reference.models.answer_run import AnswerRun
from llm_reference.models.language_model import BaseLanguageModel
from llm_reference.models.tool import openai_tool, tool_name
from llm_reference.runnables.context import aiterate_in, iterate_in
from llm_reference.runnables.runnable import AsyncStream, Runnable, Stream
from llm_reference.runnables.tool_parser import JsonOutputKeyToolsParser
from llm_reference.runs.config import RunnableConfig
from llm_reference.runs.run_manager import AsyncCallbackManagerForLLMRun, CallbackManagerForLLMRun


class BaseChatModel(BaseLanguageModel[AIMessage]):
    """Takes messages and returns a message. A subclass implements `_generate` and `_llm_type`, and `_stream` to stream.

    | call    | uses                                                                                  |
    |---------|---------------------------------------------------------------------------------------|
    | invoke  | `_generate`                                                                           |
    | ainvoke | `_agenerate`, else `_generate` in a thread                                            |
    | stream  | `_stream`, else one chunk: the whole answer of invoke                                 |
    | astream | `_astream`, else `_stream` in a thread, else one chunk: the whole answer of ainvoke   |

    The streams of version v3 are made of the chunks of `stream` and `astream`.

    Inside `astream_events` invoke and ainvoke use the streaming hooks too, so that the events contain every chunk.

    disable_streaming: True, or "tool_calling" for calls with tools: then every answer is one chunk.
    """

    run_type: ClassVar[str] = "chat_model"

    disable_streaming: bool | Literal["tool_calling"] = False

    @abstractmethod
    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        """Return the answer to the messages, its text cut before the first stop word."""

    async def _agenerate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        """Return the answer without blocking the event loop. The default runs `_generate` in a thread."""
        manager = run_manager.get_sync() if run_manager else None
        return await run_in_thread(self._generate, messages, stop=stop, run_manager=manager, **kwargs)

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        """Yield the answer chunk by chunk. Override this if the model can stream. The caller reports each chunk."""
        raise NotImplementedError

    async def _astream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> AsyncIterator[ChatGenerationChunk]:
        """Yield the answer chunk by chunk without blocking the event loop. The default runs `_stream` in a thread."""
        manager = run_manager.get_sync() if run_manager else None

        def hook() -> Generator[ChatGenerationChunk, None, None]:
            yield from self._stream(messages, stop=stop, run_manager=manager, **kwargs)

        async with aclosing(iterate_in_thread(hook())) as chunks:
            async for chunk in chunks:
                yield chunk

    def bind_tools(
        self, tools: Sequence[Any], *, tool_choice: str | None = None, **kwargs: Any
    ) -> Runnable[Any, AIMessage]:
        """Return this model with tools that it may call. Override this if the model can call tools."""
        raise NotImplementedError(f"{type(self).__name__} does not call tools: it does not implement bind_tools()")

    def with_structured_output(self, schema: Any) -> Runnable[Any, Any]:
        """Return this model with one tool that it must call. Its output is the arguments: a dict with this schema.

        A stream yields the dict again each time that it has grown.
        """
        tool = openai_tool(schema)
        parser = JsonOutputKeyToolsParser(key_name=tool_name(tool), first_tool_only=True)
        return self.bind_tools([tool], tool_choice="any") | parser

    def invoke(
        self, input: Any, config: RunnableConfig | None = None, *, stop: list[str] | None = None, **kwargs: Any
    ) -> AIMessage:
        """Return the whole answer."""
        messages = to_messages(input)
        with self._run(messages, config) as run:
            answer = AnswerRun(run)
            if run.tracers and self._streams(kwargs, "_stream"):
                with closing(self._chunks(messages, answer, stop, kwargs)) as chunks:
                    return answer.whole(list(chunks))
            manager = CallbackManagerForLLMRun(run)
            return answer.result(self._generate(messages, stop=stop, run_manager=manager, **kwargs))

    async def ainvoke(
        self, input: Any, config: RunnableConfig | None = None, *, stop: list[str] | None = None, **kwargs: Any
    ) -> AIMessage:
        """Return the whole answer without blocking the event loop."""
        messages = to_messages(input)
        async with self._run(messages, config) as run:
            answer = AnswerRun(run)
            if run.tracers and self._streams(kwargs, "_stream", "_astream"):
                async with aclosing(self._achunks(messages, answer, stop, kwargs)) as chunks:
                    return answer.whole([chunk async for chunk in chunks])
            manager = AsyncCallbackManagerForLLMRun(run)
            return answer.result(await self._agenerate(messages, stop=stop, run_manager=manager, **kwargs))

    def stream(
        self, input: Any, config: RunnableConfig | None = None, *, stop: list[str] | None = None, **kwargs: Any
    ) -> Stream[AIMessageChunk]:
        """Yield the answer chunk by chunk. The model generates a chunk when the consumer calls `next()`."""
        if not self._streams(kwargs, "_stream"):
            yield message_to_chunk(self.invoke(input, config, stop=stop, **kwargs))
            return
        messages = to_messages(input)
        with (
            self._run(messages, config) as run,
            closing(self._chunks(messages, AnswerRun(run), stop, kwargs)) as chunks,
        ):
            for chunk in chunks:
                yield run.emit(chunk).message

    async def astream(
        self, input: Any, config: RunnableConfig | None = None, *, stop: list[str] | None = None, **kwargs: Any
    ) -> AsyncStream[AIMessageChunk]:
        """Yield the answer chunk by chunk without blocking the event loop."""
        if not self._streams(kwargs, "_stream", "_astream"):
            yield message_to_chunk(await self.ainvoke(input, config, stop=stop, **kwargs))
            return
        messages = to_messages(input)
        async with (
            self._run(messages, config) as run,
            aclosing(self._achunks(messages, AnswerRun(run), stop, kwargs)) as chunks,
        ):
            async for chunk in chunks:
                yield run.emit(chunk).message

    def stream_events(
        self, input: Any, config: RunnableConfig | None = None, *, version: Literal["v3"], **kwargs: Any
    ) -> ChatModelStream:
        """Return the stream of an answer in version v3. The model is called when it is first read.

        The other versions are those of `astream_events`.
        """
        if version != "v3":
            raise NotImplementedError(f"version: expected 'v3', got {version!r}; v1 and v2 are of astream_events()")
        # Its readers, and the caller of `close()`, may be in other threads.
        return ChatModelStream(iterate_in(copy_context(), self.stream(input, config, **kwargs)))

    def astream_events(
        self, input: Any, config: RunnableConfig | None = None, *, version: Any = "v2", **kwargs: Any
    ) -> Any:
        """Return the events of `Runnable.astream_events`; in version v3 an awaitable of an `AsyncChatModelStream`."""
        if version != "v3":
            return super().astream_events(input, config, version=version, **kwargs)

        async def stream() -> AsyncChatModelStream:
            return AsyncChatModelStream(aiterate_in(copy_context(), self.astream(input, config, **kwargs)))

        return stream()

    def _chunks(
        self, messages: list[BaseMessage], answer: AnswerRun, stop: list[str] | None, kwargs: dict[str, Any]
    ) -> Generator[ChatGenerationChunk, None, None]:
        """Yield the chunks of the hook, each completed and reported."""
        manager = CallbackManagerForLLMRun(answer.run)
        with closing(self._stream(messages, stop=stop, **kwargs)) as chunks:
            for chunk in chunks:
                completed = answer.completed(chunk)
                manager.on_llm_new_token(completed.message.content, chunk=completed)
                yield completed
        if last := answer.last():
            manager.on_llm_new_token("", chunk=last)
            yield last

    async def _achunks(
        self, messages: list[BaseMessage], answer: AnswerRun, stop: list[str] | None, kwargs: dict[str, Any]
    ) -> AsyncGenerator[ChatGenerationChunk, None]:
        """Do the same without blocking the event loop."""
        manager = AsyncCallbackManagerForLLMRun(answer.run)
        async with aclosing(self._astream(messages, stop=stop, **kwargs)) as chunks:
            async for chunk in chunks:
                completed = answer.completed(chunk)
                await manager.on_llm_new_token(completed.message.content, chunk=completed)
                yield completed
        if last := answer.last():
            await manager.on_llm_new_token("", chunk=last)
            yield last

    def _streams(self, kwargs: dict[str, Any], *hooks: str) -> bool:
        """Whether a call with these keyword arguments streams: the class implements one of the hooks and may use it."""
        disabled = self.disable_streaming is True or (self.disable_streaming and kwargs.get("tools"))
        return any(map(self._overrides, hooks)) and not disabled

    def _overrides(self, hook: str) -> bool:
        return getattr(type(self), hook) is not getattr(BaseChatModel, hook)
