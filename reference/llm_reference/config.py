"""What a caller says about one call. Configs are merged and dealt out here, and the caller's own is never changed."""

from collections.abc import Sequence
from typing import Any, TypedDict
from uuid import UUID


class RunnableConfig(TypedDict, total=False):
    """The keys of langchain-core's config that mean something here; any other key is carried along and ignored."""

    tags: list[str] | None
    metadata: dict[str, Any] | None
    callbacks: Any
    run_name: str | None
    run_id: UUID | None
    max_concurrency: int | None


def merge_configs(base: RunnableConfig | None, call: RunnableConfig | None) -> RunnableConfig:
    """Both configs in a new one: tags and callbacks are united, metadata is merged, the call wins."""
    base, call = base or {}, call or {}
    merged: RunnableConfig = {**base, **{key: value for key, value in call.items() if value is not None}}  # type: ignore[typeddict-item]  # the keys are those of two configs
    merged["tags"] = _united(base.get("tags"), call.get("tags"))
    merged["metadata"] = {**(base.get("metadata") or {}), **(call.get("metadata") or {})}
    merged["callbacks"] = [*(base.get("callbacks") or ()), *(call.get("callbacks") or ())]
    return merged


def _united(base: list[str] | None, call: list[str] | None) -> list[str]:
    """The tags of both, sorted; where only one has tags, they keep their order."""
    return sorted({*base, *call}) if base and call else [*(base or call or ())]


def config_list(config: RunnableConfig | Sequence[RunnableConfig] | None, length: int) -> list[RunnableConfig]:
    """One config for each input of a batch. A run id can name one run only: the first input gets it."""
    if config is None or isinstance(config, dict):
        one: RunnableConfig = config or {}
        others: RunnableConfig = {**one, "run_id": None}
        return [one, *[others] * (length - 1)]
    if len(config) != length:
        raise ValueError(f"config: expected one for each of the {length} inputs, got {len(config)}")
    return [each or {} for each in config]


def max_concurrency(configs: Sequence[RunnableConfig]) -> int | None:
    """The most calls of a batch that may run at one time: the first config decides, None is no limit."""
    limit = configs[0].get("max_concurrency")
    if limit is not None and limit < 1:
        raise ValueError(f"max_concurrency: expected at least 1, got {limit!r}")
    return limit
