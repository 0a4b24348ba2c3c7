"""What the provider says of an answer beside its text, why it ended and what it cost, and what becomes of that."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from typing import Any

from llm_reference import AsyncCallbackManagerForLLMRun, GenerationChunk, StreamEvent
from llm_zoo.bases.chain_events import ChainEventDefect
from llm_zoo.chat_models import EchoChat, MessageChunk
from llm_zoo.defect import defect


class UsageModel(ChainEventDefect):
    """Its last chunk says why it ended. A subclass that overrides nothing is a conforming model."""

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
    story="The last chunk says why the answer ended and what it cost. The end of the run, which logs read, knows "
    "neither: an answer that was cut off looks whole, and costs nothing.",
    citation="D109: langchain-ai/langchain#9431, langchain-ai/langchain-google#342; D106: langchain-ai/langgraph#5878",
    caught_by=("events.generation-info",),
)
class FinishReasonLost(UsageModel):
    """Adds up texts, and nothing else."""

    def _transform_event(self, event: StreamEvent, version: str, _asked: dict[str, Any]) -> Iterator[Any]:
        if version == "v2" and event["event"] == "on_llm_end":
            event["data"]["output"]["generations"][0][0]["generation_info"] = None
        yield event


@dataclass(slots=True)
class _Forgetful(MessageChunk):
    """A chunk that says which model it is of, and whose sum does not."""

    response_metadata: dict[str, Any] = field(default_factory=lambda: {"model": "echo-1"})

    def __add__(self, other: MessageChunk) -> "_Forgetful":
        return _Forgetful(self.content + other.content, {})


@defect(
    "model-name-lost",
    story="Every chunk names the model that it is of, and the message they add up to names none: "
    "the cost of what is streamed is booked to nobody.",
    citation="D114: langchain-ai/langchainjs#11230, langchain-ai/langchain#39861",
    caught_by=("events.generation-info",),
)
class ModelNameLost(EchoChat):
    """Adds up texts, and nothing else."""

    chunk = _Forgetful
