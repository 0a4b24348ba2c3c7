"""Adapters that mishandle HTTP errors and timeouts."""

import base64
import time
from collections.abc import AsyncIterator, Iterator
from typing import Any

from llm_reference import GenerationChunk
from llm_reference.models.openai.error import ProviderError
from llm_zoo.bases.adapter import WireAdapter
from llm_zoo.defect import defect

_FIRST_ERROR_STATUS = 400


@defect(
    "http-errors-become-empty-answers",
    story="The streaming path ignores the HTTP status: with an expired key or too many requests the answer is empty, "
    "without an error.",
    citation="D070: langchain-ai/langchain#20555, BerriAI/litellm#1750",
    caught_by=("wire.http[http_401]", "wire.http[http_500]"),
    also_fails={
        "wire.http[*]": "it ignores every other status as well",
    },
    wire="openai-completions",
)
class HttpErrorsBecomeEmptyAnswers(WireAdapter):
    def _stream(self, *args: Any, **kwargs: Any) -> Iterator[GenerationChunk]:
        try:
            yield from super()._stream(*args, **kwargs)
        except ProviderError as error:
            if not _is_http_error(error):
                raise
            yield GenerationChunk("")

    async def _astream(self, *args: Any, **kwargs: Any) -> AsyncIterator[GenerationChunk]:
        try:
            async for chunk in super()._astream(*args, **kwargs):
                yield chunk
        except ProviderError as error:
            if not _is_http_error(error):
                raise
            yield GenerationChunk("")


@defect(
    "key-in-exception",
    story="The error message for a failed request includes the request's headers: the API key appears in every log and "
    "bug report.",
    citation="WIRE-012",
    caught_by=("wire.secrets",),
    wire="openai-completions",
)
class KeyInException(WireAdapter):
    def _stream(self, *args: Any, **kwargs: Any) -> Iterator[GenerationChunk]:
        try:
            yield from super()._stream(*args, **kwargs)
        except ProviderError as error:
            raise self._with_headers(error) from error

    async def _astream(self, *args: Any, **kwargs: Any) -> AsyncIterator[GenerationChunk]:
        try:
            async for chunk in super()._astream(*args, **kwargs):
                yield chunk
        except ProviderError as error:
            raise self._with_headers(error) from error

    def _with_headers(self, error: ProviderError) -> ProviderError:
        return ProviderError(f"{error}; the request was made with Authorization: Bearer {self.api_key}")


@defect(
    "built-in-key-in-exception",
    story="The adapter reads its key from a file and authenticates with `Basic`; the error message shows the headers. "
    "In base64 the key is as readable as before, and no setting of the program names it.",
    citation="WIRE-012",
    caught_by=("wire.secrets",),
    wire="openai-completions",
)
class BuiltInKeyInException(KeyInException):
    def _headers(self) -> dict[str, str]:
        credentials = base64.b64encode(b"service:key-from-a-file-9c41").decode()
        return {**super()._headers(), "Authorization": f"Basic {credentials}"}

    def _with_headers(self, error: ProviderError) -> ProviderError:
        return ProviderError(f"{error}; the request was made with {self._headers()}")


def _is_http_error(error: ProviderError) -> bool:
    return error.status is not None and error.status >= _FIRST_ERROR_STATUS


@defect(
    "timeout-ignored",
    story="The timeout is accepted but not passed to the client: when the provider stops sending, the caller waits for "
    "as long as the client's default timeout.",
    citation="D086: langchain-ai/langchain-litellm#28, langchain-ai/langchain-nvidia#310, lfnovo/esperanto#289",
    caught_by=("wire.stall[stall]", "wire.stall[stall_headers]"),
    may_also_fail={"wire.stall[stall_with_comments]": "the body may end before the harness gives the call up"},
    short_timeout={"timeout": 0.5},
    wire="openai-completions",
)
class TimeoutIgnored(WireAdapter):
    def __init__(self, **values: Any) -> None:
        super().__init__(**values)
        self.timeout = 600.0


@defect(
    "timeout-from-the-request",
    story="The timeout counts from the request and not from the last bytes: a long answer that flows is cut off after "
    "a minute.",
    # See octos-org/octos#2170.
    citation="WIRE-007",
    caught_by=("wire.stall[slow_but_steady]",),
    may_also_fail={"wire.stall[stall_with_comments]": "it looks at the time only when a chunk arrives"},
    short_timeout={"timeout": 0.5},
    wire="openai-completions",
)
class TimeoutFromTheRequest(WireAdapter):
    def _stream(self, *args: Any, **kwargs: Any) -> Iterator[GenerationChunk]:
        ends = time.monotonic() + (self.timeout or 0)
        for chunk in super()._stream(*args, **kwargs):
            if time.monotonic() > ends:
                raise ProviderError(f"no answer after {self.timeout} s")
            yield chunk

    async def _astream(self, *args: Any, **kwargs: Any) -> AsyncIterator[GenerationChunk]:
        ends = time.monotonic() + (self.timeout or 0)
        async for chunk in super()._astream(*args, **kwargs):
            if time.monotonic() > ends:
                raise ProviderError(f"no answer after {self.timeout} s")
            yield chunk
