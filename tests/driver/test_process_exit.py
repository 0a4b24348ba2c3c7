"""A model that would end the process of the run raises instead."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import threading
from collections.abc import Iterator

import pytest

from llm_conformance.driver.driver import Driver
from llm_conformance.driver.process_exit import GUARD, ProcessExitError
from llm_conformance.driver.recorder import Recorder


@pytest.fixture
def driver() -> Iterator[Driver]:
    one = Driver(Recorder(), 5)
    yield one
    one.close()


def leave(status: int = 0) -> None:
    os._exit(status)


async def leave_on_the_loop() -> None:
    leave()


def swallow() -> None:
    with contextlib.suppress(BaseException):
        leave()


def leave_in_a_thread() -> None:
    thread = threading.Thread(target=swallow)
    thread.start()
    thread.join()


ACTS = {"raised": leave, "nonzero": lambda: leave(3), "swallowed": swallow, "in a thread": leave_in_a_thread}


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
def test_a_call_that_would_end_the_process_raises(driver: Driver, act: object) -> None:
    result = driver.call(act)  # type: ignore[arg-type]

    assert result.raised is not None
    assert result.raised.ends_process
    assert result.raised.message.endswith(" ends the process")
    assert "test_process_exit.py" in result.raised.location
    assert driver.call(lambda: None).raised is None


def test_a_task_that_would_end_the_process_raises(driver: Driver) -> None:
    result = driver.acall(leave_on_the_loop)

    assert result.raised is not None
    assert result.raised.ends_process


def test_another_program_would_end_the_process_too(driver: Driver) -> None:
    with pytest.raises(ProcessExitError):
        os.execv(sys.executable, [sys.executable, "-c", ""])  # noqa: S606

    assert [one.message for one in GUARD.attempts()] == ["os.execv() ends the process"]


def test_the_functions_are_restored() -> None:
    before = os._exit
    driver = Driver(Recorder(), 5)
    during = os._exit
    driver.close()
    driver.close()

    assert before is not during
    assert os._exit is before


PROGRAM = """
import os, sys, threading
from llm_conformance.driver.process_exit import GUARD
{setup}
{end}
"""
FORKED = "print(os.waitpid(pid, 0)[1] >> 8) if (pid := os.fork()) else os._exit(5)"
ENDS = {
    "after a run that failed": ("GUARD.install(); GUARD.remove(1)", "os._exit(0)", 1, ""),
    "after a run that failed, with another code": ("GUARD.install(); GUARD.remove(1)", "os._exit(7)", 7, ""),
    "after a run that passed": ("GUARD.install(); GUARD.remove(0)", "os._exit(0)", 0, ""),
    "a process that the model has forked": ("GUARD.install()", FORKED, 0, "5\n"),
    "a name that was bound before the run": (
        "from os import _exit as leave; GUARD.install(bound=True)",
        "leave(0)",
        1,
        "",
    ),
    "a plugin's thread": ("GUARD.install()", "threading.Thread(target=os._exit, args=(6,)).start()", 6, ""),
}


@pytest.mark.parametrize(("setup", "end", "code", "printed"), ENDS.values(), ids=ENDS)
def test_a_process_ends_with(setup: str, end: str, code: int, printed: str) -> None:
    program = PROGRAM.format(setup=setup, end=end)

    run = subprocess.run([sys.executable, "-c", program], capture_output=True, encoding="utf-8", check=False)

    assert (run.returncode, run.stdout) == (code, printed)
