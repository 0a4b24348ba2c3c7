"""Chat models that lose, repeat or change what the provider reports: its finish reason, its name."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from llm_reference import AIMessage, AIMessageChunk
from llm_zoo.bases.chat import ChatDefect
from llm_zoo.defect import defect


def _with_report(message: Any, **report: Any) -> Any:
    """The message with these keys of its metadata."""
    return replace(message, response_metadata={**message.response_metadata, **report})


def _without_report(message: Any, key: str) -> Any:
    """The message without this key of its metadata."""
    return replace(message, response_metadata={k: v for k, v in message.response_metadata.items() if k != key})


@defect(
    "finish-reason-twice",
    story="The provider ends a stream with two chunks that tell the finish reason, and `+` joins them: `stopstop` is "
    "no reason that anybody knows.",
    citation="D110: langchain-ai/langchain#38552, langchain-ai/langchain#38349",
    caught_by=("metadata.once",),
)
class FinishReasonTwice(ChatDefect):
    def _transform_chunks(self, chunks: Iterable[AIMessageChunk]) -> Iterator[AIMessageChunk]:
        *others, last = chunks
        again = AIMessageChunk(id=last.id, response_metadata={"finish_reason": last.response_metadata["finish_reason"]})
        yield from (*others, last, again)


@defect(
    "async-finish-reason-twice",
    story="`astream()` ends with two chunks that tell the finish reason, and `+` joins them.",
    citation="META-001",
    caught_by=("metadata.once",),
)
class AsyncFinishReasonTwice(FinishReasonTwice):
    def _transform_chunks(self, chunks: Iterable[AIMessageChunk]) -> Iterator[AIMessageChunk]:
        yield from chunks

    def _transform_async_chunks(self, chunks: Iterable[AIMessageChunk]) -> Iterator[AIMessageChunk]:
        yield from super()._transform_chunks(chunks)


@defect(
    "model-name-in-each-chunk",
    story="Each chunk has the name of the model, and `+` joins them: the cost of the answer is assigned to "
    "`chat-1chat-1chat-1`.",
    citation="META-001",
    caught_by=("metadata.once",),
)
class ModelNameInEachChunk(ChatDefect):
    def _transform_chunks(self, chunks: Iterable[AIMessageChunk]) -> Iterable[AIMessageChunk]:
        return [_with_report(chunk, model_name="chat-1") for chunk in chunks]


@defect(
    "finish-reason-stop-in-stream",
    story="The stream reports `stop` whatever the reason is: an agent that waits for `tool_calls` ends instead.",
    citation="D113: BerriAI/litellm#6104, deepset-ai/haystack-core-integrations#2968",
    caught_by=("metadata.concat",),
)
class FinishReasonStopInStream(ChatDefect):
    def _transform_chunks(self, chunks: Iterable[AIMessageChunk]) -> Iterable[AIMessageChunk]:
        *_, last = listed = [*chunks]
        return [*listed[:-1], _with_report(last, finish_reason="stop")]


@defect(
    "model-alias-in-stream",
    story="The stream reports the name that was asked for, and `invoke()` the version that answered: the two are "
    "billed as two models.",
    citation="META-001",
    caught_by=("metadata.concat",),
)
class ModelAliasInStream(ChatDefect):
    def _transform_chunks(self, chunks: Iterable[AIMessageChunk]) -> Iterable[AIMessageChunk]:
        *_, last = listed = [*chunks]
        return [*listed[:-1], _with_report(last, model_name="chat-latest")]


@defect(
    "finish-reason-lost-in-stream",
    story="The chunk that ends a stream is dropped, since it has no text: whether the answer was cut cannot be known.",
    citation="D109: langchain-ai/langchain#9672, deepset-ai/haystack-home#427, BerriAI/liteLLM-proxy#19",
    caught_by=("metadata.streamed",),
)
class FinishReasonLostInStream(ChatDefect):
    def _transform_chunks(self, chunks: Iterable[AIMessageChunk]) -> Iterable[AIMessageChunk]:
        return [_without_report(chunk, "finish_reason") for chunk in chunks]


@defect(
    "finish-reason-lost-with-logprobs",
    story="A chunk with log probabilities takes another branch, which forgets the finish reason.",
    citation="D116: BerriAI/litellm#10686",
    caught_by=("metadata.streamed",),
)
class FinishReasonLostWithLogprobs(ChatDefect):
    def _chunks_of_answer(self, *args: Any) -> list[AIMessageChunk]:
        def logprobs(chunk: AIMessageChunk) -> dict[str, Any]:
            return {"content": [{"token": word, "logprob": -0.5} for word in chunk.text.split()]}

        return [_with_report(chunk, logprobs=logprobs(chunk)) for chunk in super()._chunks_of_answer(*args)]

    def _transform_chunks(self, chunks: Iterable[AIMessageChunk]) -> Iterator[AIMessageChunk]:
        for chunk in chunks:
            yield _without_report(chunk, "finish_reason") if "logprobs" in chunk.response_metadata else chunk


@defect(
    "model-name-lost-in-stream",
    story="The event that begins a stream has the name of the model, and the adapter skips that event: the cost of "
    "streamed answers is not assigned to a model.",
    citation="D114: langchain-ai/langchain-google#819, langchain-ai/langchain#33717",
    caught_by=("metadata.streamed",),
)
class ModelNameLostInStream(ChatDefect):
    def _transform_chunks(self, chunks: Iterable[AIMessageChunk]) -> Iterable[AIMessageChunk]:
        return [_without_report(chunk, "model_name") for chunk in chunks]


@defect(
    "metadata-lost-in-ainvoke",
    story="`ainvoke()` makes its message without the metadata of the response.",
    citation="META-001",
    caught_by=("metadata.streamed",),
)
class MetadataLostInAinvoke(ChatDefect):
    def _transform_async_message(self, message: AIMessage) -> AIMessage:
        return replace(message, response_metadata={})


@defect(
    "ainvoke-finish-reason-stop",
    story="`ainvoke()` reports `stop` for an answer that asks for calls of tools.",
    citation="META-001",
    caught_by=("metadata.async-parity",),
)
class AinvokeFinishReasonStop(ChatDefect):
    def _transform_async_message(self, message: AIMessage) -> AIMessage:
        stopped: AIMessage = _with_report(message, finish_reason="stop")
        return stopped


@defect(
    "astream-model-alias",
    story="`astream()` reports another name of the model than `stream()`: the two are billed as two models.",
    citation="META-001",
    caught_by=("metadata.async-parity",),
)
class AstreamModelAlias(ChatDefect):
    def _transform_async_chunks(self, chunks: Iterable[AIMessageChunk]) -> Iterable[AIMessageChunk]:
        *_, last = listed = [*chunks]
        return [*listed[:-1], _with_report(last, model_name="chat-latest")]
