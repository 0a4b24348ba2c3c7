"""Events with a wrong name, id or type."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from llm_reference import EchoLLM, RunnableConfig, StreamEvent
from llm_zoo.bases.events import EventDefect, phase
from llm_zoo.defect import defect


@defect(
    "parent-ids-missing",
    story="Events lack `parent_ids`: a consumer that builds a tree of runs gets KeyError at the first event.",
    citation="EVENT-001",
    caught_by=("events.keys",),
)
class ParentIdsMissing(EventDefect):
    def _transform_event(self, event: StreamEvent, _version: str) -> Iterator[Any]:
        yield {key: value for key, value in event.items() if key != "parent_ids"}


@defect(
    "nonstandard-event-names",
    story="Stream events are named after the callback, `on_llm_new_token`: consumers that wait for `on_llm_stream` "
    "show nothing.",
    citation="EVENT-002",
    caught_by=("events.names",),
)
class NonstandardEventNames(EventDefect):
    def _transform_event(self, event: StreamEvent, _version: str) -> Iterator[Any]:
        yield {**event, "event": "on_llm_new_token"} if phase(event) == "stream" else event


@defect(
    "wrong-run-type",
    story="A string model emits the events of a chat model: a consumer that handles only one of the two types ignores "
    "them.",
    citation="D096: langchain-ai/langchain#29383",
    caught_by=("events.root-type",),
    also_fails={
        "filters.types": "the filters go by the type of the run, the names of the events say another",
        "filters.exclude": "as above",
    },
)
class WrongRunType(EventDefect):
    def _transform_event(self, event: StreamEvent, _version: str) -> Iterator[Any]:
        yield {**event, "event": event["event"].replace("on_llm_", "on_chat_model_")}


@defect(
    "foreign-run-id",
    story="Stream events carry the id of another run: a consumer cannot assign tokens to an answer.",
    citation="D094: langchain-ai/langchainjs#6661",
    caught_by=("events.order",),
)
class ForeignRunId(EventDefect):
    def _transform_event(self, event: StreamEvent, _version: str) -> Iterator[Any]:
        yield {**event, "run_id": f"not-{event['run_id']}"} if phase(event) == "stream" else event


@defect(
    "constant-run-id",
    story="Every run has the same id: the pages of two simultaneous users show one mixed answer.",
    citation="D103: microsoft/foundry-local#144, CopilotKit/CopilotKit#3829",
    caught_by=("events.run-id", "events.isolated"),
)
class ConstantRunId(EchoLLM):
    def _run(self, prompt: str, config: RunnableConfig | None) -> Any:
        config = config or {}
        return super()._run(prompt, {**config, "run_id": config.get("run_id") or UUID(int=1)})


@defect(
    "root-is-its-own-parent",
    story="The run id of the root is among its own parents: a consumer that follows the parents up to the root loops "
    "forever.",
    citation="D099: langchain-ai/langchain#22637",
    caught_by=("events.parents",),
)
class RootIsItsOwnParent(EventDefect):
    def _transform_event(self, event: StreamEvent, version: str) -> Iterator[Any]:
        yield {**event, "parent_ids": [event["run_id"]]} if version == "v2" else event


@defect(
    "parents-in-v1",
    story="Events of v1 carry `parent_ids`, which are not defined for v1: consumers take them for events of v2 and "
    "look for fields that are missing.",
    citation="EVENT-009",
    caught_by=("events.v1-parents",),
)
class ParentsInV1(EventDefect):
    def _transform_event(self, event: StreamEvent, _version: str) -> Iterator[Any]:
        step = {"name": "request", "run_id": f"{event['run_id']}-request", "parent_ids": [event["run_id"]]}
        if phase(event) == "end":
            yield {**event, **step, "event": "on_chain_end"}
        yield event
        if phase(event) == "start":
            yield {**event, **step, "event": "on_chain_start"}


@defect(
    "metadata-grows",
    story="The end event of a run has metadata that its start event does not have: a consumer that groups events by "
    "metadata sees two runs.",
    citation="EVENT-010",
    caught_by=("events.constant",),
)
class MetadataGrows(EventDefect):
    def _transform_event(self, event: StreamEvent, _version: str) -> Iterator[Any]:
        usage = {"metadata": {**event["metadata"], "usage": {"tokens": 9}}}
        yield {**event, **usage} if phase(event) == "end" else event


@defect(
    "empty-run-name",
    story="The events of the run have an empty name: neither a filter nor a reader can find the run by its name.",
    citation="CONF-005",
    caught_by=("events.name",),
)
class EmptyRunName(EchoLLM):
    def get_name(self) -> str:
        return ""
