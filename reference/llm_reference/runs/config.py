"""What a caller says about one call. Configs are merged and dealt out here, and the caller's own is never changed."""

from collections.abc import Sequence
from contextvars import ContextVar
from typing import Any, TypedDict
from uuid import UUID

from llm_reference.runs.callbacks import CallbackManager


class RunnableConfig(TypedDict, total=False):
    """The keys of langchain-core's config that mean something here; any other key is carried along and ignored.

    callbacks: handlers, or the manager that a run gives to those it calls.
    run_name, run_id: they name this one call, and none that it makes.
    max_concurrency: how many calls of a batch may be made at a time.
    """

    tags: list[str] | None
    metadata: dict[str, Any] | None
    callbacks: Any
    run_name: str | None
    run_id: UUID | None
    max_concurrency: int | None


# The config for whatever a chain's own code calls without saying one.
inherited: ContextVar[RunnableConfig | None] = ContextVar("inherited", default=None)


def ensure_config(config: RunnableConfig | None = None) -> RunnableConfig:
    """The config of a call in a dict of its own: what it says itself, and else what it inherits."""
    return {**(inherited.get() or {}), **_said(config)}


def merge_configs(base: RunnableConfig | None, call: RunnableConfig | None) -> RunnableConfig:
    """Both in a new one: tags are united and sorted, metadata is merged, callbacks are joined; else the call wins."""
    base, call = _said(base), _said(call)
    merged: RunnableConfig = {**base, **call}
    if "tags" in merged:
        merged["tags"] = sorted({*(base.get("tags") or ()), *(call.get("tags") or ())})
    if "metadata" in merged:
        merged["metadata"] = {**(base.get("metadata") or {}), **(call.get("metadata") or {})}
    if "callbacks" in base and "callbacks" in call:
        merged["callbacks"] = CallbackManager.of(base["callbacks"]).joined(call["callbacks"])
    return merged


def config_list(config: RunnableConfig | Sequence[RunnableConfig] | None, length: int) -> list[RunnableConfig]:
    """One config for each input of a batch. A run id can name one run only: the first input gets it."""
    if config is None or isinstance(config, dict):
        one = ensure_config(config)
        others: RunnableConfig = {**one, "run_id": None}
        return [one, *[others] * (length - 1)]
    if len(config) != length:
        raise ValueError(f"config: expected one for each of the {length} inputs, got {len(config)}")
    return [ensure_config(each) for each in config]


def max_concurrency(configs: Sequence[RunnableConfig]) -> int | None:
    """The most calls of a batch that may run at one time: the first config decides, None is no limit."""
    limit = configs[0].get("max_concurrency")
    if limit is not None and limit < 1:
        raise ValueError(f"max_concurrency: expected at least 1, got {limit!r}")
    return limit


def _said(config: RunnableConfig | None) -> RunnableConfig:
    """What the config really says: a None says nothing."""
    said: Any = {key: value for key, value in (config or {}).items() if value is not None}
    return said  # type: ignore[no-any-return]  # the keys are those of a config
