"""What `astream_events` tells, in both of its versions. The model runs in a task beside the consumer."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypedDict

from llm_reference.chunk import add_up
from llm_reference.closing import aclosing
from llm_reference.config import RunnableConfig, merge_configs
from llm_reference.mailbox import Mailbox
from llm_reference.run import Run, Watcher

if TYPE_CHECKING:
    from llm_reference.runnable import Runnable


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

    def passes(self, run: Run) -> bool:
        """Whether the events of this run are told; an `exclude` wins over every `include`."""
        includes = (self.include_names, self.include_types, self.include_tags)
        excludes = (self.exclude_names, self.exclude_types, self.exclude_tags)
        included = all(include is None for include in includes) or _matches(run, *includes)
        return included and not _matches(run, *excludes)


def _matches(run: Run, names: Sequence[str] | None, types: Sequence[str] | None, tags: Sequence[str] | None) -> bool:
    """Whether the run has one of the names, types or tags."""
    return run.name in (names or ()) or run.type in (types or ()) or not set(run.tags).isdisjoint(tags or ())


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
    box: Mailbox[StreamEvent] = Mailbox()
    recorded = merge_configs(config, {})
    recorder = _Recorder(box, value, version, event_filter, Run(runnable.run_type, runnable.get_name(), recorded))
    recorded["callbacks"] = [*recorded["callbacks"], recorder]

    async def work() -> None:
        try:
            async with aclosing(runnable.astream(value, recorded, **kwargs)) as chunks:
                async for chunk in chunks:
                    recorder.chunk(chunk)
                    await box.room()
            recorder.complete()
        finally:
            box.close()

    task = asyncio.create_task(work())
    try:
        while events := await box.take():
            for event in events:
                yield event
        await task  # raises what the model raised, after all that came before
    finally:
        # The consumer left, by break, aclose or cancellation: so does the model, in v1 too (not so S17).
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


class _Recorder(Watcher):
    """Makes events of the root run, and of the chunks that come out of it.

    A runnable that reports no run of its own is told of as the run `unreported`.
    """

    def __init__(
        self, box: Mailbox[StreamEvent], value: Any, version: str, event_filter: EventFilter, unreported: Run
    ) -> None:
        self._box, self._value, self._version, self._filter = box, value, version, event_filter
        self._root, self._begun, self._told = unreported, False, False
        self._chunks: list[Any] = []

    def started(self, run: Run) -> None:
        """The input of the root is what the caller passed, in whatever form it reaches the model."""
        if self._begun:
            return
        self._root, self._begun, self._told = run, True, self._filter.passes(run)
        self._frame: StreamEvent = {
            "event": "",
            "name": run.name,
            "run_id": str(run.id),
            "tags": run.tags,
            "metadata": run.metadata,
            "data": {},
            "parent_ids": [],
        }
        self._tell("start", {"input": self._value})

    def chunk(self, chunk: Any) -> None:
        """Every chunk of the root is an event, whether or not the model reported it as a token."""
        if not self._begun:
            self.started(self._root)
        self._chunks.append(chunk)
        self._tell("stream", {"chunk": chunk})

    def complete(self) -> None:
        """The end of the root waits for its last chunk: a fallback's run is over before its only chunk is out.

        langchain-core does not wait, and its v2 is silent about that chunk (S2).
        """
        self.started(self._root)
        self._tell("end", {"output": self._output()})

    def _tell(self, kind: str, data: EventData) -> None:
        if self._told:
            self._box.put({**self._frame, "event": f"on_{self._root.type}_{kind}", "data": data})

    def _output(self) -> Any:
        answer = add_up(self._chunks) if self._chunks else None
        if self._root.type != "llm" or self._version == "v1":
            return answer
        info = self._root.output.generation_info if self._root.output else None
        return {"generations": [[{"text": answer, "generation_info": info, "type": "Generation"}]], "llm_output": None}
