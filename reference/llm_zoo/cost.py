"""Streams whose cost per token grows with the length of the answer."""

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
    story="The client keeps a record of each chunk, for a log entry at the end of the stream: for a text of a hundred "
    "kilobytes the records take tens of megabytes, and long answers exhaust the server's memory.",
    citation="D087: BerriAI/litellm#6404",
    caught_by=("stream.flat-memory",),
    script=True,
)
class KeepsEveryChunk(ScriptedModel):
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
    "text-joined-at-each-chunk",
    story="At each chunk the client joins all chunks so far, to look for an end token: in a long answer a late token "
    "takes a hundred times as long as the first, and the stream falls behind the model.",
    citation="D088: vercel/ai#15670",
    caught_by=("stream.flat-time",),
    script=True,
)
class TextJoinedAtEachChunk(ScriptedModel):
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
    """Keeps every event."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self._log: list[dict[str, Any]] = []

    def _parsed(self, text: str) -> dict[str, Any]:
        event = super()._parsed(text)
        self._log.append(event)
        return event


@defect(
    "keeps-every-event",
    story="The adapter keeps each event of the provider for a trace at the end of the answer: a kilobyte per word, so "
    "that a hundred long answers at a time exhaust the server's memory.",
    citation="D087: BerriAI/litellm#8620, openai/openai-python#1361",
    caught_by=("stream.flat-memory",),
    wire="openai-completions",
)
class KeepsEveryEvent(WireAdapter):
    _reads: type[Answer] = _Logged


def _columns(rows: list[dict[str, Any]]) -> dict[str, list[Any]]:
    return {name: [row.get(name) for row in rows] for name in rows[0]} if rows else {}


class _Summed(_Logged):
    """Recomputes the sum of all choices at each event."""

    def _parsed(self, text: str) -> dict[str, Any]:
        event = super()._parsed(text)
        choices = [choice for event in self._log for choice in event["choices"]]
        self.sum = _columns(choices)
        return event


@defect(
    "events-summed-at-each-chunk",
    story="The adapter adds up the choices of all events so far at each new event, so that the sum is always "
    "available: in a long answer a late token takes a hundred times as long as the first.",
    citation="D088: langchain-ai/langchainjs#11148, langchain-ai/langchain#24033",
    caught_by=("stream.flat-time",),
    also_fails={"stream.flat-memory": "it keeps the events that it adds up"},
    wire="openai-completions",
)
class EventsSummedAtEachChunk(WireAdapter):
    _reads: type[Answer] = _Summed
