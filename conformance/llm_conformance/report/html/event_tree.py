"""The events of a call as a tree: each run below its parent, with its events in their order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby

from llm_conformance.records import Event, Events, V3Stream

WIDTH = 240.0
# Runs of a tree, and marks of a run, that are drawn.
_MOST = 60
_MARKS = 200


@dataclass(slots=True)
class Run:
    """One run. phases: its events in words, such as "start, stream (6 times), end". marks: their places and phases."""

    name: str
    sort: str
    run_id: str
    depth: int = 0
    tags: tuple[str, ...] = ()
    parent_known: bool = True
    events: list[tuple[int, Event]] = field(default_factory=list)

    @property
    def phases(self) -> str:
        """The events in words."""
        counted = ((phase, len(list(same))) for phase, same in groupby(event.phase for _, event in self.events))
        return ", ".join(f"{phase or '?'}{times(count)}" for phase, count in counted)


@dataclass(frozen=True, slots=True)
class Tree:
    """The runs in the order of their first event, each behind its parent. count: the number of all events."""

    runs: tuple[Run, ...]
    count: int
    left: int

    def marks(self, run: Run) -> list[tuple[float, str]]:
        """Where the events of the run are among all events, and their phases."""
        return [(round(WIDTH * (at + 0.5) / self.count, 1), event.phase) for at, event in run.events[:_MARKS]]


def tree(call: Events) -> Tree:
    """The runs of these events. An event whose run or parent is not known stands at the root."""
    runs: dict[str, Run] = {}
    parents: dict[str, str] = {}
    for at, event in enumerate(call.events):
        if event.run_id not in runs:
            sort = event.event.removeprefix("on_").rpartition("_")[0]
            runs[event.run_id] = Run(event.name, sort, event.run_id, tags=event.tags)
            parents[event.run_id] = event.parent_ids[-1] if event.parent_ids else ""
        runs[event.run_id].events.append((at, event))
    ordered = _nested(runs, parents)
    return Tree(tuple(ordered[:_MOST]), len(call.events), max(0, len(ordered) - _MOST))


def times(count: int) -> str:
    """How often, behind what is there more than once."""
    return f" \u00d7{count}" if count > 1 else ""


def v3_steps(call: V3Stream) -> list[tuple[str, str, int]]:
    """The events of version v3 in words: event, block, and how many follow each other."""
    named = [(one.event or one.value.type, "" if one.index is None else f"block {one.index}") for one in call.events]
    return [(event, block, len(list(same))) for (event, block), same in groupby(named)][:_MARKS]


def _nested(runs: dict[str, Run], parents: dict[str, str]) -> Sequence[Run]:
    children: dict[str, list[str]] = {}
    for run_id, parent in parents.items():
        known = parent in runs and parent != run_id
        runs[run_id].parent_known = known or not parent
        children.setdefault(parent if known else "", []).append(run_id)
    ordered: list[Run] = []
    left = [(run_id, 0) for run_id in reversed(children.get("", []))]
    while left:
        run_id, depth = left.pop()
        runs[run_id].depth = min(depth, 8)
        ordered.append(runs[run_id])
        left += [(child, depth + 1) for child in reversed(children.get(run_id, []) if run_id else [])]
    # Runs that name each other as parent have no root.
    return [*ordered, *(run for run in runs.values() if not any(run is one for one in ordered))]
