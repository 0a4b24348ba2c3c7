"""Stop words and other arguments that are lost, kept after the call, or applied in some calls only."""

import re
from collections.abc import AsyncIterator, Iterator
from typing import Any

from llm_reference import EchoLLM, GenerationChunk
from llm_zoo.defect import defect


@defect(
    "stop-ignored",
    story="`stop` is accepted and ignored: an agent that should stop at 'Observation:' invents the observation.",
    citation="D131: amaiya/onprem#189, zai-org/ChatGLM3#274",
    caught_by=("stop.cuts",),
)
class StopIgnored(EchoLLM):
    def _tokens(self, prompt: str, _stop: list[str] | None) -> list[str]:
        return super()._tokens(prompt, None)


@defect(
    "stop-taken-for-pattern",
    story="The stop words are joined to a regular expression without escaping them: with the stop word '.' every "
    "answer is empty, and with '(' the call raises.",
    citation="D142: langchain-ai/langchain#11113",
    caught_by=("stop.literal",),
)
class StopTakenForPattern(EchoLLM):
    def _tokens(self, prompt: str, stop: list[str] | None) -> list[str]:
        text = "".join(super()._tokens(prompt, None))
        return super()._tokens(re.split("|".join(stop), text)[0], None) if stop else super()._tokens(prompt, None)


@defect(
    "first-stop-text-only",
    story="The answer is cut at the first text of the `stop` list, and the others are ignored: an agent that stops at "
    "one of two marks runs past the second.",
    citation="STOP-001",
    caught_by=("stop.each-text",),
)
class FirstStopTextOnly(EchoLLM):
    def _tokens(self, prompt: str, stop: list[str] | None) -> list[str]:
        return super()._tokens(prompt, stop[:1] if stop else None)


@defect(
    "async-stream-takes-first-stop-text",
    story="`astream()` sends the first text of the `stop` list alone, because its request was written for one; the "
    "other entry points send them all.",
    citation="STOP-001",
    caught_by=("stop.each-text",),
)
class AsyncStreamTakesFirstStopText(EchoLLM):
    async def astream(self, *args: Any, stop: list[str] | None = None, **kwargs: Any) -> Any:
        async for chunk in super().astream(*args, stop=stop[:1] if stop else None, **kwargs):
            yield chunk


@defect(
    "stream-drops-stop",
    story="`stream()` ignores `stop`, while `invoke()` and `astream()` pass it on: streamed answers run past the stop "
    "word.",
    citation="D131: mozilla-ai/any-agent#840",
    caught_by=("stop.parity",),
)
class StreamDropsStop(EchoLLM):
    def stream(self, *args: Any, stop: list[str] | None = None, **kwargs: Any) -> Any:  # noqa: ARG002 - the defect
        return super().stream(*args, **kwargs)


@defect(
    "stop-passed-twice",
    story="`invoke()` goes through the stream and passes `stop` both by position and by name: it raises TypeError when "
    "`stop` is set, although `stream()` accepts it.",
    citation="D132: langchain-ai/langchain#31385",
    caught_by=("stop.parity",),
)
class StopPassedTwice(EchoLLM):
    def _call(self, prompt: str, stop: list[str] | None = None, *_args: Any, **_kwargs: Any) -> str:
        twice: Any = {"stop": stop} if stop else {}
        return "".join(chunk.text for chunk in self._stream(prompt, stop, **twice))


@defect(
    "stop-across-chunks-missed",
    story="The stream looks for the stop word within single tokens: a stop word that spans two tokens is not found, "
    "and the answer does not stop.",
    citation="D133: vllm-project/vllm#2577, langchain-ai/langchain#14782",
    caught_by=("stop.parity",),
)
class StopAcrossChunksMissed(EchoLLM):
    def _until_stop(self, prompt: str, stop: list[str] | None) -> Iterator[str]:
        for token in self._tokens(prompt, None):
            if any(word in token for word in stop or ()):
                return
            yield token

    def _stream(self, prompt: str, stop: list[str] | None = None, *_args: Any, **_kw: Any) -> Iterator[GenerationChunk]:
        yield from (GenerationChunk(text=text) for text in self._until_stop(prompt, stop))

    async def _astream(
        self, prompt: str, stop: list[str] | None = None, *_args: Any, **_kwargs: Any
    ) -> AsyncIterator[GenerationChunk]:
        for text in self._until_stop(prompt, stop):
            yield GenerationChunk(text=text)


@defect(
    "stop-sticks",
    story="The stop words of one call are merged into the model's arguments and stay there: every later answer ends at "
    "a stop word that its caller did not set.",
    citation="D129: langchain-ai/langchain#38869",
    caught_by=("stop.not-remembered",),
)
class StopSticks(EchoLLM):
    model_kwargs: dict[str, Any] = {}  # noqa: RUF012 - copied for each instance

    def _tokens(self, prompt: str, stop: list[str] | None) -> list[str]:
        if stop:
            self.model_kwargs["stop"] = stop
        return super()._tokens(prompt, self.model_kwargs.get("stop"))


@defect(
    "stop-list-mutated",
    story="The model appends its end token to the caller's stop list: the list grows with every call, until the "
    "provider rejects it.",
    citation="CONF-010",
    caught_by=("input.not-mutated",),
)
class StopListMutated(EchoLLM):
    def _tokens(self, prompt: str, stop: list[str] | None) -> list[str]:
        if stop:
            stop.append("</s>")
        return super()._tokens(prompt, stop)


@defect(
    "bound-arguments-lost",
    story="`bind()` returns the model without the bound arguments: the stop words of a chain have no effect.",
    citation="STOP-002",
    caught_by=("stop.bound",),
)
class BoundArgumentsLost(EchoLLM):
    def bind(self, **_kwargs: Any) -> Any:
        return self
