"""Judges defects of the zoo and conforming models again and again on a busy machine: one set of failures each.

    python tests/repeats.py                     # 1 000 runs of 40 subjects in turn, beside four busy loops
    python tests/repeats.py --runs 200 --jobs 3 # five runs of each, three at a time
    python tests/repeats.py --subject hook-reads-ahead --subject slow:QuickAfterPrompt

A run judges every check except the costly ones that have nothing to do with the subject's defect, and those about
timing of the conforming models. Runs share the processes that judge them, in another order each round. It ends with 1
if a subject fails another set of MUST and SHOULD checks than the zoo says, in any run.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from importlib import import_module
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from random import Random
from time import perf_counter

sys.path.insert(0, str(Path(__file__).parent))

from llm_conformance.catalogue.catalogue import CHECKS
from llm_conformance.records import Level
from llm_conformance.subject.spec import ImplSpec
from llm_zoo import DEFECTS
from load import busy
from zoo.findings import COSTLY, affordable_checks_of, checks_of, found_in
from zoo.test_conforming_models import EXCUSED, KWARGS, WIRED, failed_checks

# One or two of each part of the contract, also such as a busy machine could hide or cause; none that a clock measures.
DEFECTIVE = (
    "last-chunk-dropped",
    "repeated-chunks-dropped",
    "stream-in-one-chunk",
    "ainvoke-doubled",
    "batch-reversed",
    "batch-groups-overwritten",
    "stop-ignored",
    "stop-sticks",
    "errors-swallowed",
    "error-ends-stream",
    "producer-error-not-forwarded",
    "early-close-not-reported",
    "tokens-reported-twice",
    "start-emitted-twice",
    "no-stream-events-in-chain",
    "include-beats-exclude",
    "shared-buffer",
    "shared-buffer-on-a-loop",
    "buffers-reused-after-eight",
    "hook-reads-ahead",
    "hook-suppresses-cancellation",
    "background-task-not-cancelled",
    "cancel-cancels-all",
    "collected-first",
    "sync-call-on-loop",
)
CONFORMING = (
    "reference_based:EchoLLM",
    "langchain_based:Both",
    "langchain_based:Listed",
    "hooked:JoinsWords",
    "hooked:LongAnswer",
    "plain:Complete",
    "answers:Sampling",
    "answers:RarelyDifferent",
    "scripted:Both",
    "scripted:ChatSync",
    "scripted_threads:InThread",
    "scripted_threads:Impatient",
    "slow:QuickAfterPrompt",
    "slow:ComputesOnLoop",
    "adapters:WireAdapter",
)
_BY_NAME = {defect.id: (model, defect) for model, defect in DEFECTS.items()}
_TIMED = {check for check in CHECKS if check.endswith("-timing")}
# Subjects that a process judges: what they leave behind, such as threads, is a load for those that follow.
_RUNS_OF_A_PROCESS = 40

Failures = frozenset[str]


def failures_of(subject: str) -> Failures:
    """The MUST and SHOULD checks that fail, judged in this process. A harness error is an AssertionError."""
    if subject in _BY_NAME:
        model, defect = _BY_NAME[subject]
        found: Iterable[str] = found_in(model, defect, checks_of(defect) | affordable_checks_of(defect))
        found = {name for name in found if CHECKS[name].level is not Level.MAY} - {*defect.may_also_fail}
        return frozenset(_named(found, {*defect.caught_by, *defect.also_fails}))
    module, _, name = subject.partition(":")
    wire = WIRED.get(import_module(f"zoo.conforming.{module}"))
    kwargs = {"url": "{url}"} if wire else KWARGS.get(name)
    selected = (CHECKS.keys() - COSTLY) | _TIMED
    return frozenset(failed_checks(ImplSpec(f"zoo.conforming.{module}", name), kwargs, wire, [selected]))


def expected_of(subject: str) -> Failures:
    """What fails according to the zoo."""
    if subject in _BY_NAME:
        _, defect = _BY_NAME[subject]
        return frozenset({*defect.caught_by, *defect.also_fails})
    return frozenset(EXCUSED.get(subject.partition(":")[2], {}))


def in_turn(subjects: Iterable[str], runs: int) -> Iterator[str]:
    """So many subjects: all of them in each round, and in another order."""
    rounds = (Random(number).sample([*subjects], len([*subjects])) for number in range(runs))  # noqa: S311 - no secret
    return islice((subject for one in rounds for subject in one), runs)


def judge_all(subjects: Iterable[str], jobs: int) -> dict[str, Counter[Failures]]:
    """How often each set of failures came, by subject. A process that dies, or an error of the harness, is one, too."""
    found: dict[str, Counter[Failures]] = defaultdict(Counter)
    waiting, judged = iter(subjects), 0
    # A pool that replaces its processes by itself (`max_tasks_per_child`) may wait for ever in CPython 3.11.
    while some := [*islice(waiting, jobs * _RUNS_OF_A_PROCESS)]:
        with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
            runs = {pool.submit(failures_of, subject): subject for subject in some}
            for run in as_completed(runs):
                failures, subject = _outcome(run), runs[run]
                found[subject][failures] += 1
                if failures != expected_of(subject):
                    _say(f"{subject}: {_listed(failures)}")
        judged += len(some)
        _say(f"{judged} runs judged")
    return found


def _outcome(run: Future[Failures]) -> Failures:
    try:
        return run.result()
    except Exception as error:  # noqa: BLE001 - whatever it is, it is not a verdict
        return frozenset({f"{type(error).__name__}: {' '.join(str(error).split())[:200]}"})


def lines_of(found: Mapping[str, Counter[Failures]]) -> Iterator[str]:
    """A table: subject, runs, number of sets; and each set, with how often it came if there are several."""
    width = max(map(len, found))
    yield f"{'subject':{width}}  runs  sets  failures"
    for subject, sets in found.items():
        several = len(sets) > 1
        listed = [f"{times} x {_listed(one)}" if several else _listed(one) for one, times in sets.most_common()]
        yield f"{subject:{width}}  {sets.total():4}  {len(sets):4}  {'; '.join(listed)}"


def _named(found: Iterable[str], known: set[str]) -> set[str]:
    """These checks; one that the defect names by its family alone is replaced by the family."""
    families = {name: f"{CHECKS[name].family}[*]" for name in found}
    return {name if name in known or family not in known else family for name, family in families.items()}


def _listed(failures: Failures) -> str:
    return ", ".join(sorted(failures)) or "-"


def _say(text: str) -> None:
    print(text, flush=True)  # noqa: T201 - it is a command


def main() -> int:
    """Read the options."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=1_000, help="runs, of all subjects in turn")
    parser.add_argument("--loops", type=int, default=4, help="processes that only compute")
    parser.add_argument("--jobs", type=int, default=1, help="runs at a time; more than one is a load of its own")
    parser.add_argument(
        "--subject", dest="subjects", action="append", help="only this defect, or model of tests/zoo/conforming"
    )
    options = parser.parse_args()
    subjects, began = options.subjects or [*DEFECTIVE, *CONFORMING], perf_counter()
    with busy(options.loops):
        found = judge_all(in_turn(subjects, options.runs), options.jobs)
    for line in lines_of({subject: found[subject] for subject in subjects if subject in found}):
        _say(line)
    wrong = sum(sets.total() - sets[expected_of(subject)] for subject, sets in found.items())
    several = sum(len(sets) > 1 for sets in found.values())
    _say(
        f"{options.runs} runs of {len(found)} subjects beside {options.loops} loops in {perf_counter() - began:.0f} s:"
    )
    _say(f"{several} subjects with several sets of failures, {wrong} runs with another set than the zoo says")
    return min(wrong, 1)


if __name__ == "__main__":
    sys.exit(main())
