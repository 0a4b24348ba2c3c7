"""Events that bear the wrong name, the wrong id or the wrong family: what every reader sorts them by."""

# callers know the first parameter as "input"

from collections.abc import Iterator
from typing import Any, ClassVar
from uuid import UUID

from llm_reference import EchoLLM, RunnableConfig, StreamEvent
from llm_zoo.bases.events import EventDefect, phase
from llm_zoo.defect import defect


@defect(
    "keys-missing",
    story="Events have no parent_ids: a reader that builds a tree of them raises KeyError at the first.",
    citation="EVENT-001",
    caught_by=("events.keys",),
)
class KeysMissing(EventDefect):
    """Leaves out what is empty."""

    def _transform_event(self, event: StreamEvent, _version: str) -> Iterator[Any]:
        yield {key: value for key, value in event.items() if key != "parent_ids"}


@defect(
    "own-event-names",
    story="Tokens are told under the name of the callback, on_llm_new_token: readers that wait for on_llm_stream "
    "show nothing.",
    citation="EVENT-002",
    caught_by=("events.names",),
)
class OwnEventNames(EventDefect):
    """Has a word of its own for it."""

    def _transform_event(self, event: StreamEvent, _version: str) -> Iterator[Any]:
        yield {**event, "event": "on_llm_new_token"} if phase(event) == "stream" else event


@defect(
    "wrong-family",
    story="A string model tells its events as a chat model does: a reader that is set up for one of them hears nothing "
    "of the other.",
    citation="D096: langchain-ai/langchain#29383",
    caught_by=("events.root-type",),
)
class WrongFamily(EchoLLM):
    """Was a chat model once."""

    run_type: ClassVar[str] = "chat_model"


@defect(
    "foreign-run-id",
    story="Tokens are reported with the id of some other run, so nobody knows which answer they belong to.",
    citation="D094: langchain-ai/langchainjs#6661",
    caught_by=("events.order",),
)
class ForeignRunId(EventDefect):
    """Confuses its run with another."""

    def _transform_event(self, event: StreamEvent, _version: str) -> Iterator[Any]:
        yield {**event, "run_id": f"not-{event['run_id']}"} if phase(event) == "stream" else event


@defect(
    "constant-run-id",
    story="Every run has the same id, so the pages of two users who ask at the same time show one mixed answer.",
    citation="D103: microsoft/foundry-local#144, CopilotKit/CopilotKit#3829",
    caught_by=("events.run-id", "events.isolated"),
)
class ConstantRunId(EchoLLM):
    """Makes its id when it is defined, not when it is asked."""

    def _run(self, prompt: str, config: RunnableConfig | None) -> Any:
        config = config or {}
        return super()._run(prompt, {**config, "run_id": config.get("run_id") or UUID(int=1)})


@defect(
    "root-is-its-own-parent",
    story="The run id of the root stands among its own parents: a reader that climbs to the root climbs for ever.",
    citation="D099: langchain-ai/langchain#22637",
    caught_by=("events.parents",),
)
class RootIsItsOwnParent(EventDefect):
    """Counts itself in."""

    def _transform_event(self, event: StreamEvent, version: str) -> Iterator[Any]:
        yield {**event, "parent_ids": [event["run_id"]]} if version == "v2" else event


@defect(
    "parents-in-v1",
    story="Events of v1 tell the parents of a step, which v1 knows nothing of: readers of v1 take the step "
    "for an event of v2, and look for fields that are not there.",
    citation="EVENT-009",
    caught_by=("events.v1-parents",),
)
class ParentsInV1(EventDefect):
    """Mixes two versions: its request is a step of its own."""

    def _transform_event(self, event: StreamEvent, _version: str) -> Iterator[Any]:
        step = {"name": "request", "run_id": f"{event['run_id']}-request", "parent_ids": [event["run_id"]]}
        if phase(event) == "end":
            yield {**event, **step, "event": "on_chain_end"}
        yield event
        if phase(event) == "start":
            yield {**event, **step, "event": "on_chain_start"}


@defect(
    "metadata-grows",
    story="The end of a run has metadata that its start had not: readers that group events by them see two runs.",
    citation="EVENT-010",
    caught_by=("events.constant",),
)
class MetadataGrows(EventDefect):
    """Puts its usage in the wrong place."""

    def _transform_event(self, event: StreamEvent, _version: str) -> Iterator[Any]:
        usage = {"metadata": {**event["metadata"], "usage": {"tokens": 9}}}
        yield {**event, **usage} if phase(event) == "end" else event


@defect(
    "nameless",
    story="The events of the run have an empty name: nobody can pick them out by it, in a filter or with their eyes.",
    citation="CONF-005",
    caught_by=("events.name",),
)
class Nameless(EchoLLM):
    """Has no name."""

    def get_name(self) -> str:
        """None."""
        return ""
