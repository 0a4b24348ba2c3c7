"""Handlers that are refused, told too little, too much, too late or of another run."""

import json
from collections.abc import AsyncIterator, Iterator
from typing import Any
from uuid import UUID

from llm_reference import AsyncCallbackManagerForLLMRun, CallbackManagerForLLMRun, EchoLLM, GenerationChunk
from llm_reference.runs.config import RunnableConfig
from llm_reference.runs.run import Run
from llm_zoo.defect import defect


class _Between:
    """Stands between the model and a handler; what a subclass does not change, the handler hears itself."""

    def __init__(self, handler: Any) -> None:
        self._handler = handler

    def __getattr__(self, name: str) -> Any:
        return getattr(self._handler, name)


class _Interposed(EchoLLM):
    """Tells its handlers through something."""

    def _between(self, handler: Any) -> Any:
        return handler

    def _run(self, prompt: str, config: RunnableConfig | None) -> Run:
        run = super()._run(prompt, config)
        run.handlers = [self._between(handler) for handler in run.handlers]
        return run


@defect(
    "handlers-refused",
    story="The config of a call is logged as JSON: with a handler in it the call raises.",
    citation="CONF-007",
    caught_by=("callbacks.accepted",),
)
class HandlersRefused(EchoLLM):
    """Was never called with a handler."""

    def _run(self, prompt: str, config: RunnableConfig | None) -> Run:
        handlers = (config or {}).get("callbacks")
        if isinstance(handlers, list):
            json.dumps(handlers)
        return super()._run(prompt, config)


@defect(
    "end-untold",
    story="Handlers hear that the model starts, and never that it has answered: what it cost is not counted.",
    citation="D084: langchain-ai/langchain#9424",
    caught_by=("callbacks.start-end",),
)
class EndUntold(_Interposed):
    """Forgets the last call."""

    def _between(self, handler: Any) -> Any:
        class Deaf(_Between):
            def on_llm_end(self, *_args: Any, **_kwargs: Any) -> None:
                """Nothing."""

        return Deaf(handler)


@defect(
    "tokens-of-another-run",
    story="Tokens are reported under a run id that no start has told of.",
    citation="D094: langchain-ai/langchainjs#6661",
    caught_by=("callbacks.start-end",),
)
class TokensOfAnotherRun(_Interposed):
    """Makes an id up for each report."""

    def _between(self, handler: Any) -> Any:
        class Elsewhere(_Between):
            def on_llm_new_token(self, *args: Any, **kwargs: Any) -> Any:
                """The same token of a run that there is not."""
                return self._handler.on_llm_new_token(*args, **{**kwargs, "run_id": UUID(int=5)})

        return Elsewhere(handler)


@defect(
    "tokens-told-twice",
    story="The model reports each token, and so does what it is built on: handlers and events get each one twice.",
    citation="D093: langchain-ai/langchain-aws#144; D097: langchain-ai/langchain#22227",
    caught_by=("callbacks.tokens", "nested.text"),
)
class TokensToldTwice(EchoLLM):
    """Reports on two levels."""

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
    "token-told-late",
    story="A token is reported when the consumer comes back for the next: handlers lag one behind, and lose the last.",
    citation="D092: langchain-ai/langchain#16913",
    caught_by=("callbacks.before-chunk",),
)
class TokenToldLate(EchoLLM):
    """Yields first."""

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
    "report-not-awaited",
    story="The asynchronous model calls its reports and awaits none: handlers hear no token.",
    citation="D091: LLukas22/llm-rs-python#32",
    caught_by=("callbacks.awaited",),
)
class ReportNotAwaited(EchoLLM):
    """Was copied from the synchronous one."""

    async def _astream(
        self, prompt: str, stop: Any = None, run_manager: AsyncCallbackManagerForLLMRun | None = None, **_kwargs: Any
    ) -> AsyncIterator[GenerationChunk]:
        for token in self._tokens(prompt, stop):
            if run_manager:
                run_manager.on_llm_new_token(token)  # type: ignore[unused-coroutine]  # this is the defect
            yield GenerationChunk(text=token)


@defect(
    "run-id-untold",
    story="Handlers are told an id of the model's own making, whatever the config says: nobody finds the run again.",
    citation="CONF-007",
    caught_by=("callbacks.run-id",),
)
class RunIdUntold(_Interposed):
    """Counts for itself."""

    def _between(self, handler: Any) -> Any:
        class Renamed(_Between):
            def __getattr__(self, name: str) -> Any:
                method = super().__getattr__(name)
                if not name.startswith("on_"):
                    return method

                def told(*args: Any, **kwargs: Any) -> Any:
                    return method(*args, **{**kwargs, "run_id": UUID(int=6)})

                return told

        return Renamed(handler)


@defect(
    "leaving-told-as-an-end",
    story="A consumer that breaks off is told to handlers as an answer that is complete.",
    citation="CLOSE-007",
    caught_by=("callbacks.error-on-close",),
)
class LeavingToldAsAnEnd(_Interposed):
    """Knows one way to end."""

    def _between(self, handler: Any) -> Any:
        class Glossed(_Between):
            def on_llm_error(self, _error: BaseException, **kwargs: Any) -> Any:
                """An end."""
                return self._handler.on_llm_end(kwargs.pop("response", None), **kwargs)

        return Glossed(handler)


@defect(
    "leaving-untold",
    story="A consumer that breaks off leaves a run that never ends for handlers: what was generated until then "
    "is paid for, and nobody counts it.",
    citation="D084: BerriAI/litellm#12935",
    caught_by=("callbacks.error-on-close",),
)
class LeavingUntold(_Interposed):
    """Tells of the ends that it expects."""

    def _between(self, handler: Any) -> Any:
        class Deaf(_Between):
            def on_llm_error(self, error: BaseException, **kwargs: Any) -> Any:
                """A failure; that somebody left is none."""
                return self._handler.on_llm_error(error, **kwargs) if isinstance(error, Exception) else None

        return Deaf(handler)
