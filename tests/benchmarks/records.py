"""P4: what a run does with a long answer: observe and record it, save it, judge it again, show it as a page."""

import resource
from collections.abc import Callable
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time
from typing import Any

from benchmarks.measure import fresh
from benchmarks.row import Row, Rows, Wanted
from benchmarks.word_model import word_model
from llm_conformance.catalogue.catalogue import CHECKS
from llm_conformance.judge.rejudge import judge_again
from llm_conformance.records import Unavailable
from llm_conformance.records.saved_run import SavedRun, SubjectRecord, load, save
from llm_conformance.report.html.page import render
from llm_conformance.run import Run
from llm_conformance.run_spec import RunSpec
from llm_conformance.subject.spec import ImplSpec

_MICRO = 1e6
_SHORT, _LONG, _VERY_LONG = 1_000, 10_000, 100_000
_OBSERVED = ("stream", "astream", "events_v1", "events_v2", "nested_v2")
_STEPS = ("save", "load", "judge", "page")


def records(*, tiny: bool = False, long: bool = False) -> Rows:
    """Two rows for each step: the time per chunk, and the memory at its peak."""
    short, many = (10, 100) if tiny else (_SHORT, _VERY_LONG if long else _LONG)
    for step in (*_OBSERVED, *_STEPS):
        brief, ours = (fresh(per_chunk, step, chunks, tiny=tiny) for chunks in (short, many))
        what = f"a run's {step}, a chunk of {many:,}"
        yield Row("P4", what, ours, "us", Wanted.AT_MOST, 1.1, f"of {short:,}", brief)
    brief, ours = (fresh(kept, chunks, tiny=tiny) for chunks in (short, many))
    yield Row("P4", f"a run's file, a chunk of {many:,}", ours, "bytes", Wanted.AT_MOST, 1.1, f"of {short:,}", brief)
    yield Row("P4", f"a run, peak memory at {many:,} chunks", fresh(peak, many, tiny=tiny), "MB", Wanted.AT_MOST, 500)


def words(count: int) -> Any:
    """A model whose answer has so many words."""
    return word_model("ours", count)


def per_chunk(step: str, chunks: int, *, tiny: bool) -> float:
    """Microseconds. A step is measured once: it is long, or comes after a shorter one in the same process."""
    return _steps(chunks, until=step)[step] / chunks * _MICRO


def kept(chunks: int, *, tiny: bool) -> float:
    """The bytes of the saved run, compressed."""
    return _steps(chunks, until="save")["bytes"] / chunks


def peak(chunks: int, *, tiny: bool) -> float:
    """The resident memory of the process at its peak, in megabytes."""
    _steps(chunks, until=_STEPS[-1])
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _steps(chunks: int, until: str) -> dict[str, float]:
    """The CPU seconds of each step, up to the one of that name; of the saved run also the bytes."""
    took: dict[str, float] = {}

    def timed(name: str, work: Callable[[], Any]) -> Any:
        start = process_time()
        result = work()
        took[name] = process_time() - start
        return result

    spec = RunSpec.of(ImplSpec(__name__, words.__name__), kwargs={"count": chunks}, timeout=600)
    with TemporaryDirectory() as folder, Run(spec) as run:
        for name in _OBSERVED:
            observed = timed(name, partial(run.judge.observations.get, name))
            assert not isinstance(observed, Unavailable), observed.reason
            if name == until:
                return took
        verdicts = {check.id: run.judge.verdict(check.id) for check in CHECKS.values() if _is_observed(check, run)}
        record, path = SubjectRecord(run.subject_info, dict(run.recorded), verdicts), Path(folder) / "run.json.gz"
        timed("save", lambda: save({str(spec.impl): record}, path, gate="must"))
        took["bytes"] = path.stat().st_size
        [saved] = timed("load", lambda: load(path)).subjects
        judged = timed("judge", lambda: judge_again(saved))
        assert all(judged.verdicts[name].status == one.status for name, one in verdicts.items())
        timed("page", lambda: render(SavedRun([judged], "must", interrupted=False, date="2026-01-01")))
    return took


def _is_observed(check: Any, run: Run) -> bool:
    """Whether the run has everything that the check judges."""
    return not {*check.for_each, *check.observations} - run.recorded.keys()
