"""Adapters that do not ask, or do not read, the same by every way of asking."""

from collections.abc import AsyncIterator
from typing import Any

from llm_reference import GenerationChunk
from llm_zoo.bases.adapter import WireAdapter
from llm_zoo.defect import defect
from llm_zoo.sse_packets import DecodedAlone


@defect(
    "temperature-lost-on-a-loop",
    story="The synchronous path was mended to send what the model takes, the asynchronous one was not: the web "
    "service, which streams on a loop, runs at another temperature than the tests did.",
    # Seen in OpenHands/OpenHands#11269.
    citation="WIRE-010",
    caught_by=("wire.same-request",),
    wire="openai-completions",
)
class TemperatureLostOnALoop(WireAdapter):
    """Says it twice, and forgets it once."""

    temperature: float | None = 0.7

    def _astream(self, *args: Any, **kwargs: Any) -> AsyncIterator[GenerationChunk]:
        return super()._astream(*args, **{**kwargs, "temperature": None})


@defect(
    "defaults-changed-by-a-call",
    story="What one call needs beside its stop mark is written into the instance's own defaults: every later call "
    "sends it as well.",
    citation="D129: langchain-ai/langchain#38869",
    caught_by=("wire.no-leftover-arguments",),
    wire="openai-completions",
)
class DefaultsChangedByACall(WireAdapter):
    """Learns from experience."""

    _defaults: dict[str, Any] = {}  # noqa: RUF012 - copied for each instance

    def _body(self, prompt: str, stop: list[str] | None, extra: dict[str, Any]) -> bytes:
        if stop:
            self._defaults["include_stop_str_in_output"] = False
        return super()._body(prompt, stop, {**self._defaults, **extra})


@defect(
    "ainvoke-reads-on-its-own",
    story="ainvoke() asks for a stream and adds it up, with a parser of its own that decodes each packet for itself: "
    "stream() was mended when its characters broke, and this one was not.",
    citation="D012: langchain-ai/langchain#6225; D016: langchain-ai/langchain-ibm#9; D032: vllm-project/vllm#38732",
    caught_by=("wire.other-calls",),
    wire="openai-completions",
)
class AinvokeReadsOnItsOwn(WireAdapter):
    """Has two ears, one of them bad."""

    async def _acall(self, prompt: str, stop: list[str] | None = None, run_manager: Any = None, **kwargs: Any) -> str:  # noqa: ARG002 - a whole answer has no tokens to report
        async with self._aasked(self._body(prompt, stop, {**kwargs, "stream": True})) as (_, packets):
            reader = DecodedAlone(200, {}, None)
            texts = [chunk.text async for packet in packets for chunk in reader.feed(packet)]
        reader.end()
        return "".join(texts)
