"""State on the instance that belongs to a call: streams that mix, and streams that remember."""

from collections.abc import Iterable, Iterator
from typing import Any

from llm_reference import EchoLLM, GenerationChunk
from llm_zoo.bases.text import TextDefect
from llm_zoo.defect import defect


@defect(
    "shared-buffer",
    story="The parser's buffer is kept on the model: of two streams at the same time, each gets pieces of the other.",
    citation="D127: oracle/langchain-oracle#255, waybarrios/vllm-mlx#649",
    caught_by=("isolation.interleaved", "isolation.concurrent"),
    also_fails={
        "stream.usable-after-close": "what a stream that was left early had in the buffer comes with the next one"
    },
)
class SharedBuffer(TextDefect):
    """Keeps in one place what belongs to a call; each token waits there for a turn."""

    _buffer: str = ""

    def _transform_tokens(self, tokens: Iterable[str]) -> Iterator[str]:
        for token in tokens:
            ready, self._buffer = self._buffer, token
            if ready:
                yield ready
        ready, self._buffer = self._buffer, ""
        yield ready


@defect(
    "flag-toggled",
    story="A flag on the model is set for as long as a stream is read: the stream that ends first takes it from "
    "the other, whose end comes garbled.",
    citation="D128: headroomlabs-ai/headroom#1287, crewAIInc/crewAI#6360",
    caught_by=("isolation.interleaved", "isolation.concurrent"),
)
class FlagToggled(TextDefect):
    """Is in one mode at a time, for everybody; out of streaming mode tokens lose their spaces."""

    _streaming: bool = False

    def _transform_tokens(self, tokens: Iterable[str]) -> Iterator[str]:
        self._streaming = True
        for token in tokens:
            yield token if self._streaming else token.strip()
        self._streaming = False


@defect(
    "closed-stream-resumed",
    story="The place in the answer is kept on the model: after a stream was left early, the next one "
    "begins where that ended.",
    citation="STREAM-012",
    caught_by=("stream.usable-after-close",),
)
class ClosedStreamResumed(TextDefect):
    """Remembers how far it came with a prompt."""

    _places: dict[str, int] = {}  # noqa: RUF012 - copied for each instance

    def _transform_tokens(self, tokens: Iterable[str]) -> Iterator[str]:
        said = list(tokens)
        answer = "".join(said)
        while (place := self._places.get(answer, 0)) < len(said):
            self._places[answer] = place + 1
            yield said[place]
        del self._places[answer]


@defect(
    "answers-remembered",
    story="What was streamed is kept on the model and said again before the next answer: "
    "each stream is longer than the one before.",
    citation="STREAM-013",
    caught_by=("stream.repeats",),
)
class AnswersRemembered(EchoLLM):
    """Never forgets what it streamed."""

    _history: list[GenerationChunk] = []  # noqa: RUF012 - copied for each instance

    def _stream(self, *args: Any, **kwargs: Any) -> Iterator[GenerationChunk]:
        said = list(super()._stream(*args, **kwargs))
        yield from (*self._history, *said)
        self._history += said
