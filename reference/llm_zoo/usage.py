"""Models that lose the finish reason, the usage or the model name of an answer."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from typing import Any

from llm_reference import AsyncCallbackManagerForLLMRun, GenerationChunk, StreamEvent
from llm_zoo.bases.chain_events import ChainEventDefect
from llm_zoo.chat_models import EchoChat, MessageChunk
from llm_zoo.defect import defect


class UsageModel(ChainEventDefect):
    """Its last chunk carries the finish reason and the usage. A subclass without overrides is a conforming model."""

    async def _astream(
        self, prompt: str, stop: Any = None, run_manager: AsyncCallbackManagerForLLMRun | None = None, **_kwargs: Any
    ) -> AsyncIterator[GenerationChunk]:
        tokens = self._tokens(prompt, stop)
        account = {"finish_reason": "stop", "usage": {"tokens": len(tokens)}}
        for left, text in enumerate(tokens, 1 - len(tokens)):
            chunk = GenerationChunk(text, None if left else account)
            if run_manager:
                await run_manager.on_llm_new_token(text, chunk=chunk)
            yield chunk


@defect(
    "finish-reason-lost",
    story="The last chunk carries the finish reason and the usage, but the end event of the run carries neither: in "
    "the logs a truncated answer looks complete and free of charge.",
    citation="D109: langchain-ai/langchain#9431, langchain-ai/langchain-google#342; D106: langchain-ai/langgraph#5878",
    caught_by=("events.generation-info",),
)
class FinishReasonLost(UsageModel):
    def _transform_event(self, event: StreamEvent, version: str, _kwargs: dict[str, Any]) -> Iterator[Any]:
        if version == "v2" and event["event"] == "on_llm_end":
            event["data"]["output"]["generations"][0][0]["generation_info"] = None
        yield event


@dataclass(slots=True)
class _LosesModelName(MessageChunk):
    """A chunk that names its model; the sum of two chunks does not."""

    response_metadata: dict[str, Any] = field(default_factory=lambda: {"model": "echo-1"})

    def __add__(self, other: MessageChunk) -> "_LosesModelName":
        return _LosesModelName(self.content + other.content, {})


@defect(
    "model-name-lost",
    story="Every chunk names its model, but the message that the chunks add up to does not: the cost of streamed "
    "answers is not assigned to a model.",
    citation="D114: langchain-ai/langchainjs#11230, langchain-ai/langchain#39861",
    caught_by=("events.generation-info",),
)
class ModelNameLost(EchoChat):
    chunk = _LosesModelName
