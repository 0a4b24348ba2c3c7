"""One call of a runnable is a run: it has an id, tags and metadata, and reports its start and end to the handlers."""

from collections.abc import Iterable, Mapping
from typing import Any, Final, Self, TypeVar
from uuid import UUID, uuid4

from llm_reference.runs.callback_manager import CallbackManager
from llm_reference.runs.callbacks import LLMResult, adispatch, dispatch
from llm_reference.runs.chunk import ChunkSum
from llm_reference.runs.config import RunnableConfig

T = TypeVar("T")
HandlerCall = tuple[str, tuple[Any, ...], dict[str, Any]]

# The input of a step that reads a stream, until that stream has ended.
UNKNOWN: Final[Any] = {"input": ""}


class Tracer:
    """A handler inside this library. It gets the `Run` itself, synchronously, in the thread that reports."""

    def started(self, run: "Run") -> None:
        """The run starts."""

    def token(self, run: "Run", token: Any, chunk: Any) -> None:
        """A model reports a token, just before it yields the token."""

    def chunk(self, run: "Run", chunk: Any) -> None:
        """A step of a chain is about to yield a chunk of its output."""

    def custom(self, run: "Run", name: str, data: Any) -> None:
        """The code inside the run dispatches a custom event."""

    def ended(self, run: "Run") -> None:
        """The run has finished. Its output is `run.output`."""

    def failed(self, run: "Run", error: BaseException) -> None:
        """The run has failed, or the consumer has closed (`GeneratorExit`) or cancelled (`CancelledError`) the call."""


class Run:
    """A context manager, for `with` and `async with`: it reports the start of the run, then its end or its failure.

    value: the input; `UNKNOWN` if it is a stream that has not ended yet.
    tags, metadata, callbacks: those of the runnable's constructor. Nested runs inherit only those of the config.
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
        inherited_tags = self.parent.inheritable_tags if self.parent else []
        call_tags = config.get("tags") or []
        self.inheritable_tags: list[str] = _merged_tags(inherited_tags, call_tags)
        self.tags = _merged_tags(inherited_tags, [manager.tag] if manager.tag else [], call_tags, tags or [])
        inherited_metadata = self.parent.inheritable_metadata if self.parent else {}
        self.inheritable_metadata: dict[str, Any] = {**inherited_metadata, **(config.get("metadata") or {})}
        self.metadata = {**(metadata or {}), **self.inheritable_metadata}
        self._inheritable_handlers = manager.handlers
        handlers = manager.joined(callbacks).handlers
        self.tracers = [handler for handler in handlers if isinstance(handler, Tracer)]
        self.handlers = [handler for handler in handlers if not isinstance(handler, Tracer)]
        self.input: Any = value
        self.output: Any = None
        self.llm_output: dict[str, Any] | None = None
        self.traced = bool(handlers)
        self._emitted: ChunkSum[Any] = ChunkSum()

    @property
    def is_model(self) -> bool:
        """Whether it is a run of a model. Its input is a prompt text or a list of messages, its output a generation."""
        return self.type in ("llm", "chat_model")

    @property
    def parent_ids(self) -> list[str]:
        """The ids of the runs around this one, outermost first."""
        return [*self.parent.parent_ids, str(self.parent.id)] if self.parent else []

    def get_child(self, tag: str | None = None) -> CallbackManager:
        """Return the callbacks for a nested call. `tag` is the tag of the nested run."""
        return CallbackManager(self._inheritable_handlers, self, tag)

    def child_config(self, tag: str | None = None) -> RunnableConfig:
        """Return the config for a nested call: without the name and id of this run, and with this run as its parent."""
        return {**self.config, "run_name": None, "run_id": None, "callbacks": self.get_child(tag)}

    def emit(self, chunk: T) -> T:
        """Return the chunk. If the run has handlers, add it to the output, which is the sum of the chunks."""
        if self.traced:
            self._emitted.add(chunk)
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

    def __exit__(self, _type: object, error: BaseException | None, _traceback: object) -> None:
        self._finish(error)
        dispatch(self.handlers, *self._end(error))

    async def __aexit__(self, _type: object, error: BaseException | None, _traceback: object) -> None:
        self._finish(error)
        await adispatch(self.handlers, *self._end(error))

    def _finish(self, error: BaseException | None) -> None:
        if self._emitted:
            self.output = self._emitted.value
        for tracer in self.tracers:
            if error is None:
                tracer.ended(self)
            else:
                tracer.failed(self, error)

    def _start(self) -> HandlerCall:
        kwargs = {**self.handler_kwargs(), "metadata": self.metadata, "name": self.name}
        if self.is_model:
            return f"on_{self.type}_start", ({"name": self.name}, [self.input]), kwargs
        return "on_chain_start", ({"name": self.name}, self.input), {**kwargs, "run_type": self.type}

    def _end(self, error: BaseException | None) -> HandlerCall:
        if self.is_model:
            result = LLMResult([[self.output]] if self.output else [], self.llm_output)
            if error is None:
                return "on_llm_end", (result,), self.handler_kwargs()
            return "on_llm_error", (error,), {**self.handler_kwargs(), "response": result}
        kwargs = {**self.handler_kwargs(), "inputs": self.input}
        return ("on_chain_end", (self.output,), kwargs) if error is None else ("on_chain_error", (error,), kwargs)

    def handler_kwargs(self) -> dict[str, Any]:
        """The keyword arguments that every method of a handler gets."""
        return {"run_id": self.id, "parent_run_id": self.parent.id if self.parent else None, "tags": self.tags}


def _merged_tags(*groups: Iterable[str]) -> list[str]:
    """Return the tags of all groups, each once. A repeated tag keeps its last position."""
    tags = [tag for group in groups for tag in group]
    return list(dict.fromkeys(reversed(tags)))[::-1]
