"""What a model does to the process does not change what the harness sees, of this model or of another."""

from __future__ import annotations

import asyncio
import sys
import time
from typing import Any, NoReturn

import pytest

from llm_conformance.catalogue.catalogue import CHECKS
from llm_conformance.driver.driver import Driver
from llm_conformance.driver.recorder import Recorder
from llm_conformance.records import Control, Level, Reply, Status, Value, Verdict
from llm_conformance.records.codec import through_json
from llm_conformance.run import Run
from llm_conformance.run_spec import RunSpec
from llm_conformance.subject.profile import Profile
from llm_conformance.subject.spec import ImplSpec
from llm_reference import EchoLLM

CLOCKS = (
    "sleep",
    "time",
    "monotonic",
    "perf_counter",
    "process_time",
    "thread_time",
    "perf_counter_ns",
    "monotonic_ns",
)
GROUPS = {"stream", "live", "loop", "close", "cancel", "isolation"}
BY_SCRIPT = Profile(control=Control.SCRIPT)


class HostileText(str):
    """The text of an exception: every operation raises, but for what a str subclass cannot change."""

    __slots__ = ()

    def _raise(self, *_: Any, **__: Any) -> NoReturn:
        raise RuntimeError("hostile")

    __eq__ = __len__ = __add__ = __contains__ = __getitem__ = __iter__ = __format__ = _raise
    replace = partition = split = splitlines = lower = strip = startswith = encode = _raise

    def __hash__(self) -> int:
        raise RuntimeError("hostile")


class SaysHostileTextError(Exception):
    def __str__(self) -> str:
        return HostileText("no licence")


class ExitsWhenAskedError(Exception):
    def __str__(self) -> str:
        raise SystemExit(0)


class HasNoCauseError(Exception):
    @property
    def __cause__(self) -> NoReturn:  # type: ignore[override]
        raise KeyboardInterrupt


def judged(checks: list[str], spec: ImplSpec, profile: Profile | None = None) -> list[Verdict]:
    with Run(RunSpec.of(spec, profile=profile, timeout=2)) as run:
        return [run.judge.verdict(name) for name in checks]


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (SaysHostileTextError(), "no licence"),
        (ExitsWhenAskedError(), "(its message cannot be read)"),
        (HasNoCauseError(), "(its message cannot be read)"),
    ],
)
def test_an_exception_is_recorded_whatever_its_class_does(error: Exception, message: str) -> None:
    driver = Driver(Recorder(), 5)

    def act() -> None:
        raise error

    raised = driver.call(act).raised
    driver.close()

    assert raised is not None
    assert (raised.type.rpartition(".")[2], raised.message) == (type(error).__name__, message)
    assert type(raised.message) is str


def test_a_call_does_not_leave_a_low_limit_of_recursion() -> None:
    driver, before = Driver(Recorder(), 5), sys.getrecursionlimit()

    # The stack of this thread is deeper.
    result = driver.call(lambda: sys.setrecursionlimit(20))
    driver.close()

    assert (result.raised, sys.getrecursionlimit()) == (None, before)


def test_a_loop_records_such_an_exception_as_well() -> None:
    driver = Driver(Recorder(), 5)

    async def act() -> None:
        raise ExitsWhenAskedError

    raised = driver.acall(act).raised
    driver.close()

    assert raised is not None


def test_a_model_without_clocks_beside_it_gets_its_verdicts(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any) -> NoReturn:
        raise RuntimeError("the clock is gone")

    for name in CLOCKS:
        monkeypatch.setattr(time, name, broken)
    monkeypatch.setattr(asyncio, "sleep", broken)
    checks = [one.id for one in CHECKS.values() if one.group in GROUPS and ".flat-" not in one.id]

    verdicts = judged(checks, ImplSpec("llm_zoo.bases.scripted", "ScriptedModel"), BY_SCRIPT)

    bad = [one for one in verdicts if one.status in {Status.FAILED, Status.HARNESS_ERROR}]
    assert [one for one in bad if one.level is not Level.MAY] == []


class RemovesModules(EchoLLM):
    """Removes the modules of the harness at each call."""

    def _call(self, *args: Any, **kwargs: Any) -> str:
        for name in [one for one in sys.modules if one.startswith("llm_conformance")]:
            del sys.modules[name]
        return super()._call(*args, **kwargs)


def test_modules_of_the_harness_stay() -> None:
    before = {name: module for name, module in sys.modules.items() if name.startswith("llm_conformance")}

    checks = ["invoke.completes", "batch.completes", "input.rejects-invalid", "events.text"]
    verdicts = judged(checks, ImplSpec(__name__, "RemovesModules"))

    assert {one.status for one in verdicts} == {Status.PASSED}
    assert {name: sys.modules.get(name) for name in before} == before


class Liar:
    """Says that it is a str of a billion characters, and is equal to everything."""

    __class__ = property(lambda _: str)

    def __len__(self) -> int:
        return 10**9

    def __eq__(self, other: object) -> bool:
        return True

    def __hash__(self) -> int:
        return 0

    def __bool__(self) -> NoReturn:
        raise RuntimeError("neither true nor false")


class Shy(int):
    """A number that shows nothing of itself."""

    def __repr__(self) -> NoReturn:
        raise RuntimeError("no text")

    __str__ = __index__ = __repr__


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Liar(), Value(f"{__name__}.Liar", "object")),
        ([Liar()], Value("list", "list", fields={"0": Value(f"{__name__}.Liar", "object")})),
        (HostileText("no licence"), Value(f"{__name__}.HostileText", "str", text="no licence")),
        (10**5_000, Value("int", "object")),
        (Shy(3), Value(f"{__name__}.Shy", "int", scalar=3)),
    ],
    ids=["liar", "liar in a list", "hostile text", "huge number", "shy number"],
)
def test_a_value_is_recorded_by_the_class_that_it_has(value: object, expected: Value) -> None:
    recorded = Recorder().value(value)

    assert recorded == expected
    assert type(recorded.text) in {str, type(None)}
    assert through_json(Reply(value=recorded)) == Reply(value=expected)


def test_the_next_call_gets_another_loop_after_one_that_the_model_has_closed() -> None:
    driver, ran = Driver(Recorder(), 0.5), []

    async def close_selector() -> None:
        asyncio.get_running_loop()._selector.close()  # type: ignore[attr-defined]
        await asyncio.sleep(0)

    async def act() -> None:
        ran.append(True)

    first = driver.acall(close_selector)
    second = driver.acall(act)
    driver.close()

    assert first.raised is not None
    assert first.raised.message == "I/O operation on closed epoll object"
    assert (second.hung, second.raised, ran) == (None, None, [True])
