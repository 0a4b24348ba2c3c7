"""That verdicts come by cause and not by clock, as figures: `python tests/script/by_cause.py repeat|load|times`.

repeat   the same subjects again and again: the hash of their verdicts, which must be one
load     llm_timeout 1 and 60, beside busy processes: the same verdicts, and 60 takes no longer
times    for each check by cause: how long its calls took of innocents, and of its defect; ! is a deadline that was met
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
from llm_conformance.records import Control, Level
from llm_conformance.records.saved_run import SubjectRecord
from llm_conformance.run import Run, RunSpec
from llm_conformance.subject.profile import Profile
from llm_conformance.subject.spec import ImplSpec
from llm_zoo import DEFECTS
from zoo.conforming import scripted, scripted_chains, scripted_odd

SUBJECTS = ("llm_zoo.bases.scripted:ScriptedModel", "zoo.conforming.scripted:Both", "zoo.conforming.scripted:SyncOnly")
SHORT, LONG = 1.0, 60.0
INNOCENTS = [f"{one.__name__}:{name}" for one in (scripted, scripted_odd, scripted_chains) for name in one.__all__]
DEADLINE = 2.0
BUSY = "while True: pass"


def judged(spec: str, timeout: float) -> SubjectRecord:
    """Everything of one subject that takes a script."""
    with Run(RunSpec.of(ImplSpec.parse(spec), profile=Profile(control=Control.SCRIPT), timeout=timeout)) as run:
        return run.record()


def verdicts(record: SubjectRecord) -> str:
    """The hash of all that was said of a subject."""
    said = "\n".join(f"{name} {verdict.status}" for name, verdict in sorted(record.verdicts.items()))
    return hashlib.sha256(said.encode()).hexdigest()[:12]


@contextmanager
def busy(many: int) -> Iterator[None]:
    """So many processes that leave no core idle."""
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
            said = verdicts(judged(spec, 10))
            hashes[spec][said] += 1
            print(f"{number + 1:>4}  {said}  {spec}", flush=True)  # noqa: T201 - what this is for
    for spec, found in hashes.items():
        print(f"{sum(found.values())} runs, {len(found)} verdict sets: {spec} {dict(found)}")  # noqa: T201 - the same
    return all(len(found) == 1 for found in hashes.values())


def load(many: int, subjects: Sequence[str]) -> bool:
    """Whether a short and a long deadline say the same beside busy processes."""
    same = True
    with busy(many):
        for spec in subjects:
            said = {}
            for timeout in (SHORT, LONG):
                begun = time.perf_counter()
                said[timeout] = verdicts(judged(spec, timeout))
                seconds = time.perf_counter() - begun
                print(f"llm_timeout {timeout:>2g}: {said[timeout]} in {seconds:5.1f} s  {spec}", flush=True)  # noqa: T201 - the same
            same = same and said[SHORT] == said[LONG]
    return same


def times() -> bool:
    """Whether no innocent met the deadline of any check by cause."""
    innocent: dict[str, Took] = defaultdict(Took)
    for spec in INNOCENTS:
        took = taken(spec, BY_CAUSE)
        told("innocent", spec.partition(":")[2], took)
        for check, one in took.items():
            innocent[check] = max(innocent[check], one)
    guilty: dict[str, tuple[Took, str]] = {}
    for model, defect in DEFECTS.items():
        by = [name for name in (*defect.caught_by, *defect.also_fails) if name in BY_CAUSE]
        if defect.script and by:
            took = taken(f"{model.__module__}:{model.__qualname__}", by)
            told("defect", defect.id, took)
            for check, one in took.items():
                guilty[check] = max(guilty.get(check, (Took(), "-")), (one, defect.id))
    print(f"{'check':<24} {'innocents':>10} {'defect':>10}   (deadline {DEADLINE:g} s, more for more calls)")  # noqa: T201 - the same
    for check in BY_CAUSE:
        one, who = guilty.get(check, (Took(), "-"))
        print(f"{check:<24} {innocent[check]} {one}   {who}")  # noqa: T201 - the same
    return not any(one.met for one in innocent.values())


class Took(NamedTuple):
    """The longest that a call took; met: one of them met its deadline."""

    met: bool = False
    seconds: float = 0.0

    def __str__(self) -> str:
        return f"{self.seconds:>8.3f}s{'!' if self.met else ' '}"


def taken(spec: str, checks: Iterable[str]) -> dict[str, Took]:
    """How long the calls of one subject took that these checks judge; only what they need is run."""
    with Run(RunSpec.of(ImplSpec.parse(spec), profile=Profile(control=Control.SCRIPT), timeout=DEADLINE)) as run:
        for check in checks:
            run.judge.verdict(check)
        seen = {
            name: max(_calls(data), default=Took())
            for name, data in run.recorded.items()
            if SCENARIOS[name].control is not Control.BLACKBOX
        }
    return {check: max((seen.get(one, Took()) for one in _scenarios(check)), default=Took()) for check in checks}


def told(what: str, who: str, took: Mapping[str, Took]) -> None:
    """One subject in a line, as soon as it is through."""
    check, slowest = max(took.items(), key=lambda item: item[1])
    print(f"{what:<9} {who:<32} {slowest}  {check}", flush=True)  # noqa: T201 - the same


def _scenarios(check: str) -> tuple[str, ...]:
    return (*CHECKS[check].for_each, *CHECKS[check].observations)


def _calls(data: Mapping[str, Any]) -> Iterator[Took]:
    yield Took(data.get("hung") is not None, data.get("seconds", 0.0))
    for one in (*data.get("by", {}).values(), data.get("smallest")):
        if one is not None:
            yield from _calls(one)


BY_CAUSE = [
    name
    for name, check in CHECKS.items()
    if check.level is not Level.MAY and any(SCENARIOS[one].control is not Control.BLACKBOX for one in _scenarios(name))
]


def main() -> int:
    """Print the figures; 1 where they are not as they should be."""
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
