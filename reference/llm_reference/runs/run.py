"""One call of one runnable is a run. Here it gets its identity, and those who listen are told how it goes."""

from collections.abc import Iterable, Mapping
from types import TracebackType
from typing import Any, Final, Self, TypeVar
from uuid import UUID, uuid4

from llm_reference.runs.callbacks import CallbackManager, LLMResult, adispatch, dispatch
from llm_reference.runs.chunk import GenerationChunk, add_chunks
from llm_reference.runs.config import RunnableConfig

T = TypeVar("T")
HandlerCall = tuple[str, tuple[Any, ...], dict[str, Any]]

# The input of a step that is fed piece by piece, until the last piece is there.
UNKNOWN: Final[Any] = {"input": ""}


class Tracer:
    """A handler of this library's own: it is handed the run itself, at once, in whatever thread that is."""

    def started(self, run: "Run") -> None:
        """The input was accepted; the work begins."""

    def token(self, run: "Run", token: str, chunk: GenerationChunk | None) -> None:
        """The model reports a token, just before it yields it."""

    def chunk(self, run: "Run", chunk: Any) -> None:
        """A step of a chain is about to yield a piece of its output."""

    def custom(self, run: "Run", name: str, data: Any) -> None:
        """Somebody inside the run has something to say."""

    def ended(self, run: "Run") -> None:
        """The answer is complete, in `run.output`."""

    def failed(self, run: "Run", error: BaseException) -> None:
        """The run is over without an answer; GeneratorExit and CancelledError say that the caller left."""


class Run:
    """A context, of either kind: entering it starts the run, leaving it ends the run, well or badly.

    value: the input, if it is known by now.
    tags, metadata, callbacks: the runnable's own. They are not handed on; those of the config are.
    """

    def __init__(
        self,
        run_type: str,
        name: str,
        config: RunnableConfig,
        value: Any = UNKNOWN,
        *,
        tags: Iterable[str] | None = None,
        metadata: Mapping[str, Any] | None = None,
        callbacks: Iterable[Any] | None = None,
    ) -> None:
        self.config = config
        manager = CallbackManager.of(config.get("callbacks"))
        self.parent = manager.parent
        self.type = run_type
        self.name = config.get("run_name") or name
        self.id: UUID = config.get("run_id") or uuid4()
        inherited = self.parent.inheritable_tags if self.parent else []
        of_call = config.get("tags") or []
        self.inheritable_tags: list[str] = _united(inherited, of_call)
        self.tags = _united(inherited, [manager.tag] if manager.tag else [], of_call, tags or [])
        of_parent = self.parent.inheritable_metadata if self.parent else {}
        self.inheritable_metadata: dict[str, Any] = {**of_parent, **(config.get("metadata") or {})}
        self.metadata = {**(metadata or {}), **self.inheritable_metadata}
        self._inheritable = manager.handlers
        listening = manager.joined(callbacks).handlers
        self.tracers = [handler for handler in listening if isinstance(handler, Tracer)]
        self.handlers = [handler for handler in listening if not isinstance(handler, Tracer)]
        self.input: Any = value
        self.output: Any = None
        self.traced = bool(listening)
        self._given: list[Any] = []

    @property
    def parent_ids(self) -> list[str]:
        """The ids of the runs that this one is part of, the outermost first."""
        return [*self.parent.parent_ids, str(self.parent.id)] if self.parent else []

    def get_child(self, tag: str | None = None) -> CallbackManager:
        """The callbacks for what this run calls."""
        return CallbackManager(self._inheritable, self, tag)

    def child_config(self, tag: str | None = None) -> RunnableConfig:
        """The config for what this run calls; a run's name and id are its own."""
        return {**self.config, "run_name": None, "run_id": None, "callbacks": self.get_child(tag)}

    def emit(self, chunk: T) -> T:
        """A chunk that is about to be given; if anybody listens, the output is known when the run is over."""
        if self.traced:
            self._given.append(chunk)
        return chunk

    def __enter__(self) -> Self:
        for tracer in self.tracers:
            tracer.started(self)
        dispatch(self.handlers, *self._start())
        return self

    async def __aenter__(self) -> Self:
        for tracer in self.tracers:
            tracer.started(self)
        await adispatch(self.handlers, *self._start())
        return self

    def __exit__(
        self, _type: type[BaseException] | None, error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._finish(error)
        dispatch(self.handlers, *self._end(error))

    async def __aexit__(
        self, _type: type[BaseException] | None, error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._finish(error)
        await adispatch(self.handlers, *self._end(error))

    def _finish(self, error: BaseException | None) -> None:
        if self._given:
            self.output = add_chunks(self._given)
        for tracer in self.tracers:
            if error is None:
                tracer.ended(self)
            else:
                tracer.failed(self, error)

    def _start(self) -> HandlerCall:
        words = {**self.about(), "metadata": self.metadata, "name": self.name}
        if self.type == "llm":
            return "on_llm_start", ({"name": self.name}, [self.input]), words
        return "on_chain_start", ({"name": self.name}, self.input), {**words, "run_type": self.type}

    def _end(self, error: BaseException | None) -> HandlerCall:
        if self.type == "llm":
            result = LLMResult([[self.output]] if self.output else [])
            if error is None:
                return "on_llm_end", (result,), self.about()
            return "on_llm_error", (error,), {**self.about(), "response": result}
        words = {**self.about(), "inputs": self.input}
        return ("on_chain_end", (self.output,), words) if error is None else ("on_chain_error", (error,), words)

    def about(self) -> dict[str, Any]:
        """What every handler is told of the run."""
        return {"run_id": self.id, "parent_run_id": self.parent.id if self.parent else None, "tags": self.tags}


def _united(*groups: Iterable[str]) -> list[str]:
    """The tags of all groups; one that is said twice stands where it was said last."""
    tags = [tag for group in groups for tag in group]
    return list(dict.fromkeys(reversed(tags)))[::-1]
