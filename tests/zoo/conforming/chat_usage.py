"""Chat models that report usage and metadata in an unusual way."""

import itertools
import random
from collections.abc import Iterator
from typing import Any, ClassVar

from langchain_core.messages import AIMessage, AIMessageChunk
from langchain_core.outputs import ChatGenerationChunk
from pydantic import PrivateAttr

from zoo.conforming.chat_base import END, USAGE, Parts

__all__ = [
    "BatchCountsEqualPromptsOnce",
    "BatchSharesUsageOut",
    "CacheWarmsUp",
    "CacheWarmsUpLater",
    "CachedAnswers",
    "CountsTheSession",
    "DetailsOfUsage",
    "EmptyUsage",
    "FinishAlone",
    "FinishInGenerationInfo",
    "InputTokensInParts",
    "MarksItsLastChunk",
    "MetadataWithoutDoubling",
    "NoReport",
    "NullsInEachChunk",
    "RareReasoning",
    "SampledUsage",
    "UsageApart",
    "UsageInEachChunk",
    "UsageSplit",
]


def _end(**report: Any) -> AIMessageChunk:
    return AIMessageChunk(content="", **{"usage_metadata": USAGE, "response_metadata": END, **report})


class NoReport(Parts):
    """Reports neither usage nor a finish reason."""

    def after(self) -> list[AIMessageChunk]:
        return []


class UsageApart(Parts):
    """The usage comes after the finish reason, in a chunk of its own."""

    def after(self) -> list[AIMessageChunk]:
        return [_end(usage_metadata=None), _end(response_metadata={})]


class FinishAlone(Parts):
    """The finish reason is in a chunk of its own, and the name of the model in the first."""

    def before(self) -> list[AIMessageChunk]:
        return [_end(usage_metadata=None, response_metadata={"model_name": "parts-1"})]

    def after(self) -> list[AIMessageChunk]:
        return [_end(response_metadata={}), _end(usage_metadata=None, response_metadata={"finish_reason": "stop"})]


class UsageSplit(Parts):
    """The input tokens are in the first chunk and the output tokens in the last."""

    def before(self) -> list[AIMessageChunk]:
        usage = {"input_tokens": 7, "output_tokens": 0, "total_tokens": 7}
        return [_end(usage_metadata=usage, response_metadata={})]

    def after(self) -> list[AIMessageChunk]:
        return [_end(usage_metadata={"input_tokens": 0, "output_tokens": 5, "total_tokens": 5})]


class UsageInEachChunk(Parts):
    """Each chunk of the text counts one output token, and the first alone counts the input: they add up."""

    def words(self, text: str) -> list[AIMessageChunk]:
        found = super().words(text)
        for place, part in enumerate(found):
            read = 0 if place else 7
            part.usage_metadata = {"input_tokens": read, "output_tokens": 1, "total_tokens": read + 1}
        return found

    def after(self) -> list[AIMessageChunk]:
        return [_end(usage_metadata=None)]


class InputTokensInParts(Parts):
    """Two chunks tell a part of the input tokens each, such as those of the prompt and those of a search."""

    def before(self) -> list[AIMessageChunk]:
        usage = {"input_tokens": 7, "output_tokens": 1, "total_tokens": 8}
        return [_end(usage_metadata=usage, response_metadata={})]

    def after(self) -> list[AIMessageChunk]:
        return [_end(usage_metadata={"input_tokens": 200, "output_tokens": 5, "total_tokens": 205})]


class DetailsOfUsage(Parts):
    """Details that are all of what they are a part of, zero, or of a kind that no other provider has."""

    def after(self) -> list[AIMessageChunk]:
        details = {
            "input_token_details": {"cache_read": 7, "audio": 0},
            "output_token_details": {"reasoning": 5, "speculative": 2},
        }
        return [_end(usage_metadata={**USAGE, **details})]


class CachedAnswers(Parts):
    """Keeps its whole answers: one that is there already costs no tokens, so it reports none."""

    _kept: set[str] = PrivateAttr(default_factory=set)

    def whole(self, text: str) -> AIMessage:
        message = super().whole(text)
        if text in self._kept:
            message.usage_metadata = None
        self._kept.add(text)
        return message


class EmptyUsage(Parts):
    """Counts no tokens: the provider reports zeros."""

    def after(self) -> list[AIMessageChunk]:
        return [_end(usage_metadata={"input_tokens": 0, "output_tokens": 0, "total_tokens": 0})]


class SampledUsage(Parts):
    """The text is always the same, and the number of tokens is not: reasoning that is not shown is counted."""

    def after(self) -> list[AIMessageChunk]:
        output = random.randint(5, 500)  # noqa: S311 - no secret
        return [_end(usage_metadata={"input_tokens": 7, "output_tokens": output, "total_tokens": 7 + output})]


class CountsTheSession(Parts):
    """Its provider keeps the session, and counts the earlier turns as input of each answer."""

    _turns: Iterator[int] = PrivateAttr(default_factory=lambda: itertools.count(1))

    def after(self) -> list[AIMessageChunk]:
        tokens = 12 * next(self._turns)
        return [_end(usage_metadata={"input_tokens": tokens, "output_tokens": 5, "total_tokens": tokens + 5})]


class CacheWarmsUp(Parts):
    """The first calls read nothing from the cache of the provider; after `calls_before` calls, all do."""

    calls_before: ClassVar[int] = 1
    counted: ClassVar[Iterator[int]] = itertools.count()

    def after(self) -> list[AIMessageChunk]:
        read = 6 if next(self.counted) >= self.calls_before else 0
        return [_end(usage_metadata={**USAGE, "input_token_details": {"cache_read": read}})]


class CacheWarmsUpLater(CacheWarmsUp):
    """The same after some more calls."""

    calls_before = 3
    counted: ClassVar[Iterator[int]] = itertools.count()


class MetadataWithoutDoubling(Parts):
    """Each chunk has metadata that `+` does not join: its provider, and numbers and texts under keys of their own."""

    def parts(self, text: str) -> list[AIMessageChunk]:
        found = super().parts(text)
        for part in found:
            part.response_metadata = {**part.response_metadata, "model_provider": "parts"}
        return found


class NullsInEachChunk(Parts):
    """Each chunk but the last has a finish reason and a name of the model that are None."""

    def words(self, text: str) -> list[AIMessageChunk]:
        nothing = {"finish_reason": None, "model_name": None}
        return [part.model_copy(update={"response_metadata": nothing}) for part in super().words(text)]


class FinishInGenerationInfo(Parts):
    """The finish reason and the name of the model are in the `generation_info` of the last chunk."""

    def after(self) -> list[AIMessageChunk]:
        return [_end()]

    def _stream(self, *args: Any, **kwargs: Any) -> Iterator[ChatGenerationChunk]:
        for chunk in super()._stream(*args, **kwargs):
            report, chunk.message.response_metadata = chunk.message.response_metadata, {}
            yield ChatGenerationChunk(message=chunk.message, generation_info=report or None)


class MarksItsLastChunk(Parts):
    """Says itself which chunk is the last."""

    def after(self) -> list[AIMessageChunk]:
        return [_end(chunk_position="last")]


class _Counting(Parts):
    """Counts the words of its answer."""

    def parts(self, text: str) -> list[AIMessageChunk]:
        return [*self.words(text), _end(usage_metadata=self.counts(len(text.split())))]

    def counts(self, words: int) -> Any:
        """The usage of an answer of so many words."""
        return {"input_tokens": words + 3, "output_tokens": words, "total_tokens": 2 * words + 3}


class BatchSharesUsageOut(_Counting):
    """Its answers to a batch come from one call, whose usage it shares out over them."""

    def batch(self, *args: Any, **kwargs: Any) -> Any:
        answers = super().batch(*args, **kwargs)
        counted = [one for one in answers if isinstance(one, AIMessage) and one.usage_metadata]
        whole: Any = {
            name: sum(one.usage_metadata[name] for one in counted if one.usage_metadata)
            for name in ("input_tokens", "output_tokens")
        }
        for place, one in enumerate(counted):
            read, wrote = ((whole[name] + place) // len(counted) for name in ("input_tokens", "output_tokens"))
            one.usage_metadata = {"input_tokens": read, "output_tokens": wrote, "total_tokens": read + wrote}
        return answers


class BatchCountsEqualPromptsOnce(_Counting):
    """Of equal prompts of a batch, the last answer alone has cost tokens."""

    def batch(self, inputs: Any, *args: Any, **kwargs: Any) -> Any:
        answers = super().batch(inputs, *args, **kwargs)
        for place, (one, answer) in enumerate(zip(inputs, answers, strict=True)):
            if one in inputs[place + 1 :] and isinstance(answer, AIMessage):
                answer.usage_metadata = self.counts(0)
        return answers


class RareReasoning(_Counting):
    """Says the same each time, and reasons about it for 64 tokens in one call of six."""

    draw: ClassVar[random.Random] = random.Random(0)  # noqa: S311 - no secret

    def counts(self, words: int) -> Any:
        reasoned = 64 * (self.draw.random() < 1 / 6)
        counted = super().counts(words)
        return {name: count + reasoned * (name != "input_tokens") for name, count in counted.items()}
