"""What a run hands to the code that does its work, as `run_manager`: a way to report, and the callbacks for calls."""

from typing import Any
from uuid import UUID

from llm_reference.runs.callbacks import CallbackManager, adispatch, dispatch
from llm_reference.runs.chunk import GenerationChunk
from llm_reference.runs.config import RunnableConfig, ensure_config
from llm_reference.runs.run import HandlerCall, Run


class RunManager:
    """Knows the run that the code works for."""

    def __init__(self, run: Run) -> None:
        self.run = run

    @property
    def run_id(self) -> UUID:
        """The id of the run."""
        return self.run.id

    @property
    def parent_run_id(self) -> UUID | None:
        """The id of the run that this one is part of."""
        return self.run.parent.id if self.run.parent else None

    @property
    def tags(self) -> list[str]:
        """The tags of the run."""
        return self.run.tags

    @property
    def metadata(self) -> dict[str, Any]:
        """The metadata of the run."""
        return self.run.metadata

    def _new_token(self, token: str, chunk: GenerationChunk | None, more: dict[str, Any]) -> HandlerCall:
        return "on_llm_new_token", (token,), {**self.run.about(), "chunk": chunk, **more}


class CallbackManagerForLLMRun(RunManager):
    """For a synchronous hook of a model."""

    def on_llm_new_token(self, token: str, *, chunk: GenerationChunk | None = None, **kwargs: Any) -> None:
        """Report a token, before it is yielded; the chunk says more than its text."""
        for tracer in self.run.tracers:
            tracer.token(self.run, token, chunk)
        if self.run.handlers:
            dispatch(self.run.handlers, *self._new_token(token, chunk, kwargs))


class AsyncCallbackManagerForLLMRun(RunManager):
    """For an asynchronous hook of a model, which awaits its reports."""

    def get_sync(self) -> CallbackManagerForLLMRun:
        """The manager of the same run for a hook that works in a thread."""
        return CallbackManagerForLLMRun(self.run)

    async def on_llm_new_token(self, token: str, *, chunk: GenerationChunk | None = None, **kwargs: Any) -> None:
        """Report a token, before it is yielded; the chunk says more than its text."""
        for tracer in self.run.tracers:
            tracer.token(self.run, token, chunk)
        if self.run.handlers:
            await adispatch(self.run.handlers, *self._new_token(token, chunk, kwargs))


class CallbackManagerForChainRun(RunManager):
    """For a function or a generator in a chain: what it calls with these callbacks is a part of its run."""

    def get_child(self, tag: str | None = None) -> CallbackManager:
        """The callbacks for a call."""
        return self.run.get_child(tag)


class AsyncCallbackManagerForChainRun(CallbackManagerForChainRun):
    """The same for asynchronous code."""

    def get_sync(self) -> CallbackManagerForChainRun:
        """The manager of the same run for code that works in a thread."""
        return CallbackManagerForChainRun(self.run)


def dispatch_custom_event(name: str, data: Any, *, config: RunnableConfig | None = None) -> None:
    """Tell of something from inside a run: `on_custom_event` of the handlers, and an event in `astream_events` v2.

    Raises RuntimeError outside of any run.
    """
    run = _run_of(config)
    dispatch(run.handlers, *_said(run, name, data))


async def adispatch_custom_event(name: str, data: Any, *, config: RunnableConfig | None = None) -> None:
    """The same from asynchronous code."""
    run = _run_of(config)
    await adispatch(run.handlers, *_said(run, name, data))


def _run_of(config: RunnableConfig | None) -> Run:
    run = CallbackManager.of(ensure_config(config).get("callbacks")).parent
    if run is None:
        raise RuntimeError("a custom event needs a run to belong to: call this inside one, or give its config")
    return run


def _said(run: Run, name: str, data: Any) -> HandlerCall:
    for tracer in run.tracers:
        tracer.custom(run, name, data)
    words = {"run_id": run.id, "tags": run.inheritable_tags, "metadata": run.inheritable_metadata}
    return "on_custom_event", (name, data), words
