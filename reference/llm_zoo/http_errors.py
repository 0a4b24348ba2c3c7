"""Adapters of a provider that does not answer: it refuses, or it is silent."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

from llm_reference import GenerationChunk
from llm_reference.models.openai.error import ProviderError
from llm_zoo.bases.adapter import WireAdapter
from llm_zoo.defect import defect

_FIRST_REFUSAL = 400


@defect(
    "refusals-are-empty-answers",
    story="The branch that streams does not look at the status: with a key that has expired, or too many requests, "
    "the answer is empty, and nothing says why.",
    citation="D070: langchain-ai/langchain#20555, BerriAI/litellm#1750",
    caught_by=("wire.http[http_401]", "wire.http[http_500]"),
    also_fails={"wire.http[*]": "every other status", "wire.other-calls": "events come by the same stream"},
    wire="openai-completions",
)
class RefusalsAreEmptyAnswers(WireAdapter):
    """Takes no for a silence."""

    def _stream(self, *args: Any, **kwargs: Any) -> Iterator[GenerationChunk]:
        try:
            yield from super()._stream(*args, **kwargs)
        except ProviderError as error:
            if not _refused(error):
                raise
            yield GenerationChunk("")

    async def _astream(self, *args: Any, **kwargs: Any) -> AsyncIterator[GenerationChunk]:
        try:
            async for chunk in super()._astream(*args, **kwargs):
                yield chunk
        except ProviderError as error:
            if not _refused(error):
                raise
            yield GenerationChunk("")


@defect(
    "key-in-the-exception",
    story="What the provider refused is told with the headers of the request, so that it can be looked into: the key "
    "stands in every log, and in the tracker of whoever reports it.",
    citation="WIRE-012",
    caught_by=("wire.secrets",),
    wire="openai-completions",
)
class KeyInTheException(WireAdapter):
    """Tells everything."""

    def _stream(self, *args: Any, **kwargs: Any) -> Iterator[GenerationChunk]:
        try:
            yield from super()._stream(*args, **kwargs)
        except ProviderError as error:
            raise self._told(error) from error

    async def _astream(self, *args: Any, **kwargs: Any) -> AsyncIterator[GenerationChunk]:
        try:
            async for chunk in super()._astream(*args, **kwargs):
                yield chunk
        except ProviderError as error:
            raise self._told(error) from error

    def _told(self, error: ProviderError) -> ProviderError:
        return ProviderError(f"{error}; the request was made with Authorization: Bearer {self.api_key}")


def _refused(error: ProviderError) -> bool:
    return error.status is not None and error.status >= _FIRST_REFUSAL


@defect(
    "timeout-ignored",
    story="The timeout is taken and never passed on to the client: a provider that falls silent holds its caller for "
    "as long as the client's own default lasts.",
    citation="D086: langchain-ai/langchain-litellm#28, langchain-ai/langchain-nvidia#310, lfnovo/esperanto#289",
    caught_by=("wire.stall[stall]", "wire.stall[stall_headers]"),
    short_timeout={"timeout": 0.5},
    wire="openai-completions",
)
class TimeoutIgnored(WireAdapter):
    """Has all the time in the world."""

    def __init__(self, **values: Any) -> None:
        super().__init__(**values)
        self.timeout = 600.0
