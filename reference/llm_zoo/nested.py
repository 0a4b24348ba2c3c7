"""Models that work alone, but not as a step of a chain."""

# ruff: noqa: A002  # callers pass the first parameter as "input"

from collections.abc import AsyncIterator, Iterator
from typing import Any

from llm_reference import AsyncCallbackManagerForLLMRun, CallbackManager, EchoLLM, GenerationChunk, StreamEvent
from llm_reference.runs.callback_manager import ParentRun
from llm_reference.runs.config import RunnableConfig
from llm_reference.runs.run import Run
from llm_zoo.bases.chain_events import ChainEventDefect
from llm_zoo.defect import defect


def parent_of(config: RunnableConfig | None) -> ParentRun | None:
    """The run that a call with this config belongs to."""
    return CallbackManager.of((config or {}).get("callbacks")).parent


@defect(
    "raises-in-chain",
    story="The model manages its own trace and raises when a call already belongs to a run: it works alone, but not in "
    "a chain.",
    citation="EVENT-004",
    caught_by=("nested.completes",),
)
class RaisesInChain(EchoLLM):
    def _run(self, prompt: str, config: RunnableConfig | None) -> Run:
        if parent_of(config):
            raise RuntimeError("a trace is already active")
        return super()._run(prompt, config)


class _NoEnd(Run):
    """A run that reports errors, but not its end."""

    def _finish(self, error: BaseException | None) -> None:
        if error is not None:
            super()._finish(error)


@defect(
    "end-missing-in-chain",
    story="In a chain the events of the model have a start but not an end; outside a chain they have both.",
    citation="D095: langchain-ai/langchain#24659",
    caught_by=("nested.balance",),
)
class EndMissingInChain(EchoLLM):
    def _run(self, prompt: str, config: RunnableConfig | None) -> Run:
        if parent_of(config):
            return _NoEnd(self.run_type, self.get_name(), config or {}, prompt)
        return super()._run(prompt, config)


class _ParentsReversed(Run):
    @property
    def parent_ids(self) -> list[str]:
        """The ids from the parent to the root."""
        return super().parent_ids[::-1]


@defect(
    "parents-reversed",
    story="`parent_ids` run from the parent to the root instead of from the root to the parent: a trace shows the tree "
    "upside down.",
    citation="D099: langchain-ai/langchain#22637",
    caught_by=("nested.parents",),
)
class ParentsReversed(EchoLLM):
    def _run(self, prompt: str, config: RunnableConfig | None) -> Run:
        return _ParentsReversed(self.run_type, self.get_name(), config or {}, prompt)


@defect(
    "first-token-lost-in-chain",
    story="In a chain the model takes the first token for an echo of the prompt and drops it.",
    citation="EVENT-014",
    caught_by=("nested.parity",),
)
class FirstTokenLostInChain(EchoLLM):
    async def _astream(
        self, prompt: str, stop: Any = None, run_manager: AsyncCallbackManagerForLLMRun | None = None, **_kwargs: Any
    ) -> AsyncIterator[GenerationChunk]:
        tokens = self._tokens(prompt, stop)
        for token in tokens[1:] if run_manager and run_manager.parent_run_id else tokens:
            if run_manager:
                await run_manager.on_llm_new_token(token)
            yield GenerationChunk(text=token)


@defect(
    "metadata-in-chain-raises",
    story="The model treats metadata from a chain as a conflict with its own: the call raises in such a chain.",
    citation="CONF-003",
    caught_by=("nested.completes",),
)
class MetadataInChainRaises(EchoLLM):
    def _run(self, prompt: str, config: RunnableConfig | None) -> Run:
        if parent_of(config) and (config or {}).get("metadata"):
            raise ValueError("metadata was given by the chain and by the model")
        return super()._run(prompt, config)


@defect(
    "tags-not-inherited",
    story="In a chain the events of the model carry only the tags of their step: a filter by the tags of the call does "
    "not find them.",
    citation="D101: langchain-ai/langchain#33903",
    caught_by=("nested.tags",),
)
class TagsNotInherited(EchoLLM):
    def _run(self, prompt: str, config: RunnableConfig | None) -> Run:
        run = super()._run(prompt, config)
        if run.parent:
            run.tags = [tag for tag in run.tags if tag not in run.inheritable_tags]
        return run


@defect(
    "metadata-not-inherited",
    story="In a chain the events of the model lack the metadata of the call: the run cannot be assigned to a user.",
    citation="D101: langchain-ai/langchain#33903",
    caught_by=("nested.metadata",),
)
class MetadataNotInherited(EchoLLM):
    def _run(self, prompt: str, config: RunnableConfig | None) -> Run:
        run = super()._run(prompt, config)
        if run.parent:
            run.metadata = {}
        return run


@defect(
    "run-name-inherited",
    story="The run name of a chain is applied to the model in it as well: the two runs cannot be distinguished.",
    citation="CONF-004",
    caught_by=("nested.run-name",),
)
class RunNameInherited(EchoLLM):
    def _run(self, prompt: str, config: RunnableConfig | None) -> Run:
        run = super()._run(prompt, config)
        above: Any = run.parent
        while above and above.parent:
            above = above.parent
        if above and above.name == "named run":
            run.name = above.name
        return run


@defect(
    "failure-is-empty-in-chain",
    story="In a chain a failure of the model becomes an empty answer: the chain continues as if the model had "
    "succeeded.",
    citation="EVENT-015",
    caught_by=("nested.raises",),
)
class FailureIsEmptyInChain(EchoLLM):
    async def atransform(self, input: AsyncIterator[Any], config: RunnableConfig | None = None, **kwargs: Any) -> Any:
        try:
            async for chunk in super().atransform(input, config, **kwargs):
                yield chunk
        except ValueError:
            yield ""


@defect(
    "nested-output-in-nonstandard-dict",
    story="In v1 the output of a model in a chain is a dict with the text under a nonstandard key: consumers that read "
    "the standard format find nothing.",
    citation="SHAPE-001",
    caught_by=("shapes.v1-nested",),
)
class NestedOutputInNonstandardDict(ChainEventDefect):
    def _transform_event(self, event: StreamEvent, version: str, _kwargs: dict[str, Any]) -> Iterator[Any]:
        if version == "v1" and event["event"] == "on_llm_end":
            text = event["data"]["output"]["generations"][0][0]["text"]
            event["data"]["output"] = {"text": text, "model": "echo"}
        yield event


@defect(
    "nested-input-single-prompt",
    story="In v2 the input of a model in a chain is a dict with one prompt, where consumers read a list of prompts.",
    citation="SHAPE-001",
    caught_by=("shapes.v2-nested",),
)
class NestedInputSinglePrompt(ChainEventDefect):
    def _transform_event(self, event: StreamEvent, version: str, _kwargs: dict[str, Any]) -> Iterator[Any]:
        if version == "v2" and event["event"] == "on_llm_start":
            event["data"]["input"] = {"prompt": event["data"]["input"]["prompts"][0]}
        yield event


@defect(
    "filter-hides-end",
    story="With a filter by type, the end event of the model's run is missing.",
    citation="FILTER-004",
    caught_by=("filters.nested",),
)
class FilterHidesEnd(ChainEventDefect):
    def _transform_event(self, event: StreamEvent, _version: str, kwargs: dict[str, Any]) -> Iterator[Any]:
        if not (kwargs.get("include_types") and event["event"] == "on_llm_end"):
            yield event


@defect(
    "filter-changes-input",
    story="The first event that passes a filter carries the input of the chain instead of its own.",
    citation="FILTER-005",
    caught_by=("filters.own-input",),
)
class FilterChangesInput(ChainEventDefect):
    def _transform_event(self, event: StreamEvent, _version: str, kwargs: dict[str, Any]) -> Iterator[Any]:
        if kwargs.get("include_types") and event["event"] == "on_llm_start":
            event["data"]["input"] = event["data"]["input"]["prompts"][0]
        yield event
