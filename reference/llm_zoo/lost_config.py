"""Configs that a call of one kind loses or rejects: its handlers, its tags, or its metadata."""

import asyncio
import json
from typing import Any

from llm_reference import EchoLLM
from llm_reference.runs.config import RunnableConfig
from llm_reference.runs.run import Run
from llm_zoo.defect import defect


@defect(
    "config-dropped-by-ainvoke",
    story="An override of `ainvoke()` forgets to pass its `config` on: on a server no call is traced, and its cost is "
    "in no report.",
    citation="CONF-007",
    caught_by=("callbacks.every-call",),
)
class ConfigDroppedByAinvoke(EchoLLM):
    async def ainvoke(self, input: Any, config: RunnableConfig | None = None, **kwargs: Any) -> str:  # noqa: A002, ARG002
        return await super().ainvoke(input, **kwargs)

    async def abatch(self, *args: Any, **kwargs: Any) -> list[Any]:
        return await asyncio.to_thread(self.batch, *args, **kwargs)


@defect(
    "config-dropped-by-invoke",
    story="Overrides of `invoke()` and `ainvoke()` forget to pass their `config` on: only streams are traced.",
    citation="CONF-007",
    caught_by=("callbacks.every-call",),
)
class ConfigDroppedByInvoke(EchoLLM):
    def invoke(self, input: Any, config: RunnableConfig | None = None, **kwargs: Any) -> str:  # noqa: A002, ARG002
        return super().invoke(input, **kwargs)

    async def ainvoke(self, input: Any, config: RunnableConfig | None = None, **kwargs: Any) -> str:  # noqa: A002, ARG002
        return await super().ainvoke(input, **kwargs)


@defect(
    "handlers-dropped-by-abatch",
    story="An override of `abatch()` builds a config of its own for each input: of a thousand answers none is traced.",
    citation="CONF-007",
    caught_by=("callbacks.every-call",),
)
class HandlersDroppedByAbatch(EchoLLM):
    async def abatch(self, inputs: Any, config: Any = None, **kwargs: Any) -> list[Any]:
        return await super().abatch(inputs, _without_handlers(config), **kwargs)


@defect(
    "config-tags-lost-in-invoke",
    story="An override of `invoke()` makes a config of the handlers alone: its traces have neither tags nor metadata, "
    "and are in no report of a customer.",
    citation="CONF-007",
    caught_by=("callbacks.config",),
)
class ConfigTagsLostInInvoke(EchoLLM):
    def invoke(self, input: Any, config: RunnableConfig | None = None, **kwargs: Any) -> str:  # noqa: A002
        return super().invoke(input, _only(config, "callbacks", "run_id"), **kwargs)


@defect(
    "config-metadata-lost-in-ainvoke",
    story="An override of `ainvoke()` forgets the metadata as it makes a config of its own: on a server no trace has "
    "its session.",
    citation="CONF-007",
    caught_by=("callbacks.config",),
)
class ConfigMetadataLostInAinvoke(EchoLLM):
    async def ainvoke(self, input: Any, config: RunnableConfig | None = None, **kwargs: Any) -> str:  # noqa: A002
        return await super().ainvoke(input, _only(config, "callbacks", "run_id", "run_name", "tags"), **kwargs)


@defect(
    "config-metadata-lost-in-batch",
    story="An override of `batch()` makes a config for each input and forgets the metadata: the nightly job, which "
    "makes the most calls, is in no report of a customer.",
    citation="CONF-007",
    caught_by=("callbacks.config",),
)
class ConfigMetadataLostInBatch(EchoLLM):
    def batch(self, inputs: Any, config: Any = None, **kwargs: Any) -> list[str]:
        kept = ("callbacks", "run_id", "run_name", "tags", "max_concurrency")
        own = [_only(one, *kept) for one in config] if isinstance(config, list) else _only(config, *kept)
        return super().batch(inputs, own, **kwargs)


def _only(config: RunnableConfig | None, *keys: str) -> Any:
    return {key: value for key, value in (config or {}).items() if key in keys}


def _without_handlers(config: Any) -> Any:
    if isinstance(config, list):
        return [_without_handlers(one) for one in config]
    return {key: value for key, value in (config or {}).items() if key != "callbacks"}


@defect(
    "config-logged-as-json",
    story="The model logs the config of a call as JSON: a config with a handler makes the call raise.",
    citation="CONF-007",
    caught_by=("callbacks.accepted",),
)
class ConfigLoggedAsJson(EchoLLM):
    def _run(self, prompt: str, config: RunnableConfig | None) -> Run:
        handlers = (config or {}).get("callbacks")
        if isinstance(handlers, list):
            json.dumps(handlers)
        return super()._run(prompt, config)
