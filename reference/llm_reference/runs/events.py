"""The events of `astream_events`, in version v1 and v2. The model runs in its own task, beside the consumer."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol, TypedDict

from llm_reference.aio.closing import aclosing
from llm_reference.aio.tasks import cancel_and_wait
from llm_reference.messages.chunk import AIMessageChunk
from llm_reference.messages.generation import ChatGenerationChunk
from llm_reference.runs.callback_manager import CallbackManager
from llm_reference.runs.chunk import ChunkSum, GenerationChunk
from llm_reference.runs.config import RunnableConfig, ensure_config
from llm_reference.runs.event_queue import EventQueue
from llm_reference.runs.run import UNKNOWN, Run, Tracer


class EventData(TypedDict, total=False):
    """A start event has an input, a stream event has a chunk, an end event has an output."""

    input: Any
    chunk: Any
    output: Any


class StreamEvent(TypedDict):
    """One event of one run. All events of a run have the same `run_id`."""

    event: str
    name: str
    run_id: str
    tags: list[str]
    metadata: dict[str, Any]
    data: EventData
    parent_ids: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class EventFilter:
    """Selects runs: all of them, or those that match at least one `include_`; never one that matches an `exclude_`."""

    include_names: Sequence[str] | None = None
    include_types: Sequence[str] | None = None
    include_tags: Sequence[str] | None = None
    exclude_names: Sequence[str] | None = None
    exclude_types: Sequence[str] | None = None
    exclude_tags: Sequence[str] | None = None

    def passes(self, name: str, kind: str, tags: Sequence[str]) -> bool:
        """Whether a run with this name, type and tags has events."""
        includes = (self.include_names, self.include_types, self.include_tags)
        excludes = (self.exclude_names, self.exclude_types, self.exclude_tags)

        def matches(names: Sequence[str] | None, types: Sequence[str] | None, any_of: Sequence[str] | None) -> bool:
            return name in (names or ()) or kind in (types or ()) or not set(tags).isdisjoint(any_of or ())

        included = all(include is None for include in includes) or matches(*includes)
        return included and not matches(*excludes)


class Streamable(Protocol):
    """What `stream_events` needs of a runnable. Naming `Runnable` here would be an import cycle."""

    @property
    def run_type(self) -> str:
        """Its kind: "chain", "llm", "prompt" or "parser"."""

    def get_name(self) -> str:
        """Return the name of its runs."""

    def astream(self, input: Any, config: RunnableConfig | None = None, **kwargs: Any) -> AsyncGenerator[Any, None]:  # noqa: A002
        """Return an asynchronous stream of the output."""


async def stream_events(  # noqa: PLR0917  # everything that defines the call
    runnable: Streamable,
    value: Any,
    config: RunnableConfig | None,
    version: Literal["v1", "v2"],
    event_filter: EventFilter,
    kwargs: dict[str, Any],
) -> AsyncGenerator[StreamEvent, None]:
    """Run `astream` in a task and yield its events, until it ends or the consumer closes the events."""
    if version not in ("v1", "v2"):
        raise NotImplementedError(f"version: expected 'v1' or 'v2', or of a chat model 'v3', got {version!r}")
    queue: EventQueue[StreamEvent] = EventQueue()
    default_root = Run(runnable.run_type, runnable.get_name(), ensure_config(config), value)
    tracer = _EventTracer(queue, value, version, event_filter, default_root)
    traced = ensure_config(config)
    traced["callbacks"] = CallbackManager.of(traced.get("callbacks")).joined([tracer])

    async def work() -> None:
        try:
            async with aclosing(runnable.astream(value, traced, **kwargs)) as chunks:
                async for chunk in chunks:
                    tracer.delivered(chunk)
                    if queue.full:
                        await queue.wait_for_space()
            tracer.complete()
        finally:
            queue.close()

    task = asyncio.create_task(work())
    try:
        while events := await queue.get_all():
            for event in events:
                yield event
        await task  # raises what the model raised, after the events before it
    finally:
        # After `aclose()` or a cancellation the model must stop, in v1 too. langchain-core lets it run on in v1 (S17).
        await cancel_and_wait([task])


class _EventTracer(Tracer):
    """Turns what it traces into events. The root is the first run that starts; its chunks are those of `astream`.

    default_root: the root if the runnable reports no run.
    """

    def __init__(
        self, queue: EventQueue[StreamEvent], value: Any, version: str, event_filter: EventFilter, default_root: Run
    ) -> None:
        self._queue, self._value, self._version, self._filter = queue, value, version, event_filter
        self._root: Run | None = None
        self._default_root = default_root
        self._delivered: ChunkSum[Any] = ChunkSum()
        # The runs that have events, each with its start, stream and end event, which have no data yet.
        self._base_events: dict[Run, dict[str, StreamEvent]] = {}

    def started(self, run: Run) -> None:
        """Emit the start. The input of the root is the value that the caller passed, before any conversion."""
        data: EventData = _input(run) if self._root else {"input": self._value}
        self._root = self._root or run
        if self._filter.passes(run.name, run.type, run.tags):
            base = self._base_event(run, run.name, run.tags, run.metadata)
            self._base_events[run] = {
                kind: {**base, "event": f"on_{run.type}_{kind}"} for kind in ("start", "stream", "end")
            }
            self._emit(run, "start", data)

    def token(self, run: Run, token: Any, chunk: Any) -> None:
        """Emit the token of a nested run. The chunks of the root are emitted in `delivered`, reported or not."""
        if run is self._root:
            return
        if run.type == "chat_model":
            message = chunk.message if isinstance(chunk, ChatGenerationChunk) else AIMessageChunk(token)
            self._emit(run, "stream", {"chunk": message})
        else:
            text = str(token)
            self._emit(run, "stream", {"chunk": text if self._version == "v1" else chunk or GenerationChunk(text)})

    def chunk(self, run: Run, chunk: Any) -> None:
        """Emit the chunk of a nested step."""
        if run is not self._root:
            self._emit(run, "stream", {"chunk": chunk})

    def delivered(self, chunk: Any) -> None:
        """Emit a chunk of the root."""
        self._delivered.add(chunk)
        self._emit(self._root_run(), "stream", {"chunk": chunk})

    def custom(self, run: Run, name: str, data: Any) -> None:
        """Emit a custom event, in v2 only. Filters match its name as name and as type."""
        if self._version == "v2" and self._filter.passes(name, name, run.inheritable_tags):
            base = self._base_event(run, name, run.inheritable_tags, run.inheritable_metadata)
            self._queue.put({**base, "event": "on_custom_event", "data": data})

    def ended(self, run: Run) -> None:
        """Emit the end of a nested run. The end of the root comes after its last chunk, in `complete`.

        The default `astream` yields its only chunk after its run has ended. langchain-core emits the end at once,
        and its v2 has no event for that chunk (S2).
        """
        if run is not self._root:
            output = run.output
            answer = output.text if run.type == "llm" else output.message if run.type == "chat_model" else output
            self._emit(run, "end", {"output": self._output(run, answer), **_input(run)})
            self._base_events.pop(run, None)

    def failed(self, run: Run, error: BaseException) -> None:  # noqa: ARG002  # `astream` raises it
        """Forget the run: there is no event for a failure."""
        if run is not self._root:
            self._base_events.pop(run, None)

    def complete(self) -> None:
        """Emit the end of the root, after its last chunk."""
        root, answer = self._root_run(), self._delivered.value if self._delivered else None
        self._emit(root, "end", {"output": self._output(root, answer)})

    def _root_run(self) -> Run:
        if self._root is None:
            self.started(self._default_root)
        return self._root or self._default_root

    def _base_event(self, run: Run, name: str, tags: list[str], metadata: dict[str, Any]) -> StreamEvent:
        return {
            "event": "",
            "name": name,
            "run_id": str(run.id),
            "tags": tags,
            "metadata": metadata,
            "data": {},
            "parent_ids": run.parent_ids if self._version == "v2" else [],
        }

    def _emit(self, run: Run, kind: str, data: EventData) -> None:
        if base := self._base_events.get(run):
            self._queue.put({**base[kind], "data": data})

    def _output(self, run: Run, answer: Any) -> Any:
        """The `output` of an end event. That of a model is an LLM result, with two exceptions.

        The output of a root in v1 is the sum of its chunks, and that of a chat model in v2 is the message.
        """
        if not run.is_model or (run is self._root and self._version == "v1"):
            return answer
        if run.type == "chat_model" and self._version == "v2":
            return answer
        info = run.output.generation_info if run.output else None
        generation = {"text": answer, "generation_info": info, "type": "Generation"}
        if run.type == "chat_model":
            generation |= {"text": answer.text, "type": type(run.output).__name__, "message": answer}
        result = {"generations": [[generation]], "llm_output": run.llm_output}
        return result if self._version == "v2" else {**result, "run": None, "type": "LLMResult"}


def _input(run: Run) -> EventData:
    """The `input` of a nested run. A step that reads a stream knows its input only at the end."""
    if run.input is UNKNOWN:
        return {}
    key = "prompts" if run.type == "llm" else "messages"
    return {"input": {key: [run.input]} if run.is_model else run.input}
