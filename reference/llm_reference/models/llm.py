"""The base class of models. A subclass implements hooks; each call uses the best hook that exists."""

# ruff: noqa: A002  # langchain-core names the parameter "input"

from abc import abstractmethod
from collections.abc import AsyncIterator, Generator, Iterator
from typing import Any, ClassVar

from llm_reference.aio.closing import aclosing, closing
from llm_reference.aio.thread import iterate_in_thread, run_in_thread
from llm_reference.messages.conversion import to_prompt
from llm_reference.models.language_model import BaseLanguageModel
from llm_reference.runnables.runnable import AsyncStream, Stream
from llm_reference.runs.chunk import GenerationChunk
from llm_reference.runs.config import RunnableConfig
from llm_reference.runs.run_manager import AsyncCallbackManagerForLLMRun, CallbackManagerForLLMRun


class LLM(BaseLanguageModel[str]):
    """Takes text and returns text. A subclass implements `_call` and `_llm_type`, and `_stream` to stream.

    | call    | uses                                                                                  |
    |---------|---------------------------------------------------------------------------------------|
    | invoke  | `_call`                                                                               |
    | ainvoke | `_acall`, else `_call` in a thread                                                    |
    | stream  | `_stream`, else one chunk: the whole answer of invoke                                 |
    | astream | `_astream`, else `_stream` in a thread, else one chunk: the whole answer of ainvoke   |
    """

    run_type: ClassVar[str] = "llm"

    @abstractmethod
    def _call(
        self,
        prompt: str,
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> str:
        """Return the answer to the prompt, cut before the first stop word."""

    async def _acall(
        self,
        prompt: str,
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> str:
        """Return the answer without blocking the event loop. The default runs `_call` in a thread."""
        manager = run_manager.get_sync() if run_manager else None
        return await run_in_thread(self._call, prompt, stop=stop, run_manager=manager, **kwargs)

    def _stream(
        self,
        prompt: str,
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[GenerationChunk]:
        """Yield the answer token by token. Override this if the model can stream."""
        raise NotImplementedError

    async def _astream(
        self,
        prompt: str,
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> AsyncIterator[GenerationChunk]:
        """Yield the answer token by token without blocking the event loop. The default runs `_stream` in a thread."""
        manager = run_manager.get_sync() if run_manager else None

        def tokens() -> Generator[GenerationChunk, None, None]:
            yield from self._stream(prompt, stop=stop, run_manager=manager, **kwargs)

        async with aclosing(iterate_in_thread(tokens())) as chunks:
            async for chunk in chunks:
                yield chunk

    def invoke(
        self, input: Any, config: RunnableConfig | None = None, *, stop: list[str] | None = None, **kwargs: Any
    ) -> str:
        """Return the whole answer."""
        prompt = to_prompt(input)
        with self._run(prompt, config) as run:
            text = self._call(prompt, stop=stop, run_manager=CallbackManagerForLLMRun(run), **kwargs)
            run.output = GenerationChunk(text)
        return text

    async def ainvoke(
        self, input: Any, config: RunnableConfig | None = None, *, stop: list[str] | None = None, **kwargs: Any
    ) -> str:
        """Return the whole answer without blocking the event loop."""
        prompt = to_prompt(input)
        async with self._run(prompt, config) as run:
            text = await self._acall(prompt, stop=stop, run_manager=AsyncCallbackManagerForLLMRun(run), **kwargs)
            run.output = GenerationChunk(text)
        return text

    def stream(
        self, input: Any, config: RunnableConfig | None = None, *, stop: list[str] | None = None, **kwargs: Any
    ) -> Stream[str]:
        """Yield the answer token by token. The model generates a token when the consumer calls `next()`."""
        if not self._overrides("_stream"):
            yield self.invoke(input, config, stop=stop, **kwargs)
            return
        prompt = to_prompt(input)
        with self._run(prompt, config) as run:
            hook = self._stream(prompt, stop=stop, run_manager=CallbackManagerForLLMRun(run), **kwargs)
            with closing(hook) as chunks:
                chunk = None
                for chunk in chunks:
                    yield run.emit(chunk).text
            if chunk is None:
                raise ValueError("No generation chunks were returned")

    async def astream(
        self, input: Any, config: RunnableConfig | None = None, *, stop: list[str] | None = None, **kwargs: Any
    ) -> AsyncStream[str]:
        """Yield the answer token by token without blocking the event loop."""
        if not self._overrides("_stream") and not self._overrides("_astream"):
            yield await self.ainvoke(input, config, stop=stop, **kwargs)
            return
        prompt = to_prompt(input)
        async with self._run(prompt, config) as run:
            hook = self._astream(prompt, stop=stop, run_manager=AsyncCallbackManagerForLLMRun(run), **kwargs)
            async with aclosing(hook) as chunks:
                chunk = None
                async for chunk in chunks:
                    yield run.emit(chunk).text
            if chunk is None:
                raise ValueError("No generation chunks were returned")

    def _overrides(self, hook: str) -> bool:
        return getattr(type(self), hook) is not getattr(LLM, hook)
