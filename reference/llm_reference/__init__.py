"""A Runnable-style LLM stack to learn streaming from."""

from llm_reference.binding import RunnableBinding
from llm_reference.chunk import GenerationChunk
from llm_reference.config import RunnableConfig
from llm_reference.echo import EchoLLM
from llm_reference.events import EventData, StreamEvent
from llm_reference.llm import LLM
from llm_reference.one_chunk import OneChunkLLM
from llm_reference.run import AsyncCallbackManagerForLLMRun, CallbackManagerForLLMRun
from llm_reference.runnable import Runnable

__all__ = [
    "LLM",
    "AsyncCallbackManagerForLLMRun",
    "CallbackManagerForLLMRun",
    "EchoLLM",
    "EventData",
    "GenerationChunk",
    "OneChunkLLM",
    "Runnable",
    "RunnableBinding",
    "RunnableConfig",
    "StreamEvent",
]
