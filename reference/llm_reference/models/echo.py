"""The smallest model that streams: its answer is the prompt itself, a word at a time."""

# ruff: noqa: ARG002  # every hook takes what any model may need

import re
from collections.abc import AsyncIterator, Iterator
from typing import Any

from llm_reference.models.llm import LLM
from llm_reference.models.stop import truncate_at_stop
from llm_reference.runs.chunk import GenerationChunk
from llm_reference.runs.run_manager import AsyncCallbackManagerForLLMRun, CallbackManagerForLLMRun


class EchoLLM(LLM):
    """Says what it hears. Every hook is a thin door to one core, `_tokens`: so no two calls can disagree."""

    @property
    def _llm_type(self) -> str:
        return "echo"

    def _call(
        self,
        prompt: str,
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> str:
        return "".join(self._tokens(prompt, stop))

    def _stream(
        self,
        prompt: str,
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[GenerationChunk]:
        for token in self._tokens(prompt, stop):
            chunk = GenerationChunk(text=token)
            if run_manager:
                run_manager.on_llm_new_token(token, chunk=chunk)
            yield chunk

    async def _astream(
        self,
        prompt: str,
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> AsyncIterator[GenerationChunk]:
        for token in self._tokens(prompt, stop):
            chunk = GenerationChunk(text=token)
            if run_manager:
                await run_manager.on_llm_new_token(token, chunk=chunk)
            yield chunk

    def _tokens(self, prompt: str, stop: list[str] | None) -> list[str]:
        """Each word with the space before it. An empty answer is one empty token: a stream without any is an error."""
        return re.findall(r"\s*\S+|\s+", truncate_at_stop(prompt, stop)) or [""]
