"""What `astream_events` tells, in both of its versions. The model runs in a task beside the consumer."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypedDict

from llm_reference.aio.closing import aclosing
from llm_reference.aio.tasks import cancel_and_wait
from llm_reference.runs.callbacks import CallbackManager
from llm_reference.runs.chunk import GenerationChunk, add_chunks
from llm_reference.runs.config import RunnableConfig, ensure_config
from llm_reference.runs.event_queue import EventQueue
from llm_reference.runs.run import UNKNOWN, Run, Tracer

if TYPE_CHECKING:
    from llm_reference.runnables.runnable import Runnable


class EventData(TypedDict, total=False):
    """A start has an input, a stream event a chunk, an end an output."""

    input: Any
    chunk: Any
    output: Any


class StreamEvent(TypedDict):
    """One thing that happened in one run; the events of a run share its run_id."""

    event: str
    name: str
    run_id: str
    tags: list[str]
    metadata: dict[str, Any]
    data: EventData
    parent_ids: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class EventFilter:
    """Which runs are told of. Without any `include` all are; with some, those that match one of them."""

    include_names: Sequence[str] | None = None
    include_types: Sequence[str] | None = None
    include_tags: Sequence[str] | None = None
    exclude_names: Sequence[str] | None = None
    exclude_types: Sequence[str] | None = None
    exclude_tags: Sequence[str] | None = None

    def passes(self, name: str, kind: str, tags: Sequence[str]) -> bool:
        """Whether events of this name, type and tags are told; an `exclude` wins over every `include`."""
        includes = (self.include_names, self.include_types, self.include_tags)
        excludes = (self.exclude_names, self.exclude_types, self.exclude_tags)

        def matches(names: Sequence[str] | None, types: Sequence[str] | None, some: Sequence[str] | None) -> bool:
            return name in (names or ()) or kind in (types or ()) or not set(tags).isdisjoint(some or ())

        included = all(include is None for include in includes) or matches(*includes)
        return included and not matches(*excludes)


async def stream_events(  # noqa: PLR0917  # all there is to know of a call
    runnable: "Runnable[Any, Any]",
    value: Any,
    config: RunnableConfig | None,
    version: Literal["v1", "v2"],
    event_filter: EventFilter,
    kwargs: dict[str, Any],
) -> AsyncGenerator[StreamEvent, None]:
    """Run `astream` in a task and yield what the recorder hears of it, until the consumer has all or leaves."""
    if version not in ("v1", "v2"):
        raise NotImplementedError(f"version: expected 'v1' or 'v2', got {version!r}")
    box: EventQueue[StreamEvent] = EventQueue()
    unreported = Run(runnable.run_type, runnable.get_name(), ensure_config(config), value)
    recorder = _EventTracer(box, value, version, event_filter, unreported)
    recorded = ensure_config(config)
    recorded["callbacks"] = CallbackManager.of(recorded.get("callbacks")).joined([recorder])

    async def work() -> None:
        try:
            async with aclosing(runnable.astream(value, recorded, **kwargs)) as chunks:
                async for chunk in chunks:
                    recorder.delivered(chunk)
                    if box.full:
                        await box.wait_for_space()
            recorder.complete()
        finally:
            box.close()

    task = asyncio.create_task(work())
    try:
        while events := await box.get_all():
            for event in events:
                yield event
        await task  # raises what the model raised, after all that came before
    finally:
        # The consumer left, by break, aclose or cancellation: so does the model, in v1 too (not so S17).
        await cancel_and_wait([task])


class _EventTracer(Tracer):
    """Writes down what it sees. The root is the first run that starts; its output are the chunks that the caller gets.

    A runnable that reports no run of its own is told of as the run `unreported`.
    """

    def __init__(
        self, box: EventQueue[StreamEvent], value: Any, version: str, event_filter: EventFilter, unreported: Run
    ) -> None:
        self._queue, self._value, self._version, self._filter = box, value, version, event_filter
        self._root: Run | None = None
        self._unreported = unreported
        self._delivered: list[Any] = []
        # The runs that are told of, each with what all its events share.
        self._frames: dict[Run, StreamEvent] = {}

    def started(self, run: Run) -> None:
        """The input of the root is what the caller passed, in whatever form it reaches the model."""
        data: EventData = {"input": self._value}
        if self._root is None:
            self._root = run
        else:
            data = _input(run)
        if self._filter.passes(run.name, run.type, run.tags):
            self._frames[run] = self._frame(run, run.name, run.tags, run.metadata)
            self._tell(run, "start", data)

    def token(self, run: Run, token: str, chunk: GenerationChunk | None) -> None:
        """The root's chunks are told when they are delivered, whether it reports them or not."""
        if run is not self._root:
            self._tell(run, "stream", {"chunk": token if self._version == "v1" else chunk or GenerationChunk(token)})

    def chunk(self, run: Run, chunk: Any) -> None:
        """The same for a step of a chain."""
        if run is not self._root:
            self._tell(run, "stream", {"chunk": chunk})

    def delivered(self, chunk: Any) -> None:
        """A chunk of the root."""
        self._delivered.append(chunk)
        self._tell(self._known_root(), "stream", {"chunk": chunk})

    def custom(self, run: Run, name: str, data: Any) -> None:
        """An event of v2 with a name of its own, which counts as its type as well."""
        if self._version == "v2" and self._filter.passes(name, name, run.inheritable_tags):
            frame = self._frame(run, name, run.inheritable_tags, run.inheritable_metadata)
            self._queue.put({**frame, "event": "on_custom_event", "data": data})

    def ended(self, run: Run) -> None:
        """The end of the root waits for its last chunk: a fallback's run is over before its only chunk is out.

        langchain-core does not wait, and its v2 is silent about that chunk (S2).
        """
        if run is not self._root:
            answer = run.output.text if run.type == "llm" else run.output
            self._tell(run, "end", {"output": self._output(run, answer), **_input(run)})
            self._frames.pop(run, None)

    def failed(self, run: Run, error: BaseException) -> None:  # noqa: ARG002  # the exception itself tells what it was
        """No event tells of a failure."""
        if run is not self._root:
            self._frames.pop(run, None)

    def complete(self) -> None:
        """All chunks are out."""
        root, answer = self._known_root(), add_chunks(self._delivered) if self._delivered else None
        self._tell(root, "end", {"output": self._output(root, answer)})

    def _known_root(self) -> Run:
        if self._root is None:
            self.started(self._unreported)
        return self._root or self._unreported

    def _frame(self, run: Run, name: str, tags: list[str], metadata: dict[str, Any]) -> StreamEvent:
        return {
            "event": "",
            "name": name,
            "run_id": str(run.id),
            "tags": tags,
            "metadata": metadata,
            "data": {},
            "parent_ids": run.parent_ids if self._version == "v2" else [],
        }

    def _tell(self, run: Run, kind: str, data: EventData) -> None:
        if frame := self._frames.get(run):
            self._queue.put({**frame, "event": f"on_{run.type}_{kind}", "data": data})

    def _output(self, run: Run, answer: Any) -> Any:
        """What a run gave; models have a form of their own, and v1 calls the root's by its text."""
        if run.type != "llm" or (run is self._root and self._version == "v1"):
            return answer
        info = run.output.generation_info if run.output else None
        result = {
            "generations": [[{"text": answer, "generation_info": info, "type": "Generation"}]],
            "llm_output": None,
        }
        return result if self._version == "v2" else {**result, "run": None, "type": "LLMResult"}


def _input(run: Run) -> EventData:
    """The input of a nested run. A step that is fed piece by piece knows it at its end."""
    if run.input is UNKNOWN:
        return {}
    return {"input": {"prompts": [run.input]} if run.type == "llm" else run.input}
