"""Calls at the same time: their results count only if nothing but the calls happened."""

from __future__ import annotations

import os
import threading
import time
import warnings
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from typing import Any, ClassVar

import pytest

from llm_conformance.control.wire import Wire
from llm_conformance.driver.call_result import CallResult
from llm_conformance.driver.driver import Driver
from llm_conformance.driver.recorder import Recorder
from llm_conformance.observe.call_styles import ASTREAM, STREAM
from llm_conformance.observe.controlled_call import ControlledCall
from llm_conformance.observe.side_by_side import Part, SideBySide
from llm_conformance.records import Status
from llm_conformance.run import Run
from llm_conformance.run_spec import RunSpec
from llm_conformance.subject import profile as profiles
from llm_conformance.subject.spec import ImplSpec
from llm_zoo.bases.adapter import WireAdapter

STYLES = (STREAM, STREAM, ASTREAM, ASTREAM)
TOKENS = ("a", "b", "c")
# Those that are played together. The slow stream is left out, as the machine may be too busy to send it.
WAITED_FOR = (
    *("wire.delivery[slow_first_token]", "wire.delivery[jitter]"),
    *("wire.stall[stall]", "wire.stall[stall_headers]", "wire.stall[stall_with_comments]"),
)
DEADLINE = 30.0
KEYS = ("kind", "tokens", "chunks", "exact", "after-end", "fault", "expected")


class Warns(WireAdapter):
    def _stream(self, *args: Any, **kwargs: Any) -> Iterator[Any]:
        warnings.warn("slow", stacklevel=1)
        yield from super()._stream(*args, **kwargs)


class OneAtATime(WireAdapter):
    def _stream(self, *args: Any, **kwargs: Any) -> Iterator[Any]:
        with LOCK:
            yield from super()._stream(*args, **kwargs)


class BlocksTheLoop(WireAdapter):
    async def _astream(self, *args: Any, **kwargs: Any) -> AsyncIterator[Any]:
        time.sleep(0.25)  # noqa: ASYNC251 - the defect
        async for chunk in super()._astream(*args, **kwargs):
            yield chunk


class Counts(WireAdapter):
    """Counts its streams that are under way at the same time."""

    most: ClassVar[int] = 0
    now: ClassVar[int] = 0

    def _stream(self, *args: Any, **kwargs: Any) -> Iterator[Any]:
        with counted():
            yield from super()._stream(*args, **kwargs)

    async def _astream(self, *args: Any, **kwargs: Any) -> AsyncIterator[Any]:
        with counted():
            async for chunk in super()._astream(*args, **kwargs):
                yield chunk


@contextmanager
def counted() -> Iterator[None]:
    with LOCK:
        Counts.now += 1
        Counts.most = max(Counts.most, Counts.now)
    try:
        yield
    finally:
        with LOCK:
            Counts.now -= 1


class LosesTextBesideAnother(WireAdapter):
    """Its asynchronous streams have one place for the text that they read, in the whole process."""

    running: ClassVar[int] = 0

    async def _astream(self, *args: Any, **kwargs: Any) -> AsyncIterator[Any]:
        LosesTextBesideAnother.running += 1
        try:
            async for chunk in super()._astream(*args, **kwargs):
                if LosesTextBesideAnother.running == 1:
                    yield chunk
        finally:
            LosesTextBesideAnother.running -= 1


class EndsTheProcess(WireAdapter):
    def _stream(self, *args: Any, **kwargs: Any) -> Iterator[Any]:
        try:
            yield from super()._stream(*args, **kwargs)
        finally:
            os._exit(3)


LOCK = threading.Lock()


@pytest.fixture
def wire() -> Iterator[Wire]:
    wire = Wire("openai-completions")
    yield wire
    wire.close()


@pytest.fixture
def driver() -> Iterator[Driver]:
    driver = Driver(Recorder(), 2)
    yield driver
    driver.close()


def results_of(model: type[WireAdapter], driver: Driver, wire: Wire, **values: Any) -> list[CallResult] | None:
    """Four calls, each of which is paused until all of them are."""
    (url,) = wire.fill_url({"url": "{url}"}).values()
    calls = [ControlledCall(wire, driver, style, wire.plan(TOKENS, gates=(1,))) for style in STYLES]
    gates = [gate for call in calls for gate in call.answer.gates.values()]

    def open_all() -> None:
        if all(gate.reached.is_set() for gate in gates):
            for gate in gates:
                gate.open()

    for gate in gates:
        gate.on_wait(open_all)
    return SideBySide(driver, [part(call, model(url=url, **values)) for call in calls]).run()


def part(call: ControlledCall, llm: WireAdapter) -> Part:
    return Part(call, lambda: call.read_all(call.items(llm)))


def test_the_calls_are_under_way_at_the_same_time(driver: Driver, wire: Wire) -> None:
    results = results_of(WireAdapter, driver, wire)

    assert results is not None
    assert [(one.raised, one.hung) for one in results] == [(None, None)] * len(STYLES)
    assert all(0 < one.could_run <= one.seconds for one in results)


@pytest.mark.parametrize("model", [Warns, OneAtATime, BlocksTheLoop, EndsTheProcess])
def test_results_that_may_be_of_another_call_do_not_count(model: type[WireAdapter], driver: Driver, wire: Wire) -> None:
    driver.dropped.errors.append("of an earlier call")
    before = {*threading.enumerate()}

    assert results_of(model, driver, wire) is None
    assert driver.dropped.errors == ["of an earlier call"]
    # No call counts as hung: those that are made alone show it.
    assert driver.patience.hung == 0
    # Nothing of them runs on.
    calls = [one for one in {*threading.enumerate()} - before if one.name == "llm-conformance-call"]
    for one in calls:
        one.join(DEADLINE)
    assert not any(one.is_alive() for one in calls)


def test_what_takes_time_is_judged_the_same_side_by_side_and_alone() -> None:
    # With a budget each call is made alone.
    alone, together = waited(WireAdapter, call_budget=1_000), waited(WireAdapter, call_budget=None)

    assert alone == together
    assert [status for _, status in together[0]] == [Status.PASSED] * len(WAITED_FOR)


@pytest.mark.parametrize(("check", "faults"), [("wire.delivery[jitter]", 2), ("wire.stall[stall]", 4)])
def test_what_takes_time_is_played_together(check: str, faults: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Counts, "most", 0)

    waited(Counts, check, call_budget=None)

    # In both call styles.
    assert Counts.most == 2 * faults


def test_what_one_call_style_gets_wrong_beside_others_is_played_alone() -> None:
    verdicts, _, _, _ = waited(LosesTextBesideAnother, "wire.delivery[jitter]", call_budget=None)

    assert verdicts == [("wire.delivery[jitter]", Status.PASSED)]


def waited(model: type[WireAdapter], *checks: str, call_budget: int | None) -> tuple[Any, ...]:
    """The verdicts on faults that take time, what was observed, and the number of calls."""
    impl = ImplSpec(model.__module__, model.__qualname__)
    profile = profiles.of({"short-timeout": {"timeout": 0.5}}, "the test")
    asked = RunSpec.of(
        impl, profile=profile, kwargs={"url": "{url}"}, wire="openai-completions", call_budget=call_budget
    )
    with Run(asked) as run:
        # Without a call under another fault, it is not known that a style can be called.
        run.judge.verdict("wire.delivery[coalesced]")
        verdicts = [run.judge.verdict(check) for check in checks or WAITED_FOR]
        records = {name: record for name, record in run.recorded.items() if "_under[" in name}
    observed = {name: [record.get(key) for key in KEYS] for name, record in records.items()}
    raised = {name: record["raised"]["type"] for name, record in records.items() if record.get("raised")}
    return [(one.check, one.status) for one in verdicts], observed, raised, run.calls
