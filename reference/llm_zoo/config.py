"""Configs that are required, rejected, mutated or ignored."""

# ruff: noqa: A002  # callers pass the first parameter as "input"

from typing import Any

from llm_reference import EchoLLM, RunnableConfig
from llm_reference.aio.closing import aclosing
from llm_reference.runnables.runnable import AsyncStream
from llm_zoo.defect import defect


@defect(
    "config-required",
    story="The model reads the config without testing whether there is one: `invoke('hi')` raises TypeError.",
    citation="CONF-001",
    caught_by=("invoke.completes",),
)
class ConfigRequired(EchoLLM):
    def _run(self, prompt: str, config: RunnableConfig | None) -> Any:
        required: Any = config
        return super()._run(prompt, {"tags": required["tags"]})


@defect(
    "empty-config-raises",
    story="A config must contain all keys: `invoke('hi', {})` raises KeyError.",
    citation="CONF-001",
    caught_by=("config.optional",),
)
class EmptyConfigRaises(EchoLLM):
    def invoke(self, *args: Any, **kwargs: Any) -> str:
        config = args[1] if len(args) > 1 else kwargs.get("config")
        if config is not None:
            config["tags"]
        return super().invoke(*args, **kwargs)


@defect(
    "non-string-metadata-raises",
    story="Metadata values must be strings: a config with a number in its metadata, which every other model accepts, "
    "makes the call raise.",
    citation="CONF-001",
    caught_by=("config.accepted",),
)
class NonStringMetadataRaises(EchoLLM):
    def _run(self, prompt: str, config: RunnableConfig | None) -> Any:
        if not all(isinstance(value, str) for value in ((config or {}).get("metadata") or {}).values()):
            raise TypeError("metadata: expected texts")
        return super()._run(prompt, config)


@defect(
    "config-mutated",
    story="The model appends its tag to the list of tags that the caller passed: all later calls with that config "
    "carry the tag, whichever model they call.",
    citation="CONF-001",
    caught_by=("config.not-mutated",),
)
class ConfigMutated(EchoLLM):
    def _run(self, prompt: str, config: RunnableConfig | None) -> Any:
        tags = (config or {}).get("tags")
        if tags:
            tags.append("echo")
        return super()._run(prompt, config)


@defect(
    "tags-lost",
    story="The tags of the config are missing from all events: a filter by tag does not find the run.",
    citation="D101: langchain-ai/langgraph#7041",
    caught_by=("config.tags",),
)
class TagsLost(EchoLLM):
    def _run(self, prompt: str, config: RunnableConfig | None) -> Any:
        return super()._run(prompt, {**(config or {}), "tags": None})


@defect(
    "metadata-lost",
    story="The metadata of the config are missing from all events: the run cannot be assigned to a user.",
    citation="D101: langchain-ai/langchain#33903",
    caught_by=("config.metadata",),
)
class MetadataLost(EchoLLM):
    def _run(self, prompt: str, config: RunnableConfig | None) -> Any:
        return super()._run(prompt, {**(config or {}), "metadata": None})


@defect(
    "run-name-ignored",
    story="The events carry the name of the class, whatever `run_name` the config has: two runs of one model cannot be "
    "distinguished.",
    citation="CONF-004",
    caught_by=("config.run-name",),
)
class RunNameIgnored(EchoLLM):
    def _run(self, prompt: str, config: RunnableConfig | None) -> Any:
        return super()._run(prompt, {**(config or {}), "run_name": None})


@defect(
    "run-id-ignored",
    story="The run generates its own id, whatever `run_id` the config has: feedback that is sent for that id has no "
    "run.",
    citation="CONF-006",
    caught_by=("config.run-id",),
)
class RunIdIgnored(EchoLLM):
    def _run(self, prompt: str, config: RunnableConfig | None) -> Any:
        return super()._run(prompt, {**(config or {}), "run_id": None})


@defect(
    "with-config-ignored",
    story="`with_config()` returns the model without the config: tags that were set once for all calls are missing "
    "from every call.",
    citation="CONF-008",
    caught_by=("config.merged",),
)
class WithConfigIgnored(EchoLLM):
    def with_config(self, *_args: Any, **_kwargs: Any) -> Any:
        return self


@defect(
    "config-kept-by-model",
    story="The model adds the metadata of each call to its own: the trace of a user has the account of another one.",
    citation="STREAM-013",
    caught_by=("config.not-remembered",),
)
class ConfigKeptByModel(EchoLLM):
    def __init__(self) -> None:
        super().__init__()
        self._kept: dict[str, Any] = {}

    def _run(self, prompt: str, config: RunnableConfig | None) -> Any:
        self._kept |= (config or {}).get("metadata") or {}
        return super()._run(prompt, {**(config or {}), "metadata": {**self._kept}})


@defect(
    "handlers-kept-by-model",
    story="The model keeps the callback handlers of each call: the trace of a user has the prompts of all others.",
    citation="STREAM-013",
    caught_by=("isolation.earlier-handlers",),
)
class HandlersKeptByModel(EchoLLM):
    def __init__(self) -> None:
        super().__init__()
        self._kept: list[Any] = []

    def _run(self, prompt: str, config: RunnableConfig | None) -> Any:
        given = (config or {}).get("callbacks")
        self._kept += [one for one in given if one not in self._kept] if isinstance(given, list) else []
        return super()._run(prompt, {**(config or {}), "callbacks": given or [*self._kept]})


@defect(
    "handler-added-to-config",
    story="The model adds its own handler to the caller's list of them: after a thousand calls with one config each "
    "token is counted a thousand times.",
    citation="CONF-001",
    caught_by=("config.not-mutated",),
)
class HandlerAddedToConfig(EchoLLM):
    def _run(self, prompt: str, config: RunnableConfig | None) -> Any:
        if isinstance(given := (config or {}).get("callbacks"), list):
            given.append(self)
        return super()._run(prompt, config)


@defect(
    "keywords-taken-for-config",
    story="A keyword argument with the name of a config key is moved into the config: `metadata` that is meant for the "
    "provider appears in the trace, and the provider never gets it.",
    citation="STOP-003",
    caught_by=("config.not-keywords",),
)
class KeywordsTakenForConfig(EchoLLM):
    async def astream(self, input: Any, config: RunnableConfig | None = None, **kwargs: Any) -> AsyncStream[str]:
        taken: Any = {key: kwargs.pop(key) for key in ("run_name", "tags", "metadata") if key in kwargs}
        async with aclosing(super().astream(input, {**(config or {}), **taken}, **kwargs)) as chunks:
            async for chunk in chunks:
                yield chunk


@defect(
    "messages-mutated-in-events",
    story="`astream_events()` takes the last message out of the caller's list, to send it apart: a conversation that "
    "is shown by its events loses the question.",
    citation="CONF-010",
    caught_by=("input.not-mutated",),
)
class MessagesMutatedInEvents(EchoLLM):
    async def astream_events(self, input: Any, *args: Any, **kwargs: Any) -> Any:
        sent = [input.pop()] if isinstance(input, list) else input
        async for event in super().astream_events(sent, *args, **kwargs):
            yield event
