"""Event filters with a logic of their own."""

# ruff: noqa: A002  # callers know the first parameter as "input"

from collections.abc import AsyncGenerator, Sequence
from typing import Any

from llm_reference import EchoLLM, RunnableConfig, StreamEvent
from llm_reference.aio.closing import aclosing
from llm_zoo.defect import defect


class _Filter:
    """What was asked for, and how an event stands to it."""

    def __init__(self, asked: dict[str, Sequence[str] | None]) -> None:
        self.includes = [asked.get(f"include_{key}") for key in ("names", "types", "tags")]
        self.excludes = [asked.get(f"exclude_{key}") for key in ("names", "types", "tags")]

    def matches(self, event: StreamEvent, wanted: Sequence[Sequence[str] | None]) -> list[bool]:
        """For each filter that there is, whether it matches."""
        has = [{event["name"]}, {event["event"].removeprefix("on_").rpartition("_")[0]}, {*event["tags"]}]
        return [bool(own & {*some}) for own, some in zip(has, wanted, strict=True) if some is not None]


class _Sieve(EchoLLM):
    """Filters the events of the reference by `_passes`. A subclass that overrides nothing is a conforming model."""

    def _passes(self, event: StreamEvent, asked: _Filter) -> bool:
        included = asked.matches(event, asked.includes)
        return (any(included) or not included) and not any(asked.matches(event, asked.excludes))

    async def astream_events(
        self, input: Any, config: RunnableConfig | None = None, *, version: Any = "v2", **kwargs: Any
    ) -> AsyncGenerator[StreamEvent, None]:
        """The events of the reference, filtered here."""
        asked = _Filter({key: kwargs.pop(key) for key in list(kwargs) if key.startswith(("include_", "exclude_"))})
        async for event in super().astream_events(input, config, version=version, **kwargs):
            if self._passes(event, asked):
                yield event


@defect(
    "filter-for-nothing-raises",
    story="A filter that no event passes ends in an IndexError, for the first event is looked for.",
    citation="FILTER-003",
    caught_by=("filters.completes",),
)
class FilterForNothingRaises(_Sieve):
    """Expects one event at least."""

    async def astream_events(self, *args: Any, **kwargs: Any) -> AsyncGenerator[StreamEvent, None]:
        """The events, the first of them taken apart."""
        async with aclosing(super().astream_events(*args, **kwargs)) as events:
            if (first := await anext(events, None)) is None:
                raise IndexError("no first event")
            yield first
            async for event in events:
                yield event


@defect(
    "includes-must-all-match",
    story="With several include filters an event passes only if all of them match: two names for one thing hide it.",
    citation="FILTER-001",
    caught_by=("filters.include",),
)
class IncludesMustAllMatch(_Sieve):
    """Says and where it should say or."""

    def _passes(self, event: StreamEvent, asked: _Filter) -> bool:
        return all(asked.matches(event, asked.includes)) and not any(asked.matches(event, asked.excludes))


@defect(
    "include-beats-exclude",
    story="What an include filter names passes, although an exclude filter names it as well.",
    citation="FILTER-002",
    caught_by=("filters.exclude",),
)
class IncludeBeatsExclude(_Sieve):
    """Asks the include filters first, and is content."""

    def _passes(self, event: StreamEvent, asked: _Filter) -> bool:
        return any(asked.matches(event, asked.includes)) or super()._passes(event, asked)


@defect(
    "types-are-class-names",
    story="A filter by type compares with the name of the class: include_types=['llm'] hides the model.",
    citation="FILTER-003",
    caught_by=("filters.types",),
)
class TypesAreClassNames(_Sieve):
    """Takes a type for a class."""

    def _passes(self, event: StreamEvent, asked: _Filter) -> bool:
        types = asked.includes[1]
        if types is not None and asked.includes[0] is None and type(self).__name__ not in types:
            return False
        return super()._passes(event, asked)


@defect(
    "tags-of-the-constructor-alone",
    story="A filter by tag looks at the tags of the constructor: one for a tag of the call's config hides everything.",
    citation="FILTER-006",
    caught_by=("filters.tags",),
)
class TagsOfTheConstructorAlone(_Sieve):
    """Looks in one place."""

    def _passes(self, event: StreamEvent, asked: _Filter) -> bool:
        if asked.includes[2] is not None and not {*asked.includes[2]} & {*(self.tags or ())}:
            return False
        return super()._passes(event, asked)
