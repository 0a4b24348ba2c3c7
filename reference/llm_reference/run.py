"""One call of one runnable is a run. Here it gets its identity, and those who watch are told how it goes."""

from types import TracebackType
from typing import Any, Self
from uuid import UUID, uuid4

from llm_reference.chunk import GenerationChunk
from llm_reference.config import RunnableConfig


class Watcher:
    """Is told of every run of a call. It rides in `config["callbacks"]`."""

    def started(self, run: "Run") -> None:
        """The input was accepted; the work begins."""

    def token(self, run: "Run", chunk: GenerationChunk) -> None:
        """The model reports a token, just before it yields it."""

    def ended(self, run: "Run") -> None:
        """The answer is complete, in `run.output`."""

    def failed(self, run: "Run", error: BaseException) -> None:
        """The run is over without an answer; GeneratorExit and CancelledError say that the caller left."""


class Run:
    """A context: entering it starts the run, leaving it ends the run, well or badly.

    The config is the run's own, as `merge_configs` makes one.
    """

    def __init__(self, run_type: str, name: str, config: RunnableConfig) -> None:
        self.type = run_type
        self.name = config.get("run_name") or name
        self.id: UUID = config.get("run_id") or uuid4()
        self.tags = config.get("tags") or []
        self.metadata = config.get("metadata") or {}
        self.watchers = [watcher for watcher in config.get("callbacks") or () if isinstance(watcher, Watcher)]
        self.output: Any = None

    def __enter__(self) -> Self:
        for watcher in self.watchers:
            watcher.started(self)
        return self

    def __exit__(
        self, _type: type[BaseException] | None, error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        for watcher in self.watchers:
            if error is None:
                watcher.ended(self)
            else:
                watcher.failed(self, error)


class CallbackManagerForLLMRun:
    """What a synchronous hook gets as `run_manager`: its way to report tokens."""

    def __init__(self, run: Run) -> None:
        self.run = run

    @property
    def run_id(self) -> UUID:
        """The id of the run that the hook works for."""
        return self.run.id

    def on_llm_new_token(self, token: str, *, chunk: GenerationChunk | None = None, **_kwargs: Any) -> None:
        """Report a token; the chunk says more than its text."""
        for watcher in self.run.watchers:
            watcher.token(self.run, chunk or GenerationChunk(token))


class AsyncCallbackManagerForLLMRun:
    """The same for an asynchronous hook, which awaits its reports."""

    def __init__(self, run: Run) -> None:
        self.run = run

    @property
    def run_id(self) -> UUID:
        """The id of the run that the hook works for."""
        return self.run.id

    def get_sync(self) -> CallbackManagerForLLMRun:
        """The synchronous manager of the same run, for a hook that runs in a thread."""
        return CallbackManagerForLLMRun(self.run)

    async def on_llm_new_token(self, token: str, *, chunk: GenerationChunk | None = None, **_kwargs: Any) -> None:
        """Report a token; the chunk says more than its text."""
        for watcher in self.run.watchers:
            watcher.token(self.run, chunk or GenerationChunk(token))
