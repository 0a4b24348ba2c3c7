"""Adapters whose requests or parsers differ between call styles."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from llm_reference import ChatGenerationChunk, GenerationChunk
from llm_zoo.bases.adapter import WireAdapter
from llm_zoo.bases.chat_adapter import ChatWireAdapter
from llm_zoo.defect import defect
from llm_zoo.sse_packets import DecodedByPacket


@defect(
    "temperature-lost-in-astream",
    story="The synchronous path sends the temperature and the asynchronous path does not: a web service that streams "
    "asynchronously runs at another temperature than its tests.",
    # See OpenHands/OpenHands#11269.
    citation="WIRE-010",
    caught_by=("wire.same-request",),
    wire="openai-completions",
)
class TemperatureLostInAstream(WireAdapter):
    temperature: float | None = 0.7

    def _astream(self, *args: Any, **kwargs: Any) -> AsyncIterator[GenerationChunk]:
        return super()._astream(*args, **{**kwargs, "temperature": None})


@defect(
    "tool-choice-lost-in-astream",
    story="The asynchronous stream sends the tools without the choice that was bound with them: an extraction that "
    "must call its tool gets an answer in prose from time to time.",
    citation="WIRE-010",
    caught_by=("wire.same-tools",),
    wire="openai-chat",
)
class ToolChoiceLostInAstream(ChatWireAdapter):
    def _astream(self, *args: Any, **kwargs: Any) -> AsyncIterator[ChatGenerationChunk]:
        return super()._astream(*args, **{**kwargs, "tool_choice": None})


class _TwoClients(WireAdapter):
    """Sends a header with every request; the asynchronous client is configured apart."""

    def _headers(self) -> dict[str, str]:
        headers = {**super()._headers(), "X-Tenant": "blue"}
        try:
            asyncio.get_running_loop()
        except RuntimeError:
            return headers
        return self._of_asynchronous_client(headers)

    def _of_asynchronous_client(self, headers: dict[str, str]) -> dict[str, str]:
        return headers


@defect(
    "headers-lost-in-async",
    story="The configured headers are given to the synchronous client only: behind a gateway that routes by a header, "
    "a web service that streams asynchronously reaches the wrong tenant.",
    # See langchain-ai/langchain#16660.
    citation="WIRE-010",
    caught_by=("wire.same-request",),
    wire="openai-completions",
)
class HeadersLostInAsync(_TwoClients):
    def _of_asynchronous_client(self, headers: dict[str, str]) -> dict[str, str]:
        return {name: value for name, value in headers.items() if name != "X-Tenant"}


@defect(
    "key-lost-in-async",
    story="The asynchronous client is made without the API key: every asynchronous call is refused.",
    # See langchain-ai/langchain#16660.
    citation="WIRE-010",
    caught_by=("ainvoke.completes",),
    wire="openai-completions",
)
class KeyLostInAsync(_TwoClients):
    def _of_asynchronous_client(self, headers: dict[str, str]) -> dict[str, str]:
        return {name: value for name, value in headers.items() if name != "Authorization"}


@defect(
    "request-encoded-as-latin-1",
    story="The body of the request is encoded as Latin-1, and what does not fit becomes a question mark: a question in "
    "Chinese is answered as if it were empty.",
    # See rj1/chatgpt-irc#2.
    citation="TYPE-009",
    caught_by=("any-text.prompt",),
    wire="openai-completions",
)
class RequestEncodedAsLatin1(WireAdapter):
    def _body(self, prompt: str, stop: list[str] | None, extra: dict[str, Any]) -> bytes:
        return super()._body(prompt.encode("latin-1", "replace").decode("latin-1"), stop, extra)


@defect(
    "defaults-changed-by-call",
    story="An extra argument that one call needs for its stop word is written into the instance's defaults: every "
    "later call sends it as well.",
    citation="D129: langchain-ai/langchain#38869",
    caught_by=("wire.no-leftover-arguments",),
    wire="openai-completions",
)
class DefaultsChangedByCall(WireAdapter):
    _defaults: dict[str, Any] = {}  # noqa: RUF012 - copied for each instance

    def _body(self, prompt: str, stop: list[str] | None, extra: dict[str, Any]) -> bytes:
        if stop:
            self._defaults["include_stop_str_in_output"] = False
        return super()._body(prompt, stop, {**self._defaults, **extra})


@defect(
    "ainvoke-decodes-packets-separately",
    story="`ainvoke()` collects a stream with a second parser that decodes each packet separately: characters that are "
    "split between packets break in `ainvoke()`, but not in `stream()`.",
    citation="D012: langchain-ai/langchain#6225; D016: langchain-ai/langchain-ibm#9; D032: vllm-project/vllm#38732",
    caught_by=("wire.other-calls",),
    wire="openai-completions",
)
class AinvokeDecodesPacketsSeparately(WireAdapter):
    async def _acall(self, prompt: str, stop: list[str] | None = None, run_manager: Any = None, **kwargs: Any) -> str:  # noqa: ARG002 - a whole answer has no tokens to report
        async with self._aopen(self._body(prompt, stop, {**kwargs, "stream": True})) as (_, packets):
            reader = DecodedByPacket(200, {}, None)
            texts = [chunk.text async for packet in packets for chunk in reader.feed(packet)]
        reader.end()
        return "".join(texts)
