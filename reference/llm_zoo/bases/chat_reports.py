"""The bases of defects in the events of a chat model and in what callback handlers get. Its answers are right."""

# ruff: noqa: A002  # callers pass the first parameter as "input"

from collections.abc import AsyncGenerator
from dataclasses import replace
from typing import Any

from llm_reference import AIMessage, AIMessageChunk, LLMResult, RunnableConfig, StreamEvent
from llm_reference.runs.run import Run
from llm_zoo.bases.chat import ChatDefect


class ChatEventDefect(ChatDefect):
    """Passes the messages of its events through two methods. A subclass without overrides is a conforming model."""

    def _transform_streamed(self, chunk: AIMessageChunk) -> AIMessageChunk:
        """The chunk of a stream event."""
        return chunk

    def _transform_output(self, message: AIMessage) -> AIMessage:
        """The message of the end event."""
        return message

    def astream_events(
        self, input: Any, config: RunnableConfig | None = None, *, version: Any = "v2", **kwargs: Any
    ) -> Any:
        """The events of the reference, transformed; those of version v3 as they are."""
        events = super().astream_events(input, config, version=version, **kwargs)
        return events if version == "v3" else self._transformed(events)

    async def _transformed(self, events: AsyncGenerator[StreamEvent, None]) -> AsyncGenerator[StreamEvent, None]:
        async for event in events:
            data: dict[str, Any] = {**event["data"]}
            if isinstance(data.get("chunk"), AIMessageChunk):
                data["chunk"] = self._transform_streamed(data["chunk"])
            if isinstance(data.get("output"), AIMessage):
                data["output"] = self._transform_output(data["output"])
            yield {**event, "data": data}  # type: ignore[typeddict-item]  # the keys are those of the event


class ChatCallbackDefect(ChatDefect):
    """Passes the messages that handlers get through two methods. A subclass without overrides is a conforming model."""

    def _transform_reported(self, message: AIMessageChunk) -> AIMessageChunk:
        """The message of the chunk that `on_llm_new_token` gets."""
        return message

    def _transform_end(self, message: AIMessage) -> AIMessage:
        """The message that `on_llm_end` gets."""
        return message

    def _run(self, value: Any, config: RunnableConfig | None) -> Run:
        run = super()._run(value, config)
        run.handlers = [_Handler(handler, self) for handler in run.handlers]
        return run


class _Handler:
    """Passes the messages through the methods of the model, and everything to the handler of the caller."""

    def __init__(self, handler: Any, model: ChatCallbackDefect) -> None:
        self._handler, self._model = handler, model

    def __getattr__(self, name: str) -> Any:
        return getattr(self._handler, name)

    def on_llm_new_token(self, token: Any, *, chunk: Any, **kwargs: Any) -> Any:
        message = self._model._transform_reported(chunk.message)  # noqa: SLF001  # it is made for this
        return self._handler.on_llm_new_token(token, chunk=replace(chunk, message=message), **kwargs)

    def on_llm_end(self, response: LLMResult, **kwargs: Any) -> Any:
        generations: Any = [[self._transformed(one) for one in each] for each in response.generations]
        return self._handler.on_llm_end(LLMResult(generations, response.llm_output), **kwargs)

    def _transformed(self, generation: Any) -> Any:
        return replace(generation, message=self._model._transform_end(generation.message))  # noqa: SLF001  # as above
