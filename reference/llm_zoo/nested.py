"""Models that are right by themselves, and wrong as a step of a chain."""

# ruff: noqa: A002  # callers know the first parameter as "input"

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
    "refuses-to-be-a-step",
    story="The model keeps a trace of its own and raises when a call already belongs to a run: it works alone, and in "
    "no chain.",
    citation="EVENT-004",
    caught_by=("nested.completes",),
)
class RefusesToBeAStep(EchoLLM):
    """Is an only child."""

    def _run(self, prompt: str, config: RunnableConfig | None) -> Run:
        if parent_of(config):
            raise RuntimeError("a trace is already active")
        return super()._run(prompt, config)


class _NoEnd(Run):
    """Tells nobody of its end."""

    def _finish(self, error: BaseException | None) -> None:
        if error is not None:
            super()._finish(error)


@defect(
    "no-end-in-a-chain",
    story="In a chain the events of the model begin and never end; alone they do.",
    citation="D095: langchain-ai/langchain#24659",
    caught_by=("nested.balance",),
)
class NoEndInAChain(EchoLLM):
    """Leaves the end to the chain."""

    def _run(self, prompt: str, config: RunnableConfig | None) -> Run:
        if parent_of(config):
            return _NoEnd(self.run_type, self.get_name(), config or {}, prompt)
        return super()._run(prompt, config)


class _Reversed(Run):
    """Knows its parents the wrong way round."""

    @property
    def parent_ids(self) -> list[str]:
        """From the parent to the root."""
        return super().parent_ids[::-1]


@defect(
    "parents-reversed",
    story="parent_ids lead from the parent to the root.",
    citation="D099: langchain-ai/langchain#22637",
    caught_by=("nested.parents",),
)
class ParentsReversed(EchoLLM):
    """Begins at the wrong end."""

    def _run(self, prompt: str, config: RunnableConfig | None) -> Run:
        return _Reversed(self.run_type, self.get_name(), config or {}, prompt)


@defect(
    "first-token-lost-in-a-chain",
    story="In a chain the first token is taken for the echo of the prompt, and dropped.",
    citation="EVENT-014",
    caught_by=("nested.parity",),
)
class FirstTokenLostInAChain(EchoLLM):
    """Expects chains to repeat the prompt."""

    async def _astream(
        self, prompt: str, stop: Any = None, run_manager: AsyncCallbackManagerForLLMRun | None = None, **_kwargs: Any
    ) -> AsyncIterator[GenerationChunk]:
        tokens = self._tokens(prompt, stop)
        for token in tokens[1:] if run_manager and run_manager.parent_run_id else tokens:
            if run_manager:
                await run_manager.on_llm_new_token(token)
            yield GenerationChunk(text=token)


@defect(
    "metadata-given-twice",
    story="Metadata of its own and metadata from the chain are called a contradiction: a chain with metadata raises.",
    citation="CONF-003",
    caught_by=("nested.completes",),
)
class MetadataGivenTwice(EchoLLM):
    """Wants to be the only source."""

    def _run(self, prompt: str, config: RunnableConfig | None) -> Run:
        if parent_of(config) and (config or {}).get("metadata"):
            raise ValueError("metadata was given by the chain and by the model")
        return super()._run(prompt, config)


@defect(
    "tags-not-inherited",
    story="In a chain the events of the model bear the tag of their step alone; the tags of the call are lost.",
    citation="D101: langchain-ai/langchain#33903",
    caught_by=("nested.tags",),
)
class TagsNotInherited(EchoLLM):
    """Makes a new list."""

    def _run(self, prompt: str, config: RunnableConfig | None) -> Run:
        run = super()._run(prompt, config)
        if run.parent:
            run.tags = [tag for tag in run.tags if tag not in run.inheritable_tags]
        return run


@defect(
    "metadata-not-inherited",
    story="In a chain the events of the model are without the metadata of the call.",
    citation="D101: langchain-ai/langchain#33903",
    caught_by=("nested.metadata",),
)
class MetadataNotInherited(EchoLLM):
    """Makes a new dict."""

    def _run(self, prompt: str, config: RunnableConfig | None) -> Run:
        run = super()._run(prompt, config)
        if run.parent:
            run.metadata = {}
        return run


@defect(
    "run-name-inherited",
    story="The run name of a chain names the model in it as well: nobody can tell the two apart.",
    citation="CONF-004",
    caught_by=("nested.run-name",),
)
class RunNameInherited(EchoLLM):
    """Takes the name of the family."""

    def _run(self, prompt: str, config: RunnableConfig | None) -> Run:
        run = super()._run(prompt, config)
        above: Any = run.parent
        while above and above.parent:
            above = above.parent
        if above and above.name == "named run":
            run.name = above.name
        return run


@defect(
    "failure-is-empty-in-a-chain",
    story="In a chain a failure of the model becomes an empty answer; the chain goes on as if it had succeeded.",
    citation="EVENT-015",
    caught_by=("nested.raises",),
)
class FailureIsEmptyInAChain(EchoLLM):
    """Does not want to be the weakest link."""

    async def atransform(self, input: AsyncIterator[Any], config: RunnableConfig | None = None, **kwargs: Any) -> Any:
        """The chunks, or none."""
        try:
            async for chunk in super().atransform(input, config, **kwargs):
                yield chunk
        except ValueError:
            yield ""


@defect(
    "nested-output-is-a-dict-of-its-own",
    story="In v1 the output of a model in a chain is a dict with the text under a key of its own.",
    citation="SHAPE-001",
    caught_by=("shapes.v1-nested",),
)
class NestedOutputIsADictOfItsOwn(ChainEventDefect):
    """Has its own idea of a result."""

    def _transform_event(self, event: StreamEvent, version: str, _asked: dict[str, Any]) -> Iterator[Any]:
        if version == "v1" and event["event"] == "on_llm_end":
            text = event["data"]["output"]["generations"][0][0]["text"]
            event["data"]["output"] = {"text": text, "model": "echo"}
        yield event


@defect(
    "nested-input-is-a-prompt",
    story="In v2 the input of a model in a chain is a dict with one prompt, where handlers look for a list of prompts.",
    citation="SHAPE-001",
    caught_by=("shapes.v2-nested",),
)
class NestedInputIsAPrompt(ChainEventDefect):
    """Thinks of one prompt at a time."""

    def _transform_event(self, event: StreamEvent, version: str, _asked: dict[str, Any]) -> Iterator[Any]:
        if version == "v2" and event["event"] == "on_llm_start":
            event["data"]["input"] = {"prompt": event["data"]["input"]["prompts"][0]}
        yield event


@defect(
    "filter-hides-the-end",
    story="With a filter by type the end of the model's run is not told.",
    citation="FILTER-004",
    caught_by=("filters.nested",),
)
class FilterHidesTheEnd(ChainEventDefect):
    """Takes an end for an event of the chain."""

    def _transform_event(self, event: StreamEvent, _version: str, asked: dict[str, Any]) -> Iterator[Any]:
        if not (asked.get("include_types") and event["event"] == "on_llm_end"):
            yield event


@defect(
    "filter-puts-another-input",
    story="The first event that passes a filter has the input of the chain, and not its own.",
    citation="FILTER-005",
    caught_by=("filters.own-input",),
)
class FilterPutsAnotherInput(ChainEventDefect):
    """Corrects the first event, whichever it is."""

    def _transform_event(self, event: StreamEvent, _version: str, asked: dict[str, Any]) -> Iterator[Any]:
        if asked.get("include_types") and event["event"] == "on_llm_start":
            event["data"]["input"] = event["data"]["input"]["prompts"][0]
        yield event
