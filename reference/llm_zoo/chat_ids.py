"""Chat models whose chunks do not say to which message they belong, or which of them is the last."""

from collections.abc import Iterable
from dataclasses import replace
from typing import ClassVar
from uuid import uuid4

from llm_reference import AIMessage, AIMessageChunk
from llm_zoo.bases.chat import ChatDefect, last_changed
from llm_zoo.defect import defect


@defect(
    "id-changes-after-reasoning",
    story="The chunks of the reasoning have another id than those of the text: a client shows two messages.",
    citation="D103: langchain-ai/langchain#39233, langchain-ai/langgraphjs#798, vercel/ai#11617",
    caught_by=("metadata.one-id",),
)
class IdChangesAfterReasoning(ChatDefect):
    def _transform_chunks(self, chunks: Iterable[AIMessageChunk]) -> Iterable[AIMessageChunk]:
        return [replace(chunk, id=f"rs_{chunk.id}" if chunk.additional_kwargs else chunk.id) for chunk in chunks]


@defect(
    "async-id-for-each-chunk",
    story="Each chunk of `astream()` has an id of its own: a client shows a message for each word.",
    citation="META-002",
    caught_by=("metadata.one-id",),
)
class AsyncIdForEachChunk(ChatDefect):
    def _transform_async_chunks(self, chunks: Iterable[AIMessageChunk]) -> Iterable[AIMessageChunk]:
        return [replace(chunk, id=uuid4().hex) for chunk in chunks]


@defect(
    "constant-message-id",
    story="All streamed messages have the id `0`: a client that keeps messages by id overwrites each with the next.",
    citation="D103: microsoft/foundry-local#144",
    caught_by=("metadata.own-id",),
)
class ConstantMessageId(ChatDefect):
    def _transform_chunks(self, chunks: Iterable[AIMessageChunk]) -> Iterable[AIMessageChunk]:
        return [replace(chunk, id="0") for chunk in chunks]


@defect(
    "constant-message-id-on-loops",
    story="All messages of `astream()` have the id of the client: a graph on a server keeps the last one alone.",
    citation="META-002",
    caught_by=("metadata.own-id",),
)
class ConstantMessageIdOnLoops(ChatDefect):
    def _transform_async_chunks(self, chunks: Iterable[AIMessageChunk]) -> Iterable[AIMessageChunk]:
        return [replace(chunk, id="client-7") for chunk in chunks]


@defect(
    "message-id-of-process",
    story="The id of streamed messages is made when the module is imported: all answers of a process share it.",
    citation="META-002",
    caught_by=("metadata.own-id",),
)
class MessageIdOfProcess(ChatDefect):
    _made_at_import: ClassVar[str] = f"msg-{uuid4().hex}"

    def _transform_chunks(self, chunks: Iterable[AIMessageChunk]) -> Iterable[AIMessageChunk]:
        return [replace(chunk, id=self._made_at_import) for chunk in chunks]


@defect(
    "message-id-of-instance",
    story="Each message has the id of the model: a graph that merges messages by their ids keeps the last one alone.",
    citation="META-002",
    caught_by=("metadata.own-id",),
)
class MessageIdOfInstance(ChatDefect):
    def _transform_chunks(self, chunks: Iterable[AIMessageChunk]) -> Iterable[AIMessageChunk]:
        return [replace(chunk, id="model-7") for chunk in chunks]

    def _transform_message(self, message: AIMessage) -> AIMessage:
        return replace(message, id="model-7")


@defect(
    "each-chunk-is-last",
    story="Each chunk says that it is the last: a client shows the answer after its first word.",
    citation="META-003",
    caught_by=("metadata.last-chunk",),
)
class EachChunkIsLast(ChatDefect):
    def _transform_chunks(self, chunks: Iterable[AIMessageChunk]) -> Iterable[AIMessageChunk]:
        return [replace(chunk, chunk_position="last") for chunk in chunks]


@defect(
    "last-chunk-before-usage",
    story="In `astream()` the chunk before the usage says that it is the last: a client that stops there gets no "
    "usage.",
    citation="META-003",
    caught_by=("metadata.last-chunk",),
)
class LastChunkBeforeUsage(ChatDefect):
    def _transform_async_chunks(self, chunks: Iterable[AIMessageChunk]) -> Iterable[AIMessageChunk]:
        *_, last = listed = last_changed(chunks, chunk_position="last")
        after = AIMessageChunk(id=last.id, usage_metadata=last.usage_metadata, response_metadata=last.response_metadata)
        return [*listed[:-1], replace(last, usage_metadata=None, response_metadata={}), after]
