"""Judges conforming models on a busy machine, and compares the verdicts with those of a quiet one.

    python tests/load.py                          # 200 runs of 20 models beside six busy loops; takes hours
    python tests/load.py --jobs 12                # twelve runs at a time: they share what the loops leave
    python tests/load.py --runs 20 -k live -k close   # one run of each model, and the checks of two groups

It ends with 1 if a MUST or a SHOULD fails on the busy machine that a quiet machine does not show.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter
from typing import NamedTuple

from llm_conformance.catalogue.catalogue import CHECKS
from llm_conformance.records import Level, Status
from llm_conformance.run import Run
from llm_conformance.run_spec import RunSpec
from llm_conformance.subject.spec import ImplSpec

_WIRE = "openai-completions"
# Twenty models: black boxes of several frameworks, slow ones, scripted ones, and adapters on a simulated provider.
MODELS = (
    "sse_readers:DefaultTimeout",
    "scripted:Both",
    "plain:Complete",
    "adapters:WireAdapter",
    "hooked:JoinsWords",
    "scripted_threads:Impatient",
    "langchain_based:Both",
    "sse_readers:ByHttpClient",
    "slow:QuickAfterPrompt",
    "scripted_threads:InThread",
    "chat_models:Streams",
    "adapters:OneAnswerAtATime",
    "slow:ComputesOnLoop",
    "scripted:ChatSync",
    "reference_based:EchoLLM",
    "adapters:FromThreads",
    "scripted_threads:OneCallOfAProcess",
    "answers:Sampling",
    "hooked:LongAnswer",
    "scripted:of_chains",
)
_BUSY_LOOP = "while True:\n    pass"
_HERE = Path(__file__).parent


class Outcome(NamedTuple):
    """What one check said of one model."""

    level: str
    status: str
    text: str


Verdicts = dict[str, Outcome]


def judged(model: str, groups: Sequence[str]) -> Verdicts:
    """The verdicts on a model of tests/zoo/conforming, in this process."""
    module, _, name = model.partition(":")
    spec = ImplSpec(f"zoo.conforming.{module}", name)
    on_wire = module in {"adapters", "sse_readers"}
    kwargs = {"url": "{url}"} if on_wire else {}
    with Run(RunSpec.of(spec, kwargs=kwargs, wire=_WIRE if on_wire else None)) as run:
        verdicts = [run.judge.verdict(one.id) for one in CHECKS.values() if not groups or one.group in groups]
    return {
        one.check: Outcome(one.level, one.status, one.reason or "; ".join(str(found.actual) for found in one.findings))
        for one in verdicts
    }


def judged_alone(model: str, groups: Sequence[str]) -> Verdicts:
    """The same in a process of its own."""
    command = [sys.executable, __file__, "--one", model, *(part for group in groups for part in ("-k", group))]
    env = {**os.environ, "PYTHONPATH": os.pathsep.join([str(_HERE), *sys.path])}
    run = subprocess.run(command, capture_output=True, encoding="utf-8", check=True, env=env)
    return {check: Outcome(*outcome) for check, outcome in json.loads(run.stdout).items()}


@contextmanager
def busy(loops: int) -> Iterator[None]:
    """So many processes beside this one that only compute."""
    running = [subprocess.Popen([sys.executable, "-c", _BUSY_LOOP]) for _ in range(loops)]
    try:
        yield
    finally:
        for one in running:
            one.kill()
            one.wait()


def failures(verdicts: Verdicts) -> set[str]:
    """The MUST and the SHOULD that fail, and the errors of the harness."""
    bad = {Status.FAILED, Status.HARNESS_ERROR}
    return {check for check, one in verdicts.items() if one.level != Level.MAY and one.status in bad}


def differences(quiet: Verdicts, loaded: Verdicts) -> list[str]:
    """Each verdict that is another one under load."""
    return [
        f"{check}: {quiet[check].status} -> {one.status} ({one.text[:100]})"
        for check, one in loaded.items()
        if one.status != quiet[check].status
    ]


def compare(models: Sequence[str], runs: int, loops: int, jobs: int, groups: Sequence[str]) -> int:
    """Judge the models in turn beside busy loops, `jobs` at a time, and then each once without; 1 if load fails one."""

    def judge(number: int) -> tuple[str, Verdicts]:
        model, begun = models[number % len(models)], perf_counter()
        verdicts = judged_alone(model, groups)
        _say(f"{number + 1}/{runs} {model}: {perf_counter() - begun:.0f} s", *sorted(failures(verdicts)))
        return model, verdicts

    with busy(loops), ThreadPoolExecutor(jobs) as pool:
        loaded = list(pool.map(judge, range(runs)))
    quiet = {model: judged_alone(model, groups) for model in dict.fromkeys(model for model, _ in loaded)}
    changed = Counter(f"{model} {line}" for model, one in loaded for line in differences(quiet[model], one))
    for line, times in changed.most_common():
        _say(f"  {times} x {line}")
    differing = [(model, check) for model, one in loaded for check in failures(one) - failures(quiet[model])]
    _say(f"{runs} runs beside {loops} loops: {len(differing)} failures that a quiet machine does not show")
    for model, check in differing:
        _say(f"  {model} {check}")
    return min(len(differing), 1)


def _say(*words: str) -> None:
    print(*words, flush=True)  # noqa: T201 - it is a command


def main() -> int:
    """Read the options."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=200, help="runs on the busy machine, of all models in turn")
    parser.add_argument("--loops", type=int, default=6, help="processes that only compute")
    parser.add_argument("--jobs", type=int, default=1, help="runs at a time; more than one is a load of its own")
    parser.add_argument("-k", dest="groups", action="append", default=[], help="only the checks of this group")
    parser.add_argument("--model", dest="models", action="append", help="only this model of tests/zoo/conforming")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        _say(json.dumps(judged(options.one, options.groups)))
        return 0
    return compare(options.models or MODELS, options.runs, options.loops, options.jobs, options.groups)


if __name__ == "__main__":
    sys.exit(main())
