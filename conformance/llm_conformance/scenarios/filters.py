"""Events with filters: each alone, and combined. The names and the type to ask for are those of the unfiltered run."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from llm_conformance.observe.context import Context
from llm_conformance.observe.kept_answers import KEPT_ANSWERS, keeps_answers
from llm_conformance.records import Events, EventStreams
from llm_conformance.scenarios.config import full
from llm_conformance.scenarios.nested import chain
from llm_conformance.scenarios.registry import scenario

_TAG, _NONE = "t1", "no such thing"


@scenario(
    reported_by="filters.completes",
    method="astream_events",
    model_calls=3,
    requires=("events.completes", "config.accepted"),
)
def filters_v1(ctx: Context, events_v1: Events) -> EventStreams:
    """The first prompt with filters by name, by type and by tag, as events of version v1."""
    name, kind = _root(events_v1)
    return _filtered(
        ctx,
        "v1",
        (name, kind),
        {
            "its name, or another type": {"include_names": [name], "include_types": [_NONE]},
            "its tag": {"include_tags": [_TAG]},
            "its name, without its type": {"include_names": [name], "exclude_types": [kind]},
        },
    )


@scenario(
    reported_by="filters.completes",
    method="astream_events",
    model_calls=6,
    requires=("events.completes", "config.accepted"),
)
def filters_v2(ctx: Context, events_v2: Events) -> EventStreams:
    """The first prompt with every filter, alone and combined, as events of version v2."""
    name, kind = _root(events_v2)
    return _filtered(
        ctx,
        "v2",
        (name, kind),
        {
            "its name, or another type": {"include_names": [name], "include_types": [_NONE]},
            "its type": {"include_types": [kind]},
            "another type": {"include_types": [_NONE]},
            "its tag": {"include_tags": [_TAG]},
            "without its name": {"exclude_names": [name]},
            "its type, without its tag": {"include_types": [kind], "exclude_tags": [_TAG]},
        },
    )


@scenario(
    reported_by="filters.nested",
    method="astream_events",
    other_methods=("__or__", "__ror__", "with_config"),
    requires=("filters.completes", "nested.completes"),
)
def filtered_chain(ctx: Context, nested_v2: Events) -> Events:
    """The first prompt through a chain, as events of version v2, the model's alone."""
    kind = nested_v2.of_model[0].event.removeprefix("on_").rpartition("_")[0] if nested_v2.of_model else "llm"
    return ctx.events(lambda llm: chain(llm).astream_events(ctx.prompt, full(), version="v2", include_types=[kind]))


def _root(run: Events) -> tuple[str, str]:
    """The name and the type of the root."""
    first = run.events[0] if run.events else None
    return (first.name, first.event.removeprefix("on_").rpartition("_")[0]) if first else (_NONE, _NONE)


def _filtered(
    ctx: Context, version: str, root: tuple[str, str], filters: Mapping[str, Mapping[str, Any]]
) -> EventStreams:
    name, kind = root
    by: dict[str, Events] = {}
    for title, which in filters.items():
        by[title] = ctx.events(partial(_events, ctx.prompt, {"version": version, **which}))
        if by[title].failed:
            return EventStreams(by_label=by, raised=by[title].raised, hung=by[title].hung)
    passing = (by[title] for title, which in filters.items() if _lets_pass(which))
    if not all(one.events for one in passing) and keeps_answers(ctx, version):
        return EventStreams(inconclusive=KEPT_ANSWERS)
    return EventStreams(by_label=by, filter_name=name, filter_type=kind)


def _lets_pass(which: Mapping[str, Any]) -> bool:
    """Whether the filter is one for the model itself."""
    return which != {"include_types": [_NONE]} and not any(one.startswith("exclude") for one in which)


def _events(prompt: str, how: Mapping[str, Any], llm: Any) -> Any:
    return llm.astream_events(prompt, {"tags": [_TAG]}, **how)
