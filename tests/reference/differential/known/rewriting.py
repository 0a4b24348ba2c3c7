"""Helpers of the differences that rewrite observations."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from reference.differential.normal import Observation, RunEvent


def map_callbacks(observation: Observation, rewrite: Callable[[RunEvent], RunEvent]) -> Observation:
    """Rewrite every event that a handler got."""
    return replace(
        observation, callbacks={label: tuple(map(rewrite, events)) for label, events in observation.callbacks.items()}
    )


def map_events(observation: Observation, rewrite: Callable[[list[RunEvent]], list[RunEvent]]) -> Observation:
    """Rewrite the events of every call."""
    return replace(
        observation, outcomes=tuple((tuple(rewrite(list(events))), raised) for events, raised in observation.outcomes)
    )


def unordered_event(event: RunEvent) -> str:
    return repr((event.what, event.run, event.parents, event.tags, unordered(event.metadata), unordered(event.data)))


def unordered(value: Any) -> Any:
    if isinstance(value, dict):
        return sorted((key, unordered(each)) for key, each in value.items())
    return [unordered(each) for each in value] if isinstance(value, list | tuple) else repr(value)
