"""Event filters that select the wrong events."""

# ruff: noqa: A002  # callers pass the first parameter as "input"

from collections.abc import AsyncGenerator, Sequence
from typing import Any

from llm_reference import EchoLLM, RunnableConfig, StreamEvent
from llm_reference.aio.closing import aclosing
from llm_zoo.defect import defect


class _Filter:
    """The filters of one call."""

    def __init__(self, filters: dict[str, Sequence[str] | None]) -> None:
        self.includes = [filters.get(f"include_{key}") for key in ("names", "types", "tags")]
        self.excludes = [filters.get(f"exclude_{key}") for key in ("names", "types", "tags")]

    def matches(self, event: StreamEvent, wanted: Sequence[Sequence[str] | None]) -> list[bool]:
        """For each filter that is set, whether the event matches it."""
        has = [{event["name"]}, {event["event"].removeprefix("on_").rpartition("_")[0]}, {*event["tags"]}]
        return [bool(own & {*some}) for own, some in zip(has, wanted, strict=True) if some is not None]


class FilteringModel(EchoLLM):
    """Filters the events of the reference by `_passes`. A subclass without overrides is a conforming model."""

    def _passes(self, event: StreamEvent, filters: _Filter) -> bool:
        included = filters.matches(event, filters.includes)
        return (any(included) or not included) and not any(filters.matches(event, filters.excludes))

    async def astream_events(
        self, input: Any, config: RunnableConfig | None = None, *, version: Any = "v2", **kwargs: Any
    ) -> AsyncGenerator[StreamEvent, None]:
        """The events of the reference, filtered here."""
        filters = _Filter({key: kwargs.pop(key) for key in list(kwargs) if key.startswith(("include_", "exclude_"))})
        async for event in super().astream_events(input, config, version=version, **kwargs):
            if self._passes(event, filters):
                yield event


@defect(
    "filter-without-match-raises",
    story="A filter that excludes all events raises IndexError, because the code reads the first event that matches.",
    citation="FILTER-003",
    caught_by=("filters.completes",),
)
class FilterWithoutMatchRaises(FilteringModel):
    async def astream_events(self, *args: Any, **kwargs: Any) -> AsyncGenerator[StreamEvent, None]:
        async with aclosing(super().astream_events(*args, **kwargs)) as events:
            if (first := await anext(events, None)) is None:
                raise IndexError("no first event")
            yield first
            async for event in events:
                yield event


@defect(
    "includes-must-all-match",
    story="With several include filters an event passes only if all of them match: two filters for the same run hide "
    "it.",
    citation="FILTER-001",
    caught_by=("filters.include",),
)
class IncludesMustAllMatch(FilteringModel):
    def _passes(self, event: StreamEvent, filters: _Filter) -> bool:
        return all(filters.matches(event, filters.includes)) and not any(filters.matches(event, filters.excludes))


@defect(
    "include-beats-exclude",
    story="An event that matches an include filter passes although it also matches an exclude filter.",
    citation="FILTER-002",
    caught_by=("filters.exclude",),
)
class IncludeBeatsExclude(FilteringModel):
    def _passes(self, event: StreamEvent, filters: _Filter) -> bool:
        return any(filters.matches(event, filters.includes)) or super()._passes(event, filters)


@defect(
    "type-filter-compares-class-names",
    story="A filter by type compares with the name of the class: `include_types=['llm']` hides the model.",
    citation="FILTER-003",
    caught_by=("filters.types",),
)
class TypeFilterComparesClassNames(FilteringModel):
    def _passes(self, event: StreamEvent, filters: _Filter) -> bool:
        types = filters.includes[1]
        if types is not None and filters.includes[0] is None and type(self).__name__ not in types:
            return False
        return super()._passes(event, filters)


@defect(
    "tag-filter-ignores-config",
    story="A filter by tag reads the tags of the constructor only: a filter for a tag of the config hides everything.",
    citation="FILTER-006",
    caught_by=("filters.tags",),
)
class TagFilterIgnoresConfig(FilteringModel):
    def _passes(self, event: StreamEvent, filters: _Filter) -> bool:
        if filters.includes[2] is not None and not {*filters.includes[2]} & {*(self.tags or ())}:
            return False
        return super()._passes(event, filters)
