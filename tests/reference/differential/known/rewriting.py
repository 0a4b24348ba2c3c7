"""What the differences do to all that was seen."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from reference.differential.normal import Seen, Told


def told_anew(all_seen: Seen, anew: Callable[[Told], Told]) -> Seen:
    """With everything that handlers were told rewritten."""
    return replace(all_seen, heard={label: tuple(map(anew, told)) for label, told in all_seen.heard.items()})


def events_anew(all_seen: Seen, anew: Callable[[list[Told]], list[Told]]) -> Seen:
    """With the events of every call rewritten."""
    return replace(
        all_seen, outcomes=tuple((tuple(anew(list(events))), raised) for events, raised in all_seen.outcomes)
    )


def unordered_told(told: Told) -> str:
    return repr((told.what, told.run, told.parents, told.tags, unordered(told.metadata), unordered(told.data)))


def unordered(value: Any) -> Any:
    if isinstance(value, dict):
        return sorted((key, unordered(each)) for key, each in value.items())
    return [unordered(each) for each in value] if isinstance(value, list | tuple) else repr(value)
