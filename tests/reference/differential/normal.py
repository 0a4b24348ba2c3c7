"""Normalizes an observation: it removes what cannot be equal, such as random ids and langchain-core's own metadata."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from reference.differential.drive import Raw
from reference.differential.plan import Plan

_OF_LANGCHAIN = re.compile("l[sc]_")


@dataclass(frozen=True, slots=True)
class RunEvent:
    """One event of a run: an item of `astream_events`, or a call of a handler's method."""

    what: str
    run: str
    parents: tuple[str, ...]
    tags: tuple[str, ...]
    metadata: Mapping[str, Any]
    name: str
    data: Any
    # The same number for all events of one run.
    group: int = field(compare=False, repr=False, default=0)


@dataclass(frozen=True, slots=True)
class Observation:
    """Everything that is compared.

    outcomes: the items and the exception of each call.
    callbacks: the events that each handler got.
    generations: each call of a model's hook, with its arguments, its number of chunks and its end.
    generated_after_exit: how many chunks models generated after the consumer had stopped reading.
    leftover_tasks: how many tasks still existed at the end.
    """

    outcomes: tuple[Any, ...]
    callbacks: Mapping[str, tuple[RunEvent, ...]]
    generations: tuple[Any, ...]
    generated_after_exit: int
    leftover_tasks: int


def normalized(raw: Raw, plan: Plan) -> Observation:
    """Return the normal form of an observation."""
    events = plan.call.startswith("events")
    outcomes = tuple(
        (_events(outcome.items, plan) if events else _items(outcome.items), plain(outcome.raised))
        for outcome in raw.outcomes
    )
    callbacks = {label: _callbacks(calls, plan) for label, calls in raw.callbacks.items() if calls}
    generations = [
        (
            generation.hook,
            generation.prompt,
            plain(generation.stop),
            plain(generation.kwargs),
            generation.generated,
            generation.ended_with,
        )
        for generation in raw.generations
    ]
    generated = sum(generation.generated for generation in raw.generations)
    return Observation(
        outcomes=outcomes,
        callbacks=callbacks,
        generations=tuple(generations if plan.linear else sorted(generations, key=repr)),
        generated_after_exit=generated - sum(raw.generated_before_exit) if plan.early_exit else 0,
        leftover_tasks=raw.leftover_tasks,
    )


def plain(value: Any) -> Any:  # noqa: PLR0911  # one for each kind of value
    """Return a value as plain data that is equal for both libraries."""
    if isinstance(value, BaseException):
        # Only messages of the models are compared; those of the libraries differ.
        message = str(value) if type(value) in (ConnectionError, LookupError) else ""
        # pydantic's ValidationError is a ValueError.
        return ("ValueError" if isinstance(value, ValueError) else type(value).__name__, message)
    if hasattr(value, "generations"):
        return {"generations": plain(value.generations), "llm_output": plain(value.llm_output)}
    if hasattr(value, "generation_info"):
        return (value.text, plain(value.generation_info))
    if hasattr(value, "to_string"):
        return ("prompt", value.to_string())
    if isinstance(value, Mapping):
        return {key: plain(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(each) for each in value]
    return value


def _items(items: list[Any]) -> tuple[Any, ...]:
    """Sort the pieces of a dict by key: different keys may come in any order, the pieces of one key may not."""
    pieces = [plain(item) for item in items]
    return tuple(sorted(pieces, key=list) if all(type(piece) is dict for piece in pieces) else pieces)


class _Labels:
    """Labels for runs: the name, the tags and, if runs do not overlap, a number."""

    def __init__(self, plan: Plan) -> None:
        self._numbered = plan.linear
        self._labels: dict[str, str] = {}
        self._count: Counter[str] = Counter()

    def of(self, run_id: Any, name: str, tags: Any) -> str:
        key = str(run_id)
        if key not in self._labels:
            if key.startswith("00000000-0000-0000"):
                self._labels[key] = f"given {key[-4:]}"
            else:
                label = f"{name}{sorted(tags or ())}"
                self._count[label] += 1
                self._labels[key] = f"{label}#{self._count[label]}" if self._numbered else label
        return self._labels[key]

    def known(self, run_id: Any) -> str:
        """Return the label of a run; "hidden" if a filter hides it."""
        return self._labels.get(str(run_id), "hidden")


def _metadata(metadata: Mapping[str, Any] | None) -> dict[str, Any]:
    return {key: value for key, value in (metadata or {}).items() if not _OF_LANGCHAIN.match(key)}


def _events(events: list[Any], plan: Plan) -> tuple[RunEvent, ...]:
    labels = _Labels(plan)
    for event in events:
        if event["event"] != "on_custom_event":
            labels.of(event["run_id"], event["name"], event["tags"])
    run_events = [
        RunEvent(
            what=event["event"],
            run=labels.known(event["run_id"]),
            parents=tuple(labels.known(parent) for parent in event["parent_ids"]),
            tags=tuple(event["tags"]),
            metadata=_metadata(event["metadata"]),
            name=event["name"],
            data=plain(event["data"]),
        )
        for event in events
    ]
    return _ordered(run_events, [event["run_id"] for event in events], plan)


def _callbacks(calls: list[tuple[str, tuple[Any, ...], dict[str, Any]]], plan: Plan) -> tuple[RunEvent, ...]:
    labels, names = _Labels(plan), {}
    for method, args, kwargs in calls:
        if method.endswith("_start"):
            serialized = args[0] or {}
            name = kwargs.get("name") or serialized.get("name") or serialized.get("id", ["?"])[-1]
            names[kwargs["run_id"]] = name
            labels.of(kwargs["run_id"], name, kwargs.get("tags"))
    run_events = []
    for method, args, kwargs in calls:
        run_id = kwargs["run_id"]
        # The first argument of a start is the serialized runnable, which only langchain-core has.
        positional = args[1:] if method.endswith("_start") else args
        # A token is a positional argument or a keyword.
        positional = (kwargs["token"], *positional) if "token" in kwargs else positional
        keywords = {
            key: kwargs[key] for key in ("chunk", "run_type", "inputs", "response") if kwargs.get(key) is not None
        }
        parent = kwargs.get("parent_run_id")
        run_events.append(
            RunEvent(
                what=method,
                run=labels.known(run_id),
                parents=(labels.known(parent),) if parent else (),
                tags=tuple(kwargs.get("tags") or ()),
                metadata=_metadata(kwargs.get("metadata")),
                name=names.get(run_id, ""),
                data=[plain(positional), plain(keywords)],
            )
        )
    return _ordered(run_events, [kwargs["run_id"] for _, _, kwargs in calls], plan)


def _ordered(events: list[RunEvent], run_ids: list[Any], plan: Plan) -> tuple[RunEvent, ...]:
    """The events in their order; run by run if runs overlap."""
    if plan.linear:
        return tuple(events)
    groups = {run_id: number for number, run_id in enumerate(dict.fromkeys(run_ids))}
    return by_run(replace(each, group=groups[run_id]) for each, run_id in zip(events, run_ids, strict=True))


def by_run(events: Iterable[RunEvent]) -> tuple[RunEvent, ...]:
    """Return the events run by run, in an order that depends only on the events themselves."""
    runs: dict[int, list[RunEvent]] = {}
    for each in events:
        runs.setdefault(each.group, []).append(each)
    groups = [_by_key(run) for run in runs.values()]
    return tuple(each for run in sorted(groups, key=lambda run: list(map(_repr, run))) for each in run)


def _by_key(run: list[RunEvent]) -> list[RunEvent]:
    """Sort the chunks of parallel steps by key: different steps may yield in any order, one step may not."""

    def key(event: RunEvent) -> str:
        chunk = event.data.get("chunk") if isinstance(event.data, dict) else None
        return str(sorted(chunk)) if isinstance(chunk, dict) else ""

    streamed = iter(sorted((event for event in run if key(event)), key=key))
    return [next(streamed) if key(event) else event for event in run]


def _repr(event: RunEvent) -> str:
    """The repr, independent of the order of keys in a dict."""
    return repr([event.what, event.run, event.parents, event.tags, sorted(event.metadata.items()), _sorted(event.data)])


def _sorted(value: Any) -> Any:
    if isinstance(value, dict):
        return sorted((key, _sorted(each)) for key, each in value.items())
    return [_sorted(each) for each in value] if isinstance(value, (list, tuple)) else repr(value)
