"""Measures that verdicts depend on causes and not on clocks: `python tests/control/determinism.py repeat|load|times`.

repeat   runs the same subjects many times; the hash of the verdicts on each must not change
load     llm_timeout 1 and 60, beside busy processes; the verdicts must be the same, and 60 takes no longer
times    for each check without a clock, the longest call of a conforming model and of a defect; ! is a reached deadline
"""

from __future__ import annotations

import argparse
import hashlib
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

sys.path.insert(0, str(Path(__file__).parents[1]))

from llm_conformance.catalogue.catalogue import CHECKS, SCENARIOS
from llm_conformance.judge.observations import Attempt
from llm_conformance.records import Control, Level
from llm_conformance.records.saved_run import SubjectRecord
from llm_conformance.run import Run
from llm_conformance.run_spec import RunSpec
from llm_conformance.subject.profile import Profile
from llm_conformance.subject.spec import ImplSpec
from llm_zoo import DEFECTS
from zoo.conforming import scripted, scripted_chains, scripted_odd, scripted_threads

SUBJECTS = ("llm_zoo.bases.scripted:ScriptedModel", "zoo.conforming.scripted:Both", "zoo.conforming.scripted:SyncOnly")
SHORT, LONG = 1.0, 60.0
_MODULES = (scripted, scripted_odd, scripted_threads, scripted_chains)
CONFORMING = [f"{one.__name__}:{name}" for one in _MODULES for name in one.__all__]
DEADLINE = 2.0
BUSY = "while True: pass"


def judged(spec: str, timeout: float) -> SubjectRecord:
    """Everything of one subject that takes a script."""
    with Run(RunSpec.of(ImplSpec.parse(spec), profile=Profile(control=Control.SCRIPT), timeout=timeout)) as run:
        return run.record()


def verdicts(record: SubjectRecord) -> str:
    """The hash of the statuses of a subject."""
    lines = "\n".join(f"{name} {verdict.status}" for name, verdict in sorted(record.verdicts.items()))
    return hashlib.sha256(lines.encode()).hexdigest()[:12]


@contextmanager
def busy(many: int) -> Iterator[None]:
    """Busy processes, so that no core is idle."""
    processes = [subprocess.Popen([sys.executable, "-c", BUSY]) for _ in range(many)]
    try:
        yield
    finally:
        for process in processes:
            process.kill()
            process.wait()


def repeat(runs: int, subjects: Sequence[str]) -> bool:
    """Whether every run of a subject ended with the same verdicts."""
    hashes: dict[str, Counter[str]] = {spec: Counter() for spec in subjects}
    for number in range(runs):
        for spec in subjects:
            digest = verdicts(judged(spec, 10))
            hashes[spec][digest] += 1
            print(f"{number + 1:>4}  {digest}  {spec}", flush=True)  # noqa: T201 - what this is for
    for spec, found in hashes.items():
        print(f"{sum(found.values())} runs, {len(found)} verdict sets: {spec} {dict(found)}")  # noqa: T201 - the same
    return all(len(found) == 1 for found in hashes.values())


def load(many: int, subjects: Sequence[str]) -> bool:
    """Whether a short and a long deadline lead to the same verdicts beside busy processes."""
    same = True
    with busy(many):
        for spec in subjects:
            digests = {}
            for timeout in (SHORT, LONG):
                begun = time.perf_counter()
                digests[timeout] = verdicts(judged(spec, timeout))
                seconds = time.perf_counter() - begun
                print(f"llm_timeout {timeout:>2g}: {digests[timeout]} in {seconds:5.1f} s  {spec}", flush=True)  # noqa: T201 - the same
            same = same and digests[SHORT] == digests[LONG]
    return same


def times() -> bool:
    """Whether no conforming model reached the deadline of a check that uses no clock."""
    conforming: dict[str, Took] = defaultdict(Took)
    for spec in CONFORMING:
        took = taken(spec, WITHOUT_CLOCK)
        print_line("conforming", spec.partition(":")[2], took)
        for check, one in took.items():
            conforming[check] = max(conforming[check], one)
    defective: dict[str, tuple[Took, str]] = {}
    for model, defect in DEFECTS.items():
        by = [name for name in (*defect.caught_by, *defect.also_fails) if name in WITHOUT_CLOCK]
        if defect.script and by:
            took = taken(f"{model.__module__}:{model.__qualname__}", by)
            print_line("defect", defect.id, took)
            for check, one in took.items():
                defective[check] = max(defective.get(check, (Took(), "-")), (one, defect.id))
    print(f"{'check':<24} {'conforming':>10} {'defect':>10}   (deadline {DEADLINE:g} s, more for more calls)")  # noqa: T201 - the same
    for check in WITHOUT_CLOCK:
        one, slowest = defective.get(check, (Took(), "-"))
        print(f"{check:<24} {conforming[check]} {one}   {slowest}")  # noqa: T201 - the same
    return not any(one.met for one in conforming.values())


class Took(NamedTuple):
    """The longest call; met: one of the calls reached its deadline."""

    met: bool = False
    seconds: float = 0.0

    def __str__(self) -> str:
        return f"{self.seconds:>8.3f}s{'!' if self.met else ' '}"


def taken(spec: str, checks: Iterable[str]) -> dict[str, Took]:
    """The longest of the calls that each of these checks judges; only what they need is run."""
    with Run(RunSpec.of(ImplSpec.parse(spec), profile=Profile(control=Control.SCRIPT), timeout=DEADLINE)) as run:
        for check in checks:
            run.judge.verdict(check)
        longest = {
            name: max(_calls(data), default=Took())
            for name, data in run.recorded.items()
            if SCENARIOS[Attempt.parse(name).scenario].control is not Control.BLACKBOX
        }
    return {check: max((longest.get(one, Took()) for one in _scenarios(check)), default=Took()) for check in checks}


def print_line(what: str, model: str, took: Mapping[str, Took]) -> None:
    """Print a line about one subject, as soon as its calls are over."""
    check, slowest = max(took.items(), key=lambda item: item[1])
    print(f"{what:<10} {model:<32} {slowest}  {check}", flush=True)  # noqa: T201 - the same


def _scenarios(check: str) -> tuple[str, ...]:
    return (*CHECKS[check].for_each, *CHECKS[check].observations)


def _calls(data: Mapping[str, Any]) -> Iterator[Took]:
    yield Took(data.get("hung") is not None, data.get("seconds", 0.0))
    for one in (*data.get("by_label", {}).values(), data.get("counterexample")):
        if one is not None:
            yield from _calls(one)


WITHOUT_CLOCK = [
    name
    for name, check in CHECKS.items()
    if check.level is not Level.MAY and any(SCENARIOS[one].control is not Control.BLACKBOX for one in _scenarios(name))
]


def main() -> int:
    """Print the figures; 1 if a rule above is broken."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("repeat", "load", "times"))
    parser.add_argument("--runs", type=int, default=200, help="for repeat (default: 200)")
    parser.add_argument("--subjects", nargs="+", default=SUBJECTS, help="for repeat and load (default: three)")
    parser.add_argument("--busy", type=int, default=6, help="for load: how many processes (default: 6)")
    options = parser.parse_args()
    if options.what == "repeat":
        right = repeat(options.runs, options.subjects)
    else:
        right = load(options.busy, options.subjects) if options.what == "load" else times()
    return 0 if right else 1


if __name__ == "__main__":
    sys.exit(main())
