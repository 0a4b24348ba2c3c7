"""Stop words and other arguments that are lost, kept too long or applied in some of the calls only."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

from llm_reference import EchoLLM, GenerationChunk
from llm_zoo.defect import defect


@defect(
    "stop-ignored",
    story="stop is taken and dropped: an agent that stops at 'Observation:' goes on to invent what it observes.",
    citation="D131: amaiya/onprem#189, zai-org/ChatGLM3#274",
    caught_by=("stop.cuts",),
)
class StopIgnored(EchoLLM):
    """Hears no stop."""

    def _tokens(self, prompt: str, _stop: list[str] | None) -> list[str]:
        return super()._tokens(prompt, None)


@defect(
    "stream-drops-stop",
    story="stream() drops stop where invoke() and astream() pass it on.",
    citation="D131: mozilla-ai/any-agent#840",
    caught_by=("stop.parity",),
)
class StreamDropsStop(EchoLLM):
    """One path of four forgets it."""

    def stream(self, *args: Any, stop: list[str] | None = None, **kwargs: Any) -> Any:  # noqa: ARG002 - the defect
        """The stream of the reference, never stopped."""
        return super().stream(*args, **kwargs)


@defect(
    "stop-given-twice",
    story="invoke() goes through the stream and hands stop over twice, by place and by name: "
    "TypeError for whoever sets it, though stream() itself takes it.",
    citation="D132: langchain-ai/langchain#31385",
    caught_by=("stop.parity",),
)
class StopGivenTwice(EchoLLM):
    """Says it once too often."""

    def _call(self, prompt: str, stop: list[str] | None = None, *_args: Any, **_kwargs: Any) -> str:
        twice: Any = {"stop": stop} if stop else {}
        return "".join(chunk.text for chunk in self._stream(prompt, stop, **twice))


@defect(
    "stop-across-chunks",
    story="The stream looks for the stop word in each token by itself: a word that comes in two tokens is not seen, "
    "and neither is the end.",
    citation="D133: vllm-project/vllm#2577, langchain-ai/langchain#14782",
    caught_by=("stop.parity",),
)
class StopAcrossChunks(EchoLLM):
    """Sees no further than one token."""

    def _heard(self, prompt: str, stop: list[str] | None) -> Iterator[str]:
        for token in self._tokens(prompt, None):
            if any(word in token for word in stop or ()):
                return
            yield token

    def _stream(self, prompt: str, stop: list[str] | None = None, *_args: Any, **_kw: Any) -> Iterator[GenerationChunk]:
        yield from (GenerationChunk(text=text) for text in self._heard(prompt, stop))

    async def _astream(
        self, prompt: str, stop: list[str] | None = None, *_args: Any, **_kwargs: Any
    ) -> AsyncIterator[GenerationChunk]:
        for text in self._heard(prompt, stop):
            yield GenerationChunk(text=text)


@defect(
    "stop-sticks",
    story="The stop words of one call are merged into the arguments of the model and stay there: "
    "every later answer ends at a word that nobody named.",
    citation="D129: langchain-ai/langchain#38869",
    caught_by=("stop.not-remembered",),
)
class StopSticks(EchoLLM):
    """Remembers what it was told once."""

    model_kwargs: dict[str, Any] = {}  # noqa: RUF012 - copied for each instance

    def _tokens(self, prompt: str, stop: list[str] | None) -> list[str]:
        if stop:
            self.model_kwargs["stop"] = stop
        return super()._tokens(prompt, self.model_kwargs.get("stop"))


@defect(
    "stop-list-extended",
    story="The model adds its own end token to the stop list that the caller passed: "
    "the list grows with every call, until the provider refuses it.",
    citation="CONF-010",
    caught_by=("input.not-mutated",),
)
class StopListExtended(EchoLLM):
    """Writes on what it was lent."""

    def _tokens(self, prompt: str, stop: list[str] | None) -> list[str]:
        if stop:
            stop.append("</s>")
        return super()._tokens(prompt, stop)


@defect(
    "bound-arguments-lost",
    story="bind() returns the model without what was bound: the stop words of a chain have no effect.",
    citation="STOP-002",
    caught_by=("stop.bound",),
)
class BoundArgumentsLost(EchoLLM):
    """Binds nothing."""

    def bind(self, **_kwargs: Any) -> Any:
        """The same model."""
        return self
