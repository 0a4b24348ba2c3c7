"""Streams whose chunks cost the more, the more of them there were."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

from llm_reference import GenerationChunk
from llm_reference.models.openai.answer import Answer
from llm_zoo.bases.adapter import WireAdapter
from llm_zoo.bases.scripted import ScriptedModel
from llm_zoo.defect import defect


def _record(number: int, text: str) -> dict[str, Any]:
    choice = {"index": 0, "text": text, "logprobs": None, "finish_reason": None}
    return {"id": f"cmpl-{number}", "object": "text_completion", "choices": [choice], "usage": None}


@defect(
    "keeps-every-chunk",
    story="The client keeps a record of each chunk for the log that it writes when the stream is over: the text is a "
    "hundred kilobytes, the records of it are tens of megabytes, and the server runs out of memory under long answers.",
    citation="D087: BerriAI/litellm#6404",
    caught_by=("stream.flat-memory",),
    script=True,
)
class KeepsEveryChunk(ScriptedModel):
    """Has a log to write."""

    def _stream(self, *args: Any, **kwargs: Any) -> Iterator[GenerationChunk]:
        log: list[dict[str, Any]] = []
        for chunk in super()._stream(*args, **kwargs):
            log.append(_record(len(log), chunk.text))
            yield chunk

    async def _astream(self, *args: Any, **kwargs: Any) -> AsyncIterator[GenerationChunk]:
        log: list[dict[str, Any]] = []
        async for chunk in super()._astream(*args, **kwargs):
            log.append(_record(len(log), chunk.text))
            yield chunk


@defect(
    "joined-anew",
    story="At each chunk the client joins all the chunks until now, to look whether a mark has come up: a token late "
    "in a long answer takes a hundred times as long as the first, and the stream falls behind its model.",
    citation="D088: vercel/ai#15670",
    caught_by=("stream.flat-time",),
    script=True,
)
class JoinedAnew(ScriptedModel):
    """Reads everything again."""

    def _stream(self, *args: Any, **kwargs: Any) -> Iterator[GenerationChunk]:
        texts: list[str] = []
        for chunk in super()._stream(*args, **kwargs):
            texts.append(chunk.text)
            if "<|end|>" in "".join(texts):
                return
            yield chunk

    async def _astream(self, *args: Any, **kwargs: Any) -> AsyncIterator[GenerationChunk]:
        texts: list[str] = []
        async for chunk in super()._astream(*args, **kwargs):
            texts.append(chunk.text)
            if "<|end|>" in "".join(texts):
                return
            yield chunk


class _Logged(Answer):
    """Keeps what it has read."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self._log: list[dict[str, Any]] = []

    def _parsed(self, text: str) -> dict[str, Any]:
        said = super()._parsed(text)
        self._log.append(said)
        return said


@defect(
    "every-event-is-kept",
    story="The adapter keeps each event of the provider for the trace that it sends when the answer is over: a "
    "kilobyte for a word, so that a server with a hundred long answers at a time is killed.",
    citation="D087: BerriAI/litellm#8620, openai/openai-python#1361",
    caught_by=("stream.flat-memory",),
    wire="openai-completions",
)
class EveryEventIsKept(WireAdapter):
    """Has a trace to send."""

    _reads: type[Answer] = _Logged


def _columns(rows: list[dict[str, Any]]) -> dict[str, list[Any]]:
    return {name: [row.get(name) for row in rows] for name in rows[0]} if rows else {}


class _Summed(_Logged):
    """Has the whole answer until now at hand, at each event of it."""

    def _parsed(self, text: str) -> dict[str, Any]:
        said = super()._parsed(text)
        choices = [choice for event in self._log for choice in event["choices"]]
        self.sum = _columns(self._log) | _columns(choices)
        return said


@defect(
    "summed-up-at-each",
    story="The adapter adds up all events of the answer at each of them, so that anybody may look at the sum: in a "
    "long answer a token takes a hundred times as long at the end as at the beginning.",
    citation="D088: langchain-ai/langchainjs#11148, langchain-ai/langchain#24033",
    caught_by=("stream.flat-time",),
    also_fails={"stream.flat-memory": "what it adds up it keeps"},
    may_also_fail={"wire.content[many_tokens]": "some wait no longer than five seconds"},
    wire="openai-completions",
)
class SummedUpAtEach(WireAdapter):
    """May be asked for the sum at any time."""

    _reads: type[Answer] = _Summed
