"""The benchmarks, by the goal that they measure."""

from collections.abc import Callable
from functools import partial

from benchmarks.adapter import adapter
from benchmarks.decoder import decoder
from benchmarks.growth import growth
from benchmarks.idle import idle
from benchmarks.imports import imports
from benchmarks.many_subjects import many_subjects
from benchmarks.reference import chains, events, streams
from benchmarks.row import Rows
from benchmarks.simulator import simulator
from benchmarks.suite import suite
from benchmarks.wire_run import wire_run

BENCHMARKS: dict[str, Callable[..., Rows]] = {
    "P1": events,
    "P2": chains,
    "P3": streams,
    "P4": growth,
    "P5": idle,
    "P6": decoder,
    "P7": adapter,
    "P8": suite,
    "P9": wire_run,
    "P10": simulator,
    "P11": imports,
    "P12": many_subjects,
}


def chosen(names: list[str], *, long: bool) -> dict[str, Callable[[], Rows]]:
    """The benchmarks with these names, each a goal or a file; all of them without names."""
    for name in names:
        if not any(_named(name, goal) for goal in BENCHMARKS):
            raise ValueError(f"no benchmark {name!r}; there are {', '.join(BENCHMARKS)}")
    goals = [goal for goal in BENCHMARKS if not names or any(_named(name, goal) for name in names)]
    return {goal: partial(growth, long=True) if long and goal == "P4" else BENCHMARKS[goal] for goal in goals}


def _named(name: str, goal: str) -> bool:
    return name in (goal, BENCHMARKS[goal].__module__.rpartition(".")[2])
