"""Chat models that count the tokens of an answer wrongly, or count them on some ways to the answer only."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import pairwise
from typing import Any

from llm_reference import AIMessage, AIMessageChunk, UsageMetadata
from llm_reference.messages.usage import add_usage
from llm_zoo.bases.chat import ChatDefect, last_changed
from llm_zoo.defect import defect


def _usage(message: AIMessage) -> Any:
    """The usage of a message that has one."""
    return message.usage_metadata


@defect(
    "usage-in-each-chunk",
    story="The provider sends the usage so far with each event, and each chunk carries it: the sum of a hundred "
    "chunks counts the prompt a hundred times, and so does the bill.",
    citation="D105: langchain-ai/langchain#30429, langchain-ai/langchainjs#8266, langchain-ai/langchainjs#10159",
    caught_by=("usage.once",),
)
class UsageInEachChunk(ChatDefect):
    def _transform_chunks(self, chunks: Iterable[AIMessageChunk]) -> Iterable[AIMessageChunk]:
        *_, last = listed = [*chunks]
        return [replace(chunk, usage_metadata=last.usage_metadata) for chunk in listed]


@defect(
    "usage-in-two-chunks",
    story="The last chunk of the text and the chunk after it carry the usage: every answer costs twice as much.",
    citation="D105: databricks/databricks-ai-bridge#638, langchain-ai/langchain#32591",
    caught_by=("usage.once",),
)
class UsageInTwoChunks(ChatDefect):
    def _transform_chunks(self, chunks: Iterable[AIMessageChunk]) -> Iterator[AIMessageChunk]:
        *others, last = chunks
        yield from (*others, last, AIMessageChunk(usage_metadata=last.usage_metadata, id=last.id))


@defect(
    "async-usage-in-two-chunks",
    story="In `astream()` the first chunk and the last carry the usage: every answer costs twice as much.",
    citation="USAGE-002",
    caught_by=("usage.once",),
)
class AsyncUsageInTwoChunks(ChatDefect):
    def _transform_async_chunks(self, chunks: Iterable[AIMessageChunk]) -> Iterable[AIMessageChunk]:
        first, *others = chunks
        usage = others[-1].usage_metadata if others else None
        return [replace(first, usage_metadata=first.usage_metadata or usage), *others]


@defect(
    "output-tokens-so-far",
    story="Each chunk carries the number of output tokens so far, and `+` adds them up: a long answer costs the "
    "square of its length.",
    citation="USAGE-001",
    caught_by=("usage.concat",),
)
class OutputTokensSoFar(ChatDefect):
    def _transform_chunks(self, chunks: Iterable[AIMessageChunk]) -> Iterator[AIMessageChunk]:
        *others, last = chunks
        for number, chunk in enumerate(others, 1):
            so_far: UsageMetadata = {"input_tokens": 0, "output_tokens": number, "total_tokens": number}
            yield replace(chunk, usage_metadata=so_far)
        yield last


@defect(
    "input-tokens-zero-in-stream",
    story="The provider tells the input tokens at the beginning of a stream and the output tokens at its end, and the "
    "adapter reads the end alone: in a stream every prompt is free of charge.",
    citation="USAGE-001",
    caught_by=("usage.concat",),
)
class InputTokensZeroInStream(ChatDefect):
    def _transform_chunks(self, chunks: Iterable[AIMessageChunk]) -> Iterable[AIMessageChunk]:
        *_, last = listed = [*chunks]
        output = _usage(last)["output_tokens"]
        usage = {"input_tokens": 0, "output_tokens": output, "total_tokens": output}
        return last_changed(listed, usage_metadata=usage)


@defect(
    "cached-tokens-twice",
    story="The first chunk carries the tokens that were read from the cache, and so does the last: the sum reports a "
    "cache that is used twice as well as it is.",
    citation="USAGE-001",
    caught_by=("usage.concat",),
)
class CachedTokensTwice(ChatDefect):
    def _transform_chunks(self, chunks: Iterable[AIMessageChunk]) -> Iterator[AIMessageChunk]:
        first, *others = chunks
        details = {"input_token_details": {"cache_read": 1}}
        cached: Any = {"input_tokens": 0, "output_tokens": 0, "total_tokens": 0, **details}
        yield replace(first, usage_metadata=first.usage_metadata or cached)
        yield from others


@defect(
    "usage-lost-in-stream",
    story="Only `invoke()` reports usage: what streams is not billed.",
    citation="D106: langchain-ai/langchain-litellm#52, langchain-ai/langgraph#4848, BerriAI/litellm#3561",
    caught_by=("usage.streamed",),
)
class UsageLostInStream(ChatDefect):
    def _transform_chunks(self, chunks: Iterable[AIMessageChunk]) -> Iterable[AIMessageChunk]:
        return last_changed(chunks, usage_metadata=None)


@defect(
    "usage-lost-in-invoke",
    story="Only the streams report usage: what `invoke()` and `ainvoke()` ask for, as agents and batches do, is not "
    "billed.",
    citation="USAGE-004",
    caught_by=("usage.invoked",),
)
class UsageLostInInvoke(ChatDefect):
    def _transform_message(self, message: AIMessage) -> AIMessage:
        return replace(message, usage_metadata=None)


@defect(
    "usage-lost-in-ainvoke",
    story="Only `ainvoke()` reports no usage: the script is billed, and the web server is not.",
    citation="USAGE-004",
    caught_by=("usage.invoked",),
)
class UsageLostInAinvoke(ChatDefect):
    def _transform_async_message(self, message: AIMessage) -> AIMessage:
        return replace(message, usage_metadata=None)


@defect(
    "usage-lost-in-astream",
    story="`astream()` does not ask the provider for usage, as `stream()` does: the web server is not billed.",
    citation="USAGE-003",
    caught_by=("usage.streamed",),
)
class UsageLostInAstream(ChatDefect):
    def _transform_async_chunks(self, chunks: Iterable[AIMessageChunk]) -> Iterable[AIMessageChunk]:
        return last_changed(chunks, usage_metadata=None)


@defect(
    "usage-twice-in-batch",
    story="`batch()` adds the usage of the response to that of the message, which has it already.",
    citation="BATCH-002",
    caught_by=("usage.batch",),
)
class UsageTwiceInBatch(ChatDefect):
    def batch(self, *args: Any, **kwargs: Any) -> Any:
        return [_counted_twice(answer) for answer in super().batch(*args, **kwargs)]


def _counted_twice(answer: Any) -> Any:
    if not isinstance(answer, AIMessage):
        return answer
    return replace(answer, usage_metadata=add_usage(answer.usage_metadata, answer.usage_metadata))


@defect(
    "async-output-counts-chunks",
    story="`astream()` counts the chunks that carry text and reports their number as the output tokens.",
    citation="USAGE-001",
    caught_by=("usage.async-parity",),
)
class AsyncOutputCountsChunks(ChatDefect):
    def _transform_async_chunks(self, chunks: Iterable[AIMessageChunk]) -> Iterable[AIMessageChunk]:
        listed = [*chunks]
        usage, output = _usage(listed[-1]), sum(bool(chunk.text) for chunk in listed)
        counted = {**usage, "output_tokens": output, "total_tokens": usage["input_tokens"] + output}
        return last_changed(listed, usage_metadata={**counted, "output_token_details": {}})


@defect(
    "ainvoke-counts-no-prompt",
    story="`ainvoke()` reports the output tokens alone, as if there were no prompt.",
    citation="USAGE-001",
    caught_by=("usage.async-parity",),
)
class AinvokeCountsNoPrompt(ChatDefect):
    def _transform_async_message(self, message: AIMessage) -> AIMessage:
        output = _usage(message)["output_tokens"]
        usage: UsageMetadata = {"input_tokens": 0, "output_tokens": output, "total_tokens": output}
        return replace(message, usage_metadata=usage)


@defect(
    "total-without-input",
    story="The total is the number of output tokens: a budget that is checked by the total lasts longer than its "
    "money.",
    citation="USAGE-002",
    caught_by=("usage.total",),
)
class TotalWithoutInput(ChatDefect):
    def _chunks_of_answer(self, *args: Any) -> list[AIMessageChunk]:
        chunks = super()._chunks_of_answer(*args)
        usage = _usage(chunks[-1])
        return last_changed(chunks, usage_metadata={**usage, "total_tokens": usage["output_tokens"]})


@defect(
    "total-with-cached-tokens",
    story="`ainvoke()` adds the cached tokens to the total, of which they are a part already.",
    citation="USAGE-002",
    caught_by=("usage.total",),
)
class TotalWithCachedTokens(ChatDefect):
    def _transform_async_message(self, message: AIMessage) -> AIMessage:
        usage: Any = {**_usage(message), "total_tokens": _usage(message)["total_tokens"] + 1}
        return replace(message, usage_metadata=usage)


@defect(
    "cached-tokens-beside-input",
    story="The input tokens are those that were not read from the cache: more tokens are cached than there are.",
    citation="USAGE-002",
    caught_by=("usage.details",),
)
class CachedTokensBesideInput(ChatDefect):
    def _chunks_of_answer(self, *args: Any) -> list[AIMessageChunk]:
        chunks = super()._chunks_of_answer(*args)
        usage = _usage(chunks[-1])
        details = {"cache_read": usage["input_tokens"] + 100}
        return last_changed(chunks, usage_metadata={**usage, "input_token_details": details})


@defect(
    "reasoning-tokens-beside-output",
    story="The stream reports the reasoning tokens as a detail of the output tokens and does not count them there.",
    citation="USAGE-002",
    caught_by=("usage.details",),
)
class ReasoningTokensBesideOutput(ChatDefect):
    def _chunks_of_answer(self, *args: Any) -> list[AIMessageChunk]:
        chunks = super()._chunks_of_answer(*args)
        usage = _usage(chunks[-1])
        details = {"reasoning": usage["output_tokens"] + 100}
        return last_changed(chunks, usage_metadata={**usage, "output_token_details": details})


@defect(
    "usage-accumulates",
    story="The counter of tokens is a field of the model and is never reset: each answer reports the tokens of all "
    "answers so far, and a bill that adds them up grows with the square of their number.",
    citation="USAGE-005",
    caught_by=("usage.not-accumulated",),
)
class UsageAccumulates(ChatDefect):
    def __init__(self, **fields: Any) -> None:
        super().__init__(**fields)
        self._counted: Counter[str] = Counter()

    def _transform_message(self, message: AIMessage) -> AIMessage:
        return replace(message, usage_metadata=self._with_earlier(_usage(message)))

    def _transform_chunks(self, chunks: Iterable[AIMessageChunk]) -> Iterator[AIMessageChunk]:
        *others, last = chunks
        yield from (*others, replace(last, usage_metadata=self._with_earlier(_usage(last))))

    def _with_earlier(self, usage: Any) -> Any:
        self._counted.update({name: usage[name] for name in ("input_tokens", "output_tokens", "total_tokens")})
        return {**usage, **self._counted}


@defect(
    "missing-usage-crashes",
    story="The stream adds up the usage of its chunks: the first chunk that has none raises TypeError, although "
    "`invoke()` answers.",
    citation="D108: langchain4j/langchain4j#921, langchain4j/langchain4j#1008",
    caught_by=("stream.completes",),
)
class MissingUsageCrashes(ChatDefect):
    def _transform_chunks(self, chunks: Iterable[AIMessageChunk]) -> Iterator[AIMessageChunk]:
        for earlier, chunk in pairwise(chunks):
            usage: Any = {**_usage(earlier), **_usage(chunk)}
            yield replace(chunk, usage_metadata=usage)
