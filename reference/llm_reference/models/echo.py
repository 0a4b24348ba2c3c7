"""The smallest model that streams: it answers with the prompt, word by word."""

# ruff: noqa: ARG002  # all models have the same hook signatures

import re
from collections.abc import AsyncIterator, Iterator
from typing import Any

from llm_reference.models.llm import LLM
from llm_reference.models.stop import truncate_at_stop
from llm_reference.runs.chunk import GenerationChunk
from llm_reference.runs.run_manager import AsyncCallbackManagerForLLMRun, CallbackManagerForLLMRun


class EchoLLM(LLM):
    """Answers with the prompt. Every hook calls one function, `_tokens`, so all calls give the same answer."""

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
        """Each word with the space before it. An empty answer is one empty token: a stream needs at least one chunk."""
        return re.findall(r"\s*\S+|\s+", truncate_at_stop(prompt, stop)) or [""]
