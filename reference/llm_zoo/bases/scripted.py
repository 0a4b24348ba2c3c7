"""The base of defects that show only in a controlled model: a script supplies its tokens."""

# ruff: noqa: ARG002  # every hook keeps the full signature

from collections.abc import AsyncIterator, Iterator
from typing import Any

from llm_reference import LLM, GenerationChunk


class ScriptedModel(LLM):
    """Takes its tokens from `script`. A subclass without overrides is a conforming model.

    script: its `play()` and `aplay()` yield the tokens of the answer to a prompt, up to the first stop word.
    """

    script: Any

    @property
    def _llm_type(self) -> str:
        return "scripted"

    def _call(self, prompt: str, stop: list[str] | None = None, run_manager: Any = None, **kwargs: Any) -> str:
        return "".join(self.script.play(prompt, stop))

    async def _acall(self, prompt: str, stop: list[str] | None = None, run_manager: Any = None, **kwargs: Any) -> str:
        return "".join([text async for text in self.script.aplay(prompt, stop)])

    def _stream(
        self, prompt: str, stop: list[str] | None = None, run_manager: Any = None, **kwargs: Any
    ) -> Iterator[GenerationChunk]:
        for text in self.script.play(prompt, stop):
            yield GenerationChunk(text)

    async def _astream(
        self, prompt: str, stop: list[str] | None = None, run_manager: Any = None, **kwargs: Any
    ) -> AsyncIterator[GenerationChunk]:
        async for text in self.script.aplay(prompt, stop):
            yield GenerationChunk(text)
