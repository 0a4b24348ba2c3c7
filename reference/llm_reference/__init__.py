"""Streaming language models and chains with the interface of LangChain, written to be read."""

from typing import TYPE_CHECKING, Any

from llm_reference.blocks.async_stream import AsyncChatModelStream
from llm_reference.blocks.stream import ChatModelStream
from llm_reference.messages.chunk import AIMessageChunk
from llm_reference.messages.generation import ChatGeneration, ChatGenerationChunk, ChatResult
from llm_reference.messages.message import AIMessage, BaseMessage, HumanMessage, SystemMessage, ToolMessage
from llm_reference.messages.tool_call import InvalidToolCall, ToolCall, ToolCallChunk
from llm_reference.messages.usage import UsageMetadata
from llm_reference.models.chat_model import BaseChatModel
from llm_reference.models.echo import EchoLLM
from llm_reference.models.echo_chat import EchoChatModel
from llm_reference.models.llm import LLM
from llm_reference.models.one_chunk import OneChunkLLM
from llm_reference.models.one_chunk_chat import OneChunkChatModel
from llm_reference.models.openai.error import IncompleteAnswerError, ProviderError
from llm_reference.runnables.binding import RunnableBinding
from llm_reference.runnables.fallbacks import RunnableWithFallbacks
from llm_reference.runnables.function import RunnableLambda
from llm_reference.runnables.generator import RunnableGenerator
from llm_reference.runnables.parallel import AddableDict, RunnableParallel
from llm_reference.runnables.parser import StrOutputParser
from llm_reference.runnables.passthrough import RunnableAssign, RunnablePassthrough
from llm_reference.runnables.prompt import PromptTemplate, StringPromptValue
from llm_reference.runnables.retry import RunnableRetry
from llm_reference.runnables.runnable import Runnable
from llm_reference.runnables.sequence import RunnableSequence
from llm_reference.runnables.tool_parser import JsonOutputKeyToolsParser
from llm_reference.runs.callback_manager import CallbackManager
from llm_reference.runs.callbacks import AsyncCallbackHandler, BaseCallbackHandler, LLMResult
from llm_reference.runs.chunk import GenerationChunk
from llm_reference.runs.config import RunnableConfig
from llm_reference.runs.events import EventData, StreamEvent
from llm_reference.runs.run_manager import (
    AsyncCallbackManagerForChainRun,
    AsyncCallbackManagerForLLMRun,
    CallbackManagerForChainRun,
    CallbackManagerForLLMRun,
    adispatch_custom_event,
    dispatch_custom_event,
)

if TYPE_CHECKING:
    from llm_reference.models.openai.chat import OpenAIChat
    from llm_reference.models.openai.completions import OpenAICompletions

__all__ = [
    "LLM",
    "AIMessage",
    "AIMessageChunk",
    "AddableDict",
    "AsyncCallbackHandler",
    "AsyncCallbackManagerForChainRun",
    "AsyncCallbackManagerForLLMRun",
    "AsyncChatModelStream",
    "BaseCallbackHandler",
    "BaseChatModel",
    "BaseMessage",
    "CallbackManager",
    "CallbackManagerForChainRun",
    "CallbackManagerForLLMRun",
    "ChatGeneration",
    "ChatGenerationChunk",
    "ChatModelStream",
    "ChatResult",
    "EchoChatModel",
    "EchoLLM",
    "EventData",
    "GenerationChunk",
    "HumanMessage",
    "IncompleteAnswerError",
    "InvalidToolCall",
    "JsonOutputKeyToolsParser",
    "LLMResult",
    "OneChunkChatModel",
    "OneChunkLLM",
    "OpenAIChat",
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
    "SystemMessage",
    "ToolCall",
    "ToolCallChunk",
    "ToolMessage",
    "UsageMetadata",
    "adispatch_custom_event",
    "dispatch_custom_event",
]


def __getattr__(name: str) -> Any:
    """Import `OpenAICompletions` and `OpenAIChat` on first use: they are the only models that need httpx."""
    # ruff: noqa: PLC0415  # see above
    if name == "OpenAICompletions":
        from llm_reference.models.openai.completions import OpenAICompletions

        return OpenAICompletions
    if name == "OpenAIChat":
        from llm_reference.models.openai.chat import OpenAIChat

        return OpenAIChat
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
