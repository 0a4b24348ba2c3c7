"""Configs that are demanded, refused, changed or ignored."""

# ruff: noqa: A002  # callers know the first parameter as "input"

from typing import Any

from llm_reference import EchoLLM, RunnableConfig
from llm_reference.aio.closing import aclosing
from llm_reference.runnables.runnable import AsyncStream
from llm_zoo.defect import defect


@defect(
    "config-required",
    story="The config is read without asking whether there is one: invoke('hi') is a TypeError.",
    citation="CONF-001",
    caught_by=("invoke.completes",),
)
class ConfigRequired(EchoLLM):
    """Was never called without."""

    def _run(self, prompt: str, config: RunnableConfig | None) -> Any:
        given: Any = config
        return super()._run(prompt, {"tags": given["tags"]})


@defect(
    "empty-config-refused",
    story="A config, where there is one, must have all its keys: invoke('hi', {}) is a KeyError.",
    citation="CONF-001",
    caught_by=("config.optional",),
)
class EmptyConfigRefused(EchoLLM):
    """Was never called with an empty one."""

    def invoke(self, *args: Any, **kwargs: Any) -> str:
        """The answer of the reference."""
        given = args[1] if len(args) > 1 else kwargs.get("config")
        if given is not None:
            given["tags"]
        return super().invoke(*args, **kwargs)


@defect(
    "metadata-refused",
    story="Metadata may hold texts only: a config with a number in its metadata, which every other model takes, "
    "raises.",
    citation="CONF-001",
    caught_by=("config.accepted",),
)
class MetadataRefused(EchoLLM):
    """Is strict where nobody asked it to be."""

    def _run(self, prompt: str, config: RunnableConfig | None) -> Any:
        if not all(isinstance(value, str) for value in ((config or {}).get("metadata") or {}).values()):
            raise TypeError("metadata: expected texts")
        return super()._run(prompt, config)


@defect(
    "config-edited",
    story="The model writes its tag into the list of tags that the caller passed: all later calls with that config "
    "bear it too, whichever model they ask.",
    citation="CONF-001",
    caught_by=("config.not-mutated",),
)
class ConfigEdited(EchoLLM):
    """Writes on what it was lent."""

    def _run(self, prompt: str, config: RunnableConfig | None) -> Any:
        tags = (config or {}).get("tags")
        if tags:
            tags.append("echo")
        return super()._run(prompt, config)


@defect(
    "tags-lost",
    story="The tags of the config are in none of the events: no filter finds the run.",
    citation="D101: langchain-ai/langgraph#7041",
    caught_by=("config.tags",),
)
class TagsLost(EchoLLM):
    """Drops what it does not need itself."""

    def _run(self, prompt: str, config: RunnableConfig | None) -> Any:
        return super()._run(prompt, {**(config or {}), "tags": None})


@defect(
    "metadata-lost",
    story="The metadata of the config are in none of the events: nobody can tell which user the run belongs to.",
    citation="D101: langchain-ai/langchain#33903",
    caught_by=("config.metadata",),
)
class MetadataLost(EchoLLM):
    """Drops what it does not need itself."""

    def _run(self, prompt: str, config: RunnableConfig | None) -> Any:
        return super()._run(prompt, {**(config or {}), "metadata": None})


@defect(
    "run-name-ignored",
    story="The events bear the name of the class, whatever run_name the caller gave: "
    "two runs of one model cannot be told apart.",
    citation="CONF-004",
    caught_by=("config.run-name",),
)
class RunNameIgnored(EchoLLM):
    """Knows only its own name."""

    def _run(self, prompt: str, config: RunnableConfig | None) -> Any:
        return super()._run(prompt, {**(config or {}), "run_name": None})


@defect(
    "run-id-ignored",
    story="The run makes an id of its own, whatever run_id the caller gave: feedback that is sent to the id "
    "belongs to no run.",
    citation="CONF-006",
    caught_by=("config.run-id",),
)
class RunIdIgnored(EchoLLM):
    """Knows only its own ids."""

    def _run(self, prompt: str, config: RunnableConfig | None) -> Any:
        return super()._run(prompt, {**(config or {}), "run_id": None})


@defect(
    "with-config-forgets",
    story="with_config() returns the model without the config: tags that were set once for all calls are in none.",
    citation="CONF-008",
    caught_by=("config.merged",),
)
class WithConfigForgets(EchoLLM):
    """Takes note of nothing."""

    def with_config(self, *_args: Any, **_kwargs: Any) -> Any:
        """The same model."""
        return self


@defect(
    "keywords-taken-for-a-config",
    story="What is passed as a keyword and bears the name of a key of a config is put into the config: "
    "metadata that are meant for the provider name the run in a trace, and the provider never gets them.",
    citation="STOP-003",
    caught_by=("config.not-keywords",),
)
class KeywordsTakenForAConfig(EchoLLM):
    """Sorts what it is given by the names."""

    async def astream(self, input: Any, config: RunnableConfig | None = None, **kwargs: Any) -> AsyncStream[str]:
        """The chunks, under a config that nobody gave."""
        taken: Any = {key: kwargs.pop(key) for key in ("run_name", "tags", "metadata") if key in kwargs}
        async with aclosing(super().astream(input, {**(config or {}), **taken}, **kwargs)) as chunks:
            async for chunk in chunks:
                yield chunk
