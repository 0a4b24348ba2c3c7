"""The smallest model that does not stream: its `stream()` yields the whole answer as one chunk."""

# ruff: noqa: ARG002  # all models have the same hook signatures

from typing import Any

from llm_reference.models.llm import LLM
from llm_reference.models.stop import truncate_at_stop
from llm_reference.runs.run_manager import CallbackManagerForLLMRun


class OneChunkLLM(LLM):
    """Answers with the prompt. `_call` is its only hook."""

    @property
    def _llm_type(self) -> str:
        return "one-chunk"

    def _call(
        self,
        prompt: str,
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> str:
        return truncate_at_stop(prompt, stop)
