"""Models that mishandle rare characters, unusual token boundaries and unusual stop words."""

# ruff: noqa: ARG002  # every hook keeps the full signature

import re
import unicodedata
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from typing import Any

from llm_reference import EchoLLM, GenerationChunk, StreamEvent
from llm_zoo.bases.scripted import ScriptedModel
from llm_zoo.defect import defect


@defect(
    "text-normalised",
    story="`invoke()` normalises its text to NFC, and the stream does not: a search for the streamed text does not "
    "find the stored answer.",
    citation="STREAM-001",
    caught_by=("any-text.invoke",),
    script=True,
)
class TextNormalised(ScriptedModel):
    def _call(self, *args: Any, **kwargs: Any) -> str:
        return unicodedata.normalize("NFC", super()._call(*args, **kwargs))


@defect(
    "empty-token-ends-stream",
    story="The loop over the tokens ends at the first empty one: a keep-alive or an empty delta truncates the answer.",
    citation="STREAM-008",
    caught_by=("any-text.stream",),
    script=True,
)
class EmptyTokenEndsStream(ScriptedModel):
    def _stream(self, *args: Any, **kwargs: Any) -> Iterator[GenerationChunk]:
        for chunk in super()._stream(*args, **kwargs):
            yield chunk
            if not chunk.text:
                return


@defect(
    "line-breaks-normalised",
    story="The asynchronous stream goes through `str.splitlines()`, which splits at eight more characters than the "
    "line feed: form feeds and Unicode line separators become line feeds.",
    citation="D034: florimondmanca/httpx-sse#34",
    caught_by=("any-text.stream",),
    script=True,
)
class LineBreaksNormalised(ScriptedModel):
    async def _astream(self, *args: Any, **kwargs: Any) -> AsyncIterator[GenerationChunk]:
        async for chunk in super()._astream(*args, **kwargs):
            ends = "\n" if chunk.text[-1:] == "\n" else ""
            yield GenerationChunk("\n".join(chunk.text.splitlines()) + ends)


@defect(
    "carriage-returns-lost-in-events",
    story="Carriage returns of the answer become line feeds in the events: a diff of generated code shows every line "
    "as changed.",
    citation="EVENT-014",
    caught_by=("any-text.events",),
    script=True,
)
class CarriageReturnsLostInEvents(ScriptedModel):
    async def astream_events(self, *args: Any, **kwargs: Any) -> AsyncGenerator[StreamEvent, None]:
        async for event in super().astream_events(*args, **kwargs):
            chunk = event["data"].get("chunk")
            if isinstance(chunk, str):
                event["data"]["chunk"] = chunk.replace("\r", "\n")
            yield event


@defect(
    "combining-marks-merged",
    story="A model that claims one chunk per token merges combining accents into the chunk of their letter: log "
    "probabilities per token no longer match the chunks.",
    citation="STREAM-004",
    caught_by=("any-text.boundaries",),
    declares={"token-exact": True},
    script=True,
)
class CombiningMarksMerged(ScriptedModel):
    def _stream(self, *args: Any, **kwargs: Any) -> Iterator[GenerationChunk]:
        pending: GenerationChunk | None = None
        for chunk in super()._stream(*args, **kwargs):
            if pending is not None and unicodedata.combining(chunk.text[:1] or " "):
                pending += chunk
                continue
            if pending is not None:
                yield pending
            pending = chunk
        if pending is not None:
            yield pending


@defect(
    "prompt-sent-as-latin-1",
    story="The asynchronous client encodes the prompt as Latin-1 and replaces what does not fit: a question in Chinese "
    "reaches the model as question marks.",
    citation="D146: rj1/chatgpt-irc#2",
    caught_by=("any-text.prompt",),
    script=True,
)
class PromptSentAsLatin1(ScriptedModel):
    async def _astream(self, prompt: str, *args: Any, **kwargs: Any) -> AsyncIterator[GenerationChunk]:
        async for chunk in super()._astream(prompt.encode("latin-1", "replace").decode("latin-1"), *args, **kwargs):
            yield chunk


@defect(
    "prompt-stripped",
    story="`batch()` strips the blanks at both ends of its prompts: a model that completes code loses the indentation "
    "of the first line.",
    citation="TYPE-009",
    caught_by=("any-text.prompt",),
    script=True,
)
class PromptStripped(ScriptedModel):
    def batch(self, inputs: Any, *args: Any, **kwargs: Any) -> Any:
        return super().batch([one.strip() if isinstance(one, str) else one for one in inputs], *args, **kwargs)


@defect(
    "prompt-beyond-latin-1-raises",
    story="The client encodes the request as Latin-1: a prompt with an emoji raises UnicodeEncodeError.",
    citation="D146: rj1/chatgpt-irc#2",
    caught_by=("input.unicode",),
)
class PromptBeyondLatin1Raises(EchoLLM):
    def _tokens(self, prompt: str, stop: list[str] | None) -> list[str]:
        return super()._tokens(prompt.encode("latin-1").decode("latin-1"), stop)


@defect(
    "incomplete-character-kept",
    story="The stream keeps a text that ends in U+FFFD until the next token completes the character: an answer that "
    "really ends in U+FFFD loses its end.",
    citation="D140: deepseek-ai/deepseek-recipe#16",
    caught_by=("any-text.stream",),
    script=True,
)
class IncompleteCharacterKept(ScriptedModel):
    def _stream(self, *args: Any, **kwargs: Any) -> Iterator[GenerationChunk]:
        pending = ""
        for chunk in super()._stream(*args, **kwargs):
            pending += chunk.text
            if not pending.endswith("\N{REPLACEMENT CHARACTER}"):
                yield GenerationChunk(pending)
                pending = ""


@defect(
    "tag-beginning-kept",
    story="The stream removes `<think>` tags, and keeps a text that ends in the beginning of one until the next token "
    "shows whether it is a tag: an answer that ends in '<' loses its end.",
    citation="STREAM-001",
    caught_by=("any-text.stream",),
    script=True,
)
class TagBeginningKept(ScriptedModel):
    def _stream(self, *args: Any, **kwargs: Any) -> Iterator[GenerationChunk]:
        pending, tag = "", "<think>"
        for chunk in super()._stream(*args, **kwargs):
            pending += chunk.text
            if not any(pending.endswith(tag[:length]) for length in range(1, len(tag))):
                yield GenerationChunk(pending)
                pending = ""


@defect(
    "stop-match-restarts-too-late",
    story="The client matches the stop word letter by letter and starts over after a mismatch without looking back: in "
    "'aaab' it does not find 'aab'.",
    citation="D133: vllm-project/vllm#2577",
    caught_by=("any-text.stop",),
    script=True,
)
class StopMatchRestartsTooLate(ScriptedModel):
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


@defect(
    "cut-at-last-stop-mark",
    story="When a token completes a stop word, `rfind()` looks for it in the text so far: if the token has it "
    "twice, the text between the two is in the answer.",
    citation="D141: huggingface/smolagents#2780",
    caught_by=("any-text.stop",),
    script=True,
)
class CutAtLastStopMark(ScriptedModel):
    def _call(self, prompt: str, stop: list[str] | None = None, run_manager: Any = None, **kwargs: Any) -> str:
        text = ""
        for token in self.script.play(prompt, None):
            text = f"{text}{token}"
            for mark in stop or ():
                if mark in text:
                    return text[: text.rfind(mark)]
        return text


@defect(
    "stop-pattern-in-stream",
    story="`stream()` joins the stop words to a regular expression without escaping them: '.' stops at the first "
    "letter, and '(' raises.",
    citation="D142: langchain-ai/langchain#11113",
    caught_by=("any-text.stop",),
    script=True,
)
class StopPatternInStream(ScriptedModel):
    def _stream(
        self, prompt: str, stop: list[str] | None = None, run_manager: Any = None, **kwargs: Any
    ) -> Iterator[GenerationChunk]:
        if not stop:
            yield from super()._stream(prompt, None, run_manager, **kwargs)
            return
        yield GenerationChunk(re.split("|".join(stop), self._call(prompt))[0])
