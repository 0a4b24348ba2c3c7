"""Callback handlers that get too few events, too many, late ones or those of another run."""

from collections.abc import AsyncIterator, Iterator
from typing import Any
from uuid import UUID

from llm_reference import LLM, AsyncCallbackManagerForLLMRun, CallbackManagerForLLMRun, EchoLLM, GenerationChunk
from llm_reference.runs.callbacks import LLMResult
from llm_reference.runs.config import RunnableConfig
from llm_reference.runs.run import Run
from llm_zoo.bases.scripted import ScriptedModel
from llm_zoo.defect import defect


class _HandlerWrapper:
    """A wrapper of a callback handler. It passes on every event that a subclass does not override."""

    def __init__(self, handler: Any) -> None:
        self._handler = handler

    def __getattr__(self, name: str) -> Any:
        return getattr(self._handler, name)


class _WrapsHandlers(LLM):
    """Puts `_HandlerWrapper` in front of each callback handler."""

    def _wrapped(self, handler: Any) -> Any:
        return handler

    def _run(self, prompt: str, config: RunnableConfig | None) -> Run:
        run = super()._run(prompt, config)
        run.handlers = [self._wrapped(handler) for handler in run.handlers]
        return run


class _WrappedHandlers(_WrapsHandlers, EchoLLM):
    """An echo with `_HandlerWrapper` in front of each callback handler."""


@defect(
    "end-not-reported",
    story="Handlers get the start of a run and never its end: the cost of the answer is not recorded.",
    citation="D084: langchain-ai/langchain#9424",
    caught_by=("callbacks.start-end",),
)
class EndNotReported(_WrappedHandlers):
    def _wrapped(self, handler: Any) -> Any:
        class Filter(_HandlerWrapper):
            def on_llm_end(self, *_args: Any, **_kwargs: Any) -> None:
                """Drop the event: this is the defect."""

        return Filter(handler)


@defect(
    "tokens-of-another-run",
    story="Tokens are reported under a run id for which handlers never got a start.",
    citation="D094: langchain-ai/langchainjs#6661",
    caught_by=("callbacks.start-end",),
)
class TokensOfAnotherRun(_WrappedHandlers):
    def _wrapped(self, handler: Any) -> Any:
        class OtherRun(_HandlerWrapper):
            def on_llm_new_token(self, *args: Any, **kwargs: Any) -> Any:
                return self._handler.on_llm_new_token(*args, **{**kwargs, "run_id": UUID(int=5)})

        return OtherRun(handler)


@defect(
    "tokens-reported-twice",
    story="The model reports each token, and so does its base class: handlers and events get each token twice.",
    citation="D093: langchain-ai/langchain-aws#144; D097: langchain-ai/langchain#22227",
    caught_by=("callbacks.tokens", "nested.text"),
)
class TokensReportedTwice(EchoLLM):
    def _stream(
        self, prompt: str, stop: Any = None, run_manager: CallbackManagerForLLMRun | None = None, **kwargs: Any
    ) -> Iterator[GenerationChunk]:
        for chunk in super()._stream(prompt, stop, run_manager, **kwargs):
            if run_manager:
                run_manager.on_llm_new_token(chunk.text, chunk=chunk)
            yield chunk

    async def _astream(
        self, prompt: str, stop: Any = None, run_manager: AsyncCallbackManagerForLLMRun | None = None, **kwargs: Any
    ) -> AsyncIterator[GenerationChunk]:
        async for chunk in super()._astream(prompt, stop, run_manager, **kwargs):
            if run_manager:
                await run_manager.on_llm_new_token(chunk.text, chunk=chunk)
            yield chunk


@defect(
    "token-reported-late",
    story="A token is reported only when the consumer requests the next one: handlers lag one token behind and miss "
    "the last.",
    citation="D092: langchain-ai/langchain#16913",
    caught_by=("callbacks.before-chunk",),
)
class TokenReportedLate(EchoLLM):
    def _stream(
        self, prompt: str, stop: Any = None, run_manager: CallbackManagerForLLMRun | None = None, **_kwargs: Any
    ) -> Iterator[GenerationChunk]:
        for token in self._tokens(prompt, stop):
            yield GenerationChunk(text=token)
            if run_manager:
                run_manager.on_llm_new_token(token)

    async def _astream(
        self, prompt: str, stop: Any = None, run_manager: AsyncCallbackManagerForLLMRun | None = None, **_kwargs: Any
    ) -> AsyncIterator[GenerationChunk]:
        for token in self._tokens(prompt, stop):
            yield GenerationChunk(text=token)
            if run_manager:
                await run_manager.on_llm_new_token(token)


@defect(
    "callbacks-not-awaited",
    story="The asynchronous model calls the handler methods without awaiting them: handlers do not get a token.",
    citation="D091: LLukas22/llm-rs-python#32",
    caught_by=("callbacks.awaited",),
)
class CallbacksNotAwaited(EchoLLM):
    async def _astream(
        self, prompt: str, stop: Any = None, run_manager: AsyncCallbackManagerForLLMRun | None = None, **_kwargs: Any
    ) -> AsyncIterator[GenerationChunk]:
        for token in self._tokens(prompt, stop):
            if run_manager:
                run_manager.on_llm_new_token(token)  # type: ignore[unused-coroutine]  # this is the defect
            yield GenerationChunk(text=token)


@defect(
    "run-id-not-passed-to-handlers",
    story="Handlers get a run id that the model generated, whatever `run_id` the config has: the caller cannot find "
    "the run.",
    citation="CONF-007",
    caught_by=("callbacks.run-id",),
)
class RunIdNotPassedToHandlers(_WrappedHandlers):
    def _wrapped(self, handler: Any) -> Any:
        class OtherRunId(_HandlerWrapper):
            def __getattr__(self, name: str) -> Any:
                method = super().__getattr__(name)
                if not name.startswith("on_"):
                    return method

                def report(*args: Any, **kwargs: Any) -> Any:
                    return method(*args, **{**kwargs, "run_id": UUID(int=6)})

                return report

        return OtherRunId(handler)


@defect(
    "early-close-reported-as-end",
    story="When the consumer closes the stream early, handlers get the end of a complete answer.",
    citation="CLOSE-007",
    caught_by=("callbacks.error-on-close",),
)
class EarlyCloseReportedAsEnd(_WrappedHandlers):
    def _wrapped(self, handler: Any) -> Any:
        class ReportsEnd(_HandlerWrapper):
            def on_llm_error(self, _error: BaseException, **kwargs: Any) -> Any:
                return self._handler.on_llm_end(kwargs.pop("response", None), **kwargs)

        return ReportsEnd(handler)


@defect(
    "early-close-not-reported",
    story="When the consumer closes the stream early, the run never ends for the handlers: the text generated so far "
    "is paid for and not counted.",
    citation="D084: BerriAI/litellm#12935",
    caught_by=("callbacks.error-on-close",),
)
class EarlyCloseNotReported(_WrappedHandlers):
    def _wrapped(self, handler: Any) -> Any:
        class Filter(_HandlerWrapper):
            def on_llm_error(self, error: BaseException, **kwargs: Any) -> Any:
                return self._handler.on_llm_error(error, **kwargs) if isinstance(error, Exception) else None

        return Filter(handler)


@defect(
    "failure-reported-as-end",
    story="The end of a run is reported in a `finally`: when the provider fails in the middle of an answer, handlers "
    "get the end of a complete answer, and no trace shows the failure.",
    citation="D144: traceloop/openllmetry#3155",
    caught_by=("callbacks.error-on-failure",),
    script=True,
)
class FailureReportedAsEnd(_WrapsHandlers, ScriptedModel):
    def _wrapped(self, handler: Any) -> Any:
        class ReportsEnd(_HandlerWrapper):
            def on_llm_error(self, error: BaseException, **kwargs: Any) -> Any:
                if isinstance(error, Exception):
                    return self._handler.on_llm_end(kwargs.pop("response", None), **kwargs)
                return self._handler.on_llm_error(error, **kwargs)

        return ReportsEnd(handler)


@defect(
    "end-without-answer",
    story="The end of a run is reported without its generations: the trace of a streamed call has no output.",
    citation="D145: langfuse/langfuse#5245",
    caught_by=("callbacks.end-text",),
)
class EndWithoutAnswer(_WrappedHandlers):
    def _wrapped(self, handler: Any) -> Any:
        class Empty(_HandlerWrapper):
            def on_llm_end(self, _response: Any, **kwargs: Any) -> Any:
                return self._handler.on_llm_end(LLMResult([]), **kwargs)

        return Empty(handler)
