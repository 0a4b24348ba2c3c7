"""The smallest chat model that does not stream: its `stream()` yields the whole answer as one chunk."""

# ruff: noqa: ARG002  # all models have the same hook signatures

from typing import Any

from llm_reference.messages.generation import ChatGeneration, ChatResult
from llm_reference.messages.message import AIMessage, BaseMessage
from llm_reference.models.chat_model import BaseChatModel
from llm_reference.models.stop import truncate_at_stop
from llm_reference.runs.run_manager import CallbackManagerForLLMRun


class OneChunkChatModel(BaseChatModel):
    """Answers with the text of the last message. `_generate` is its only hook."""

    @property
    def _llm_type(self) -> str:
        return "one-chunk-chat"

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        return ChatResult([ChatGeneration(AIMessage(truncate_at_stop(messages[-1].text, stop)))])
