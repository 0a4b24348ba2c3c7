"""The `run_manager` of a hook or function: it reports tokens, and gives nested calls their callbacks."""

from typing import Any
from uuid import UUID

from llm_reference.runs.callback_manager import CallbackManager
from llm_reference.runs.callbacks import adispatch, dispatch
from llm_reference.runs.config import RunnableConfig, ensure_config
from llm_reference.runs.run import HandlerCall, Run


class RunManager:
    """What the managers of all runs share: the attributes of the run."""

    def __init__(self, run: Run) -> None:
        self.run = run

    @property
    def run_id(self) -> UUID:
        """The id of the run."""
        return self.run.id

    @property
    def parent_run_id(self) -> UUID | None:
        """The id of the run around this one; None if it is the outermost."""
        return self.run.parent.id if self.run.parent else None

    @property
    def tags(self) -> list[str]:
        """The tags of the run."""
        return self.run.tags

    @property
    def metadata(self) -> dict[str, Any]:
        """The metadata of the run."""
        return self.run.metadata

    def _new_token(self, token: Any, chunk: Any, extra: dict[str, Any]) -> HandlerCall:
        return "on_llm_new_token", (token,), {**self.run.handler_kwargs(), "chunk": chunk, **extra}


class CallbackManagerForLLMRun(RunManager):
    """The `run_manager` of the synchronous hooks `_call` and `_stream`."""

    def on_llm_new_token(self, token: Any, *, chunk: Any = None, **kwargs: Any) -> None:
        """Report a token before you yield it. `chunk` carries its `generation_info`."""
        run = self.run
        if run.traced:
            for tracer in run.tracers:
                tracer.token(run, token, chunk)
            if run.handlers:
                dispatch(run.handlers, *self._new_token(token, chunk, kwargs))


class AsyncCallbackManagerForLLMRun(RunManager):
    """The `run_manager` of the asynchronous hooks `_acall` and `_astream`."""

    def get_sync(self) -> CallbackManagerForLLMRun:
        """Return the manager of the same run for a hook that runs in a thread."""
        return CallbackManagerForLLMRun(self.run)

    async def on_llm_new_token(self, token: Any, *, chunk: Any = None, **kwargs: Any) -> None:
        """Report a token before you yield it. `chunk` carries its `generation_info`."""
        run = self.run
        if run.traced:
            for tracer in run.tracers:
                tracer.token(run, token, chunk)
            if run.handlers:
                await adispatch(run.handlers, *self._new_token(token, chunk, kwargs))


class CallbackManagerForChainRun(RunManager):
    """The `run_manager` of a function or generator function in a chain."""

    def get_child(self, tag: str | None = None) -> CallbackManager:
        """Return the callbacks for a nested call, which becomes a child of this run."""
        return self.run.get_child(tag)


class AsyncCallbackManagerForChainRun(CallbackManagerForChainRun):
    """The `run_manager` of asynchronous code in a chain."""

    def get_sync(self) -> CallbackManagerForChainRun:
        """Return the manager of the same run for code that runs in a thread."""
        return CallbackManagerForChainRun(self.run)


def dispatch_custom_event(name: str, data: Any, *, config: RunnableConfig | None = None) -> None:
    """Report a custom event of the current run: to `on_custom_event` of its handlers, and to `astream_events` v2.

    Raises RuntimeError outside of a run.
    """
    run = _current_run(config)
    dispatch(run.handlers, *_custom_event(run, name, data))


async def adispatch_custom_event(name: str, data: Any, *, config: RunnableConfig | None = None) -> None:
    """Do the same from asynchronous code."""
    run = _current_run(config)
    await adispatch(run.handlers, *_custom_event(run, name, data))


def _current_run(config: RunnableConfig | None) -> Run:
    run = CallbackManager.of(ensure_config(config).get("callbacks")).parent
    if not isinstance(run, Run):
        raise RuntimeError("a custom event needs a run: call this inside one, or pass its config")  # noqa: TRY004  # absent
    return run


def _custom_event(run: Run, name: str, data: Any) -> HandlerCall:
    for tracer in run.tracers:
        tracer.custom(run, name, data)
    kwargs = {"run_id": run.id, "tags": run.inheritable_tags, "metadata": run.inheritable_metadata}
    return "on_custom_event", (name, data), kwargs
