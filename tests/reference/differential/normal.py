"""What was seen, without what cannot be equal: random ids, and what langchain-core says of itself."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from reference.differential.drive import Raw
from reference.differential.plan import Plan

_OF_LANGCHAIN = re.compile("l[sc]_")


@dataclass(frozen=True, slots=True)
class Told:
    """One thing that was told of one run, as an event or to a handler."""

    what: str
    run: str
    parents: tuple[str, ...]
    tags: tuple[str, ...]
    metadata: Mapping[str, Any]
    name: str
    data: Any
    # Those of one run share it; it says nothing else.
    group: int = field(compare=False, repr=False, default=0)


@dataclass(frozen=True, slots=True)
class Seen:
    """All that is compared.

    outcomes: of each call what came and what was raised. heard: of each handler. takes: what the model was asked, how
    much it made, and how each stream of it ended. ran_on: how much it made after its caller had left.
    """

    outcomes: tuple[Any, ...]
    heard: Mapping[str, tuple[Told, ...]]
    takes: tuple[Any, ...]
    ran_on: int
    left: int


def seen(raw: Raw, plan: Plan) -> Seen:
    """The normal form."""
    events = plan.call.startswith("events")
    outcomes = tuple(
        (_events(outcome.items, plan) if events else _items(outcome.items), plain(outcome.raised))
        for outcome in raw.outcomes
    )
    heard = {label: _notices(notices, plan) for label, notices in raw.heard.items() if notices}
    takes = [
        (take.hook, take.prompt, plain(take.stop), plain(take.kwargs), take.made, take.ended) for take in raw.takes
    ]
    made = sum(take.made for take in raw.takes)
    return Seen(
        outcomes=outcomes,
        heard=heard,
        takes=tuple(takes if plan.linear else sorted(takes, key=repr)),
        ran_on=made - sum(raw.before) if plan.leave else 0,
        left=raw.left,
    )


def plain(value: Any) -> Any:  # noqa: PLR0911  # one for each kind of value
    """A value that says what it is, of whichever library it was."""
    if isinstance(value, BaseException):
        # The words of a failure are the model's or the library's; only the model's are compared.
        words = str(value) if type(value) in (ConnectionError, LookupError) else ""
        # pydantic's ValidationError is one.
        return ("ValueError" if isinstance(value, ValueError) else type(value).__name__, words)
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
    """Pieces of a dict may come in any order; those of one key are in order."""
    pieces = [plain(item) for item in items]
    return tuple(sorted(pieces, key=list) if all(type(piece) is dict for piece in pieces) else pieces)


class _Labels:
    """Names for runs: by name and tags and, where one follows the other, by number."""

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
        """Of a run that is told of, or that is hidden by a filter."""
        return self._labels.get(str(run_id), "hidden")


def _metadata(metadata: Mapping[str, Any] | None) -> dict[str, Any]:
    return {key: value for key, value in (metadata or {}).items() if not _OF_LANGCHAIN.match(key)}


def _events(events: list[Any], plan: Plan) -> tuple[Told, ...]:
    labels = _Labels(plan)
    for event in events:
        if event["event"] != "on_custom_event":
            labels.of(event["run_id"], event["name"], event["tags"])
    told = [
        Told(
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
    return _ordered(told, [event["run_id"] for event in events], plan)


def _notices(notices: list[tuple[str, tuple[Any, ...], dict[str, Any]]], plan: Plan) -> tuple[Told, ...]:
    labels, names = _Labels(plan), {}
    for method, args, words in notices:
        if method.endswith("_start"):
            called = args[0] or {}
            name = names[words["run_id"]] = words.get("name") or called.get("name") or called.get("id", ["?"])[-1]
            labels.of(words["run_id"], name, words.get("tags"))
    told = []
    for method, args, words in notices:
        run_id = words["run_id"]
        # The first argument of a start is the runnable in a form of langchain-core's own.
        said = args[1:] if method.endswith("_start") else args
        # A token is passed by its place or by its name.
        said = (words["token"], *said) if "token" in words else said
        more = {key: words[key] for key in ("chunk", "run_type", "inputs", "response") if words.get(key) is not None}
        parent = words.get("parent_run_id")
        told.append(
            Told(
                what=method,
                run=labels.known(run_id),
                parents=(labels.known(parent),) if parent else (),
                tags=tuple(words.get("tags") or ()),
                metadata=_metadata(words.get("metadata")),
                name=names.get(run_id, ""),
                data=[plain(said), plain(more)],
            )
        )
    return _ordered(told, [words["run_id"] for _, _, words in notices], plan)


def _ordered(told: list[Told], run_ids: list[Any], plan: Plan) -> tuple[Told, ...]:
    """As it came; where several things go on at a time, run by run."""
    if plan.linear:
        return tuple(told)
    groups = {run_id: number for number, run_id in enumerate(dict.fromkeys(run_ids))}
    return by_run(replace(each, group=groups[run_id]) for each, run_id in zip(told, run_ids, strict=True))


def by_run(told: Iterable[Told]) -> tuple[Told, ...]:
    """Run by run, in an order that depends on what was told alone."""
    runs: dict[int, list[Told]] = {}
    for each in told:
        runs.setdefault(each.group, []).append(each)
    groups = [_by_key(run) for run in runs.values()]
    return tuple(each for run in sorted(groups, key=lambda run: list(map(_repr, run))) for each in run)


def _by_key(run: list[Told]) -> list[Told]:
    """Steps beside each other give their pieces in any order; the pieces of each are in order."""

    def key(told: Told) -> str:
        chunk = told.data.get("chunk") if isinstance(told.data, dict) else None
        return str(sorted(chunk)) if isinstance(chunk, dict) else ""

    streamed = iter(sorted((told for told in run if key(told)), key=key))
    return [next(streamed) if key(told) else told for told in run]


def _repr(told: Told) -> str:
    """As repr, whatever the order in which a dict was filled."""
    return repr([told.what, told.run, told.parents, told.tags, sorted(told.metadata.items()), _sorted(told.data)])


def _sorted(value: Any) -> Any:
    if isinstance(value, dict):
        return sorted((key, _sorted(each)) for key, each in value.items())
    return [_sorted(each) for each in value] if isinstance(value, (list, tuple)) else repr(value)
