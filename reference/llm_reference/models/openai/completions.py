"""A model behind OpenAI's completions API. The client fetches bytes; `Answer` parses them."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

from llm_reference.models.llm import LLM
from llm_reference.models.openai.answer import Answer
from llm_reference.models.openai.client import OpenAIClient
from llm_reference.runs.chunk import GenerationChunk
from llm_reference.runs.run_manager import AsyncCallbackManagerForLLMRun, CallbackManagerForLLMRun


class OpenAICompletions(OpenAIClient, LLM):
    """A string model: the answer continues the prompt."""

    _path = "/completions"
    _reads = Answer

    model: str = "gpt-3.5-turbo-instruct"

    @property
    def _llm_type(self) -> str:
        return "openai-completions"

    def _call(
        self,
        prompt: str,
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,  # noqa: ARG002  # a whole answer does not report tokens
        **kwargs: Any,
    ) -> str:
        answer: Answer
        with self._open(self._body(prompt, stop, kwargs)) as (answer, packets):
            return answer.text(b"".join(packets))

    async def _acall(
        self,
        prompt: str,
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,  # noqa: ARG002  # as above
        **kwargs: Any,
    ) -> str:
        answer: Answer
        async with self._aopen(self._body(prompt, stop, kwargs)) as (answer, packets):
            return answer.text(b"".join([packet async for packet in packets]))

    def _stream(
        self,
        prompt: str,
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[GenerationChunk]:
        with self._open(self._body(prompt, stop, {**kwargs, "stream": True})) as (answer, packets):
            for packet in packets:
                for chunk in answer.feed(packet):
                    if run_manager:
                        run_manager.on_llm_new_token(chunk.text, chunk=chunk)
                    yield chunk
                if answer.complete:
                    return
            answer.end()

    async def _astream(
        self,
        prompt: str,
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> AsyncIterator[GenerationChunk]:
        async with self._aopen(self._body(prompt, stop, {**kwargs, "stream": True})) as (answer, packets):
            async for packet in packets:
                for chunk in answer.feed(packet):
                    if run_manager:
                        await run_manager.on_llm_new_token(chunk.text, chunk=chunk)
                    yield chunk
                if answer.complete:
                    return
            answer.end()

    def _body(self, prompt: str, stop: list[str] | None, extra: dict[str, Any]) -> bytes:
        return self._request(stop, {**extra, "prompt": prompt})
