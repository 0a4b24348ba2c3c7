"""A Runnable-style LLM stack to learn streaming from."""

from typing import TYPE_CHECKING, Any

from llm_reference.binding import RunnableBinding
from llm_reference.chunk import GenerationChunk
from llm_reference.config import RunnableConfig
from llm_reference.echo import EchoLLM
from llm_reference.events import EventData, StreamEvent
from llm_reference.llm import LLM
from llm_reference.one_chunk import OneChunkLLM
from llm_reference.provider.error import IncompleteAnswerError, ProviderError
from llm_reference.run import AsyncCallbackManagerForLLMRun, CallbackManagerForLLMRun
from llm_reference.runnable import Runnable

if TYPE_CHECKING:
    from llm_reference.provider.openai_completions import OpenAICompletions

__all__ = [
    "LLM",
    "AsyncCallbackManagerForLLMRun",
    "CallbackManagerForLLMRun",
    "EchoLLM",
    "EventData",
    "GenerationChunk",
    "IncompleteAnswerError",
    "OneChunkLLM",
    "OpenAICompletions",
    "ProviderError",
    "Runnable",
    "RunnableBinding",
    "RunnableConfig",
    "StreamEvent",
]


def __getattr__(name: str) -> Any:
    """The one model that needs httpx is imported when it is asked for."""
    if name == "OpenAICompletions":
        from llm_reference.provider.openai_completions import OpenAICompletions  # noqa: PLC0415  # see above

        return OpenAICompletions
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
