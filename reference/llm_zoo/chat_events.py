"""Chat models whose events lack parts of the messages that `astream()` yields."""

from dataclasses import replace
from typing import Any

from llm_reference import AIMessage, AIMessageChunk
from llm_zoo.bases.chat import with_fragments, without_calls
from llm_zoo.bases.chat_reports import ChatEventDefect
from llm_zoo.defect import defect


@defect(
    "stream-events-without-calls",
    story="The stream events carry text and no fragments of calls: a client that draws from events never shows which "
    "tool runs.",
    citation="EVENT-014",
    caught_by=("calls.events",),
)
class StreamEventsWithoutCalls(ChatEventDefect):
    def _transform_streamed(self, chunk: AIMessageChunk) -> AIMessageChunk:
        return with_fragments(chunk, ())


@defect(
    "end-event-without-calls",
    story="The output of the end event has no calls: an agent that waits for it stops.",
    citation="EVENT-014",
    caught_by=("calls.events",),
)
class EndEventWithoutCalls(ChatEventDefect):
    def _transform_output(self, message: AIMessage) -> AIMessage:
        return without_calls(message)


@defect(
    "end-event-with-last-call",
    story="The output of the end event has the last of several calls in parallel.",
    citation="EVENT-014",
    caught_by=("calls.events",),
)
class EndEventWithLastCall(ChatEventDefect):
    def _transform_output(self, message: AIMessage) -> AIMessage:
        if isinstance(message, AIMessageChunk):
            return with_fragments(message, message.tool_call_chunks[-1:])
        return replace(message, tool_calls=message.tool_calls[-1:])


@defect(
    "end-event-without-usage",
    story="The output of the end event has no usage, which a tracer bills by.",
    citation="D106: langchain-ai/langgraphjs#1219",
    caught_by=("usage.events",),
)
class EndEventWithoutUsage(ChatEventDefect):
    def _transform_output(self, message: AIMessage) -> AIMessage:
        return replace(message, usage_metadata=None)


@defect(
    "stream-events-double-usage",
    story="The chunk of a stream event is added to itself where the events of two layers are merged: the usage of the "
    "events is twice that of the stream.",
    citation="EVENT-014",
    caught_by=("usage.events",),
)
class StreamEventsDoubleUsage(ChatEventDefect):
    def _transform_streamed(self, chunk: AIMessageChunk) -> AIMessageChunk:
        usage: Any = chunk.usage_metadata
        total = AIMessageChunk(usage_metadata=usage) + AIMessageChunk(usage_metadata=usage)
        return replace(chunk, usage_metadata=total.usage_metadata)


@defect(
    "stream-events-without-reasoning",
    story="The stream events carry text and calls, and no reasoning.",
    citation="EVENT-014",
    caught_by=("blocks.events",),
)
class StreamEventsWithoutReasoning(ChatEventDefect):
    def _transform_streamed(self, chunk: AIMessageChunk) -> AIMessageChunk:
        return replace(chunk, additional_kwargs={})


@defect(
    "end-event-without-reasoning",
    story="The output of the end event has no reasoning: what is logged is not what the user saw.",
    citation="EVENT-014",
    caught_by=("blocks.events",),
)
class EndEventWithoutReasoning(ChatEventDefect):
    def _transform_output(self, message: AIMessage) -> AIMessage:
        return replace(message, additional_kwargs={})


@defect(
    "stream-events-of-text-alone",
    story="The chunks of the stream events are made anew from the text: calls, reasoning and usage are gone.",
    citation="EVENT-014",
    caught_by=("calls.events",),
)
class StreamEventsOfTextAlone(ChatEventDefect):
    def _transform_streamed(self, chunk: AIMessageChunk) -> AIMessageChunk:
        return AIMessageChunk(chunk.text, id=chunk.id, chunk_position=chunk.chunk_position)
