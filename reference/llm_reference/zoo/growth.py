"""Streams whose chunks cost the more, the more of them there were."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

from llm_reference import GenerationChunk
from llm_reference.zoo.defect import defect
from llm_reference.zoo.scripted import Scripted


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
class KeepsEveryChunk(Scripted):
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
class JoinedAnew(Scripted):
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
