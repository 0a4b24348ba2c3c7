"""A Runnable-style LLM stack to learn streaming from."""

from typing import TYPE_CHECKING, Any

from llm_reference.callbacks import AsyncCallbackHandler, BaseCallbackHandler, CallbackManager, LLMResult
from llm_reference.chains.binding import RunnableBinding
from llm_reference.chains.fallbacks import RunnableWithFallbacks
from llm_reference.chains.function import RunnableLambda
from llm_reference.chains.generator import RunnableGenerator
from llm_reference.chains.parallel import AddableDict, RunnableParallel
from llm_reference.chains.parser import StrOutputParser
from llm_reference.chains.passthrough import RunnableAssign, RunnablePassthrough
from llm_reference.chains.prompt import PromptTemplate, StringPromptValue
from llm_reference.chains.retry import RunnableRetry
from llm_reference.chains.sequence import RunnableSequence
from llm_reference.chunk import GenerationChunk
from llm_reference.config import RunnableConfig
from llm_reference.echo import EchoLLM
from llm_reference.events import EventData, StreamEvent
from llm_reference.llm import LLM
from llm_reference.one_chunk import OneChunkLLM
from llm_reference.provider.error import IncompleteAnswerError, ProviderError
from llm_reference.run_manager import (
    AsyncCallbackManagerForChainRun,
    AsyncCallbackManagerForLLMRun,
    CallbackManagerForChainRun,
    CallbackManagerForLLMRun,
    adispatch_custom_event,
    dispatch_custom_event,
)
from llm_reference.runnable import Runnable

if TYPE_CHECKING:
    from llm_reference.provider.openai_completions import OpenAICompletions

__all__ = [
    "LLM",
    "AddableDict",
    "AsyncCallbackHandler",
    "AsyncCallbackManagerForChainRun",
    "AsyncCallbackManagerForLLMRun",
    "BaseCallbackHandler",
    "CallbackManager",
    "CallbackManagerForChainRun",
    "CallbackManagerForLLMRun",
    "EchoLLM",
    "EventData",
    "GenerationChunk",
    "IncompleteAnswerError",
    "LLMResult",
    "OneChunkLLM",
    "OpenAICompletions",
    "PromptTemplate",
    "ProviderError",
    "Runnable",
    "RunnableAssign",
    "RunnableBinding",
    "RunnableConfig",
    "RunnableGenerator",
    "RunnableLambda",
    "RunnableParallel",
    "RunnablePassthrough",
    "RunnableRetry",
    "RunnableSequence",
    "RunnableWithFallbacks",
    "StrOutputParser",
    "StreamEvent",
    "StringPromptValue",
    "adispatch_custom_event",
    "dispatch_custom_event",
]


def __getattr__(name: str) -> Any:
    """The one model that needs httpx is imported when it is asked for."""
    if name == "OpenAICompletions":
        from llm_reference.provider.openai_completions import OpenAICompletions  # noqa: PLC0415  # see above

        return OpenAICompletions
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
