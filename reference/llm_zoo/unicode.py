"""Texts that hardly anybody says, and that a model therefore gets wrong unnoticed."""

# ruff: noqa: ARG002  # every hook takes what any model may need

import unicodedata
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from typing import Any

from llm_reference import GenerationChunk, StreamEvent
from llm_zoo.bases.scripted import ScriptedModel
from llm_zoo.defect import defect


@defect(
    "text-normalised",
    story="invoke() normalises its text: a search for what the stream has shown does not find what was stored.",
    citation="STREAM-001",
    caught_by=("any-text.invoke",),
    script=True,
)
class TextNormalised(ScriptedModel):
    """Composes what was said apart."""

    def _call(self, *args: Any, **kwargs: Any) -> str:
        return unicodedata.normalize("NFC", super()._call(*args, **kwargs))


@defect(
    "empty-token-ends",
    story="The loop over the tokens ends at the first that is empty: a keep-alive, a role or a blank delta "
    "cuts the answer.",
    citation="STREAM-008",
    caught_by=("any-text.stream",),
    script=True,
)
class EmptyTokenEnds(ScriptedModel):
    """Takes silence for the end."""

    def _stream(self, *args: Any, **kwargs: Any) -> Iterator[GenerationChunk]:
        for chunk in super()._stream(*args, **kwargs):
            yield chunk
            if not chunk.text:
                return


@defect(
    "lines-split",
    story="The asynchronous stream is put through splitlines(), which breaks at eight characters more than a line "
    "feed: form feeds, and the separators of Unicode, become line feeds.",
    citation="D034: florimondmanca/httpx-sse#34",
    caught_by=("any-text.stream",),
    script=True,
)
class LinesSplit(ScriptedModel):
    """Knows too many ends of a line."""

    async def _astream(self, *args: Any, **kwargs: Any) -> AsyncIterator[GenerationChunk]:
        async for chunk in super()._astream(*args, **kwargs):
            ends = "\n" if chunk.text[-1:] == "\n" else ""
            yield GenerationChunk("\n".join(chunk.text.splitlines()) + ends)


@defect(
    "carriage-returns-lost-in-events",
    story="The events tell line feeds where the model said carriage returns: a diff of code shows every line.",
    citation="EVENT-014",
    caught_by=("any-text.events",),
    script=True,
)
class CarriageReturnsLostInEvents(ScriptedModel):
    """Has its own typewriter."""

    async def astream_events(self, *args: Any, **kwargs: Any) -> AsyncGenerator[StreamEvent, None]:
        """The events of the reference, in plainer text."""
        async for event in super().astream_events(*args, **kwargs):
            chunk = event["data"].get("chunk")
            if isinstance(chunk, str):
                event["data"]["chunk"] = chunk.replace("\r", "\n")
            yield event


@defect(
    "marks-wait-for-letters",
    story="A model that promises a chunk for each token keeps accents with their letters: probabilities that come "
    "token by token belong to other chunks.",
    citation="STREAM-004",
    caught_by=("any-text.boundaries",),
    declares={"token-exact": True},
    script=True,
)
class MarksWaitForLetters(ScriptedModel):
    """Has good taste, and promised otherwise."""

    def _stream(self, *args: Any, **kwargs: Any) -> Iterator[GenerationChunk]:
        held: GenerationChunk | None = None
        for chunk in super()._stream(*args, **kwargs):
            if held is not None and unicodedata.combining(chunk.text[:1] or " "):
                held += chunk
                continue
            if held is not None:
                yield held
            held = chunk
        if held is not None:
            yield held


@defect(
    "stop-mark-half-seen",
    story="The client looks for the stop mark letter by letter, and begins anew where a letter does not fit: "
    "in 'aaab' it does not see 'aab'.",
    citation="D133: vllm-project/vllm#2577",
    caught_by=("any-text.stop",),
    script=True,
)
class StopMarkHalfSeen(ScriptedModel):
    """Never looks back."""

    def _call(self, prompt: str, stop: list[str] | None = None, run_manager: Any = None, **kwargs: Any) -> str:
        text = super()._call(prompt, None)
        for mark in stop or ():
            fits = 0
            for place, letter in enumerate(text):
                fits = fits + 1 if letter == mark[fits] else 0
                if fits == len(mark):
                    text = text[: place + 1 - fits]
                    break
        return text
