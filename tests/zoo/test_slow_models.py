"""Checks by timing: a slow conforming model passes, and a defect that shows only by its timing fails."""

from typing import Any

import pytest

from llm_conformance.records import Status, Verdict
from llm_conformance.run import Run
from llm_conformance.run_spec import RunSpec
from llm_conformance.subject.profile import Profile
from llm_conformance.subject.spec import ImplSpec
from llm_zoo import timing
from llm_zoo.bases.adapter import WireAdapter
from llm_zoo.http_errors import TimeoutFromTheRequest
from zoo.conforming import slow


def verdict(check: str, model: type[Any]) -> Verdict:
    with Run(RunSpec.of(ImplSpec(model.__module__, model.__qualname__))) as run:
        return run.judge.verdict(check)


@pytest.mark.parametrize("name", slow.__all__)
@pytest.mark.parametrize("check", ["loop.not-blocked-timing", "live.stream-timing"])
def test_a_slow_model_does_not_fail(check: str, name: str) -> None:
    found = verdict(check, getattr(slow, name))

    assert found.status in {Status.PASSED, Status.INCONCLUSIVE, Status.NOT_APPLICABLE}, found


def test_a_loop_that_keeps_running_passes() -> None:
    assert verdict("loop.not-blocked-timing", slow.SlowTokens).status is Status.PASSED


def test_chunks_that_arrive_one_by_one_pass() -> None:
    assert verdict("live.stream-timing", slow.SlowTokens).status is Status.PASSED


def test_a_loop_that_is_blocked_by_computation_is_reported() -> None:
    found = verdict("loop.not-blocked-timing", slow.ComputesOnLoop)

    assert found.status is Status.INCONCLUSIVE
    assert found.reason.startswith("the event loop was blocked for ")


def test_an_adapter_with_a_read_timeout_reads_a_slow_stream() -> None:
    profile = Profile(claims={"short-timeout": True}, short_timeout={"timeout": 0.3})
    spec = ImplSpec(WireAdapter.__module__, WireAdapter.__qualname__)
    options = RunSpec.of(spec, kwargs={"url": "{url}"}, profile=profile, wire="openai-completions")
    with Run(options) as run:
        found = run.judge.verdict("wire.stall[slow_but_steady]")

    # On a busy machine the provider may be late itself.
    assert found.status in {Status.PASSED, Status.INCONCLUSIVE}, found


def test_a_slow_stream_takes_longer_than_the_client_waits() -> None:
    # Beside the silent provider it takes 1.2 s, which this timeout of a whole answer would outlast.
    spec = ImplSpec(TimeoutFromTheRequest.__module__, TimeoutFromTheRequest.__qualname__)
    profile = Profile(claims={"short-timeout": True}, short_timeout={"timeout": 1.3})
    options = RunSpec.of(spec, kwargs={"url": "{url}"}, profile=profile, wire="openai-completions")
    with Run(options) as run:
        # Without a call under another fault, it is not known that a style can be called.
        run.judge.verdict("wire.delivery[coalesced]")
        found = run.judge.verdict("wire.stall[slow_but_steady]")

    # On a busy machine the provider may be late itself.
    assert found.status in {Status.FAILED, Status.INCONCLUSIVE}, found


def test_a_conforming_model_is_measured_once() -> None:
    with Run(RunSpec.of(ImplSpec(slow.__name__, "SlowTokens"))) as run:
        run.judge.verdict("loop.not-blocked-timing")
        run.judge.verdict("live.stream-timing")

    timed = ["timing[ainvoke]", "timing[stream]", "timing[astream]"]
    assert [list(run.recorded[name]["by_label"]) for name in timed] == [["the first time"]] * 3


@pytest.mark.parametrize(
    ("check", "model"),
    [("loop.not-blocked-timing", timing.BlocksLoopWhileWaiting), ("live.stream-timing", timing.ChunksBuffered)],
)
def test_a_model_fails_only_by_two_calls(check: str, model: type[Any]) -> None:
    found = verdict(check, model)

    assert found.status is Status.FAILED
    assert " and " in str(found.findings[0].actual)
