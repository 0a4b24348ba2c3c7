"""P4: the cost of a chunk in a long stream, against a short one: time, and memory if the consumer keeps nothing."""

import asyncio
import tracemalloc
import warnings
from dataclasses import replace
from typing import Any

from benchmarks.measure import acpu, cpu, fresh
from benchmarks.records import records
from benchmarks.reference import is_synchronous, model_of, opened
from benchmarks.row import Row, Rows, Wanted
from checks.records import about, complete_run, reply, stream
from llm_conformance.catalogue.catalogue import CHECKS
from llm_conformance.judge.judge import Judge
from llm_conformance.judge.observations import Attempt
from llm_conformance.records import Observation, Status, Unavailable

_MICRO = 1e6
_SHORT, _LONG, _VERY_LONG = 1_000, 100_000, 1_000_000
_CALLS = ("stream", "astream", "v1", "v2", "chat stream", "chat v2", "chat v3")


def growth(*, tiny: bool = False, long: bool = False) -> Rows:
    """Two rows for each call: time per chunk, and peak memory. Then the judge, which keeps its record, and the run."""
    short, many = (10, 100) if tiny else (_SHORT, _VERY_LONG if long else _LONG)
    size = f"{many:,} chunks"
    for call in _CALLS:
        brief, ours = (fresh(per_chunk, call, chunks, tiny=tiny) for chunks in (short, many))
        yield Row("P4", f"{call}, a chunk of {size}", ours, "us", Wanted.AT_MOST, 1.1, f"of {short:,}", brief)
    for call in _CALLS:
        brief, ours = (fresh(peak, call, chunks, tiny=tiny) for chunks in (short, many))
        yield Row("P4", f"{call}, peak memory of {size}", ours, "KB", Wanted.AT_MOST, 1.1, f"of {short:,}", brief)
    brief, ours = (fresh(judged, chunks, tiny=tiny) for chunks in (short, many))
    yield Row("P4", f"judging, a chunk of {size}", ours, "us", Wanted.AT_MOST, 1.1, f"of {short:,}", brief)
    yield from records(tiny=tiny, long=long)


def per_chunk(call: str, chunks: int, *, tiny: bool) -> float:
    model = model_of("ours", call, chunks)
    if is_synchronous(call):
        return cpu(lambda: _read(model), tiny=tiny) / chunks * _MICRO
    return acpu(lambda: _aread(model, call), tiny=tiny) / chunks * _MICRO


def peak(call: str, chunks: int, *, tiny: bool) -> float:
    """The peak memory in kilobytes. A first call allocates what is allocated once."""
    model, warm = model_of("ours", call, chunks), model_of("ours", call, 1)

    async def main() -> None:
        for one in (warm, model):
            tracemalloc.reset_peak()
            await _aread(one, call)

    tracemalloc.start()
    try:
        if is_synchronous(call):
            _read(warm)
            tracemalloc.reset_peak()
            _read(model)
        else:
            asyncio.run(main())
        return tracemalloc.get_traced_memory()[1] / 1024
    finally:
        tracemalloc.stop()


def judged(chunks: int, *, tiny: bool) -> float:
    """Microseconds per chunk of every check, on records of streams of that length."""
    words = ["word "] * chunks
    records: dict[str, Observation] = {
        "invoke": reply("word " * chunks),
        "stream": stream(*words),
        "astream": stream(*words),
        "events_v1": complete_run(*words, run_id="another"),
        "events_v2": complete_run(*words),
    }
    methods = dict.fromkeys(("invoke", "stream", "astream", "astream_events"), "acme.Acme")
    whole = replace(about(), method_owners=methods)

    def observe(attempt: Attempt, _used: tuple[Observation, ...]) -> Observation | Unavailable:
        return records.get(attempt.scenario, Unavailable(Status.NOT_TESTABLE, "was not recorded"))

    def work() -> None:
        judge = Judge(whole, observe)
        verdicts = [judge.verdict(check) for check in CHECKS]
        assert [one for one in verdicts if one.status in (Status.FAILED, Status.HARNESS_ERROR)] == []

    return cpu(work, tiny=tiny) / chunks * _MICRO


def _read(model: Any) -> None:
    for _ in model.stream("p"):
        pass


async def _aread(model: Any, call: str) -> None:
    warnings.simplefilter("ignore")
    async for _ in await opened(model, call):
        pass
