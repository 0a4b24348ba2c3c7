"""The config of a call, and how configs are merged. The configs that are passed in are not changed."""

from collections.abc import Sequence
from contextvars import ContextVar
from typing import Any, TypedDict
from uuid import UUID

from llm_reference.runs.callback_manager import CallbackManager


class RunnableConfig(TypedDict, total=False):
    """The keys of langchain-core's config that have an effect here. Other keys are passed on unchanged.

    callbacks: a list of handlers, or the `CallbackManager` that a run passes to nested calls.
    run_name, run_id: the name and id of this run; nested runs do not inherit them.
    max_concurrency: the largest number of calls of one batch that run at the same time.
    """

    tags: list[str] | None
    metadata: dict[str, Any] | None
    callbacks: Any
    run_name: str | None
    run_id: UUID | None
    max_concurrency: int | None


# The config of the surrounding run, for calls in the code of a step that pass no config.
inherited: ContextVar[RunnableConfig | None] = ContextVar("inherited", default=None)


def ensure_config(config: RunnableConfig | None = None) -> RunnableConfig:
    """Return a new config: the keys of this one, and the inherited value for every other key."""
    return {**(inherited.get() or {}), **_without_none(config)}


def merge_configs(base: RunnableConfig | None, call: RunnableConfig | None) -> RunnableConfig:
    """Merge two configs into a new one: tags are united and sorted, metadata is merged, callbacks are joined.

    For every other key the value of `call` wins.
    """
    base, call = _without_none(base), _without_none(call)
    merged: RunnableConfig = {**base, **call}
    if "tags" in merged:
        merged["tags"] = sorted({*(base.get("tags") or ()), *(call.get("tags") or ())})
    if "metadata" in merged:
        merged["metadata"] = {**(base.get("metadata") or {}), **(call.get("metadata") or {})}
    if "callbacks" in base and "callbacks" in call:
        merged["callbacks"] = CallbackManager.of(base["callbacks"]).joined(call["callbacks"])
    return merged


def config_list(config: RunnableConfig | Sequence[RunnableConfig] | None, length: int) -> list[RunnableConfig]:
    """Return one config for each input of a batch.

    A `run_id` identifies one run, so only the first input gets it. Raises ValueError for a list of another length.
    """
    if config is None or isinstance(config, dict):
        one = ensure_config(config)
        without_id: RunnableConfig = {**one, "run_id": None}
        return [one, *[without_id] * (length - 1)]
    if len(config) != length:
        raise ValueError(f"config: expected one for each of the {length} inputs, got {len(config)}")
    return [ensure_config(each) for each in config]


def max_concurrency(configs: Sequence[RunnableConfig]) -> int | None:
    """Return how many calls of a batch may run at the same time, by the first config; None means: not limited."""
    limit = configs[0].get("max_concurrency")
    if limit is not None and limit < 1:
        raise ValueError(f"max_concurrency: expected at least 1, got {limit!r}")
    return limit


def _without_none(config: RunnableConfig | None) -> RunnableConfig:
    """Drop the keys whose value is None: they count as absent."""
    present: Any = {key: value for key, value in (config or {}).items() if value is not None}
    return present  # type: ignore[no-any-return]  # its keys are those of a config
