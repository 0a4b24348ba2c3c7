"""What a model changes in the process while it is observed is undone; what it may rely on comes back for it."""

from __future__ import annotations

import asyncio
import builtins
import gc
import inspect
import json
import locale
import logging
import os
import pathlib
import resource
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any, NoReturn

import pytest

from llm_conformance.driver.driver import Driver
from llm_conformance.driver.process_exit import GUARD
from llm_conformance.driver.process_state import ProcessState
from llm_conformance.driver.recorder import Recorder
from llm_conformance.judge import gate

ANOTHER = os.sep
NAME = "LLM_CONFORMANCE_TEST"


def broken(*_: Any, **__: Any) -> NoReturn:
    raise RuntimeError("broken by the model")


def put(holder: object, name: str) -> Callable[[], None]:
    return lambda: setattr(holder, name, broken)


def umask() -> int:
    os.umask(mask := os.umask(0))
    return mask


def limit_files() -> None:
    resource.setrlimit(resource.RLIMIT_NOFILE, (16, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))


def turn_away() -> None:
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 1)
    os.close(null)


def forget_json() -> None:
    del sys.modules["json"], sys.modules["logging"]


def forget_all() -> None:
    sys.modules.clear()


# What the model does, and what shows it.
UNDONE: dict[str, tuple[Callable[[], Any], Callable[[], Any]]] = {
    "time.sleep": (put(time, "sleep"), lambda: time.sleep),
    "time.monotonic is gone": (lambda: delattr(time, "monotonic"), lambda: time.monotonic),
    "asyncio.sleep": (put(asyncio, "sleep"), lambda: asyncio.sleep),
    "asyncio.tasks.Task": (put(asyncio.tasks, "Task"), lambda: asyncio.tasks.Task),
    "print": (put(builtins, "print"), lambda: builtins.print),
    "len and dict": (lambda: (put(builtins, "len")(), put(builtins, "dict")()), lambda: (builtins.len, builtins.dict)),
    "threading.Thread": (put(threading, "Thread"), lambda: threading.Thread),
    "a trace function of threads": (lambda: threading.settrace(broken), threading.gettrace),
    "sys.excepthook": (put(sys, "excepthook"), lambda: sys.excepthook),
    "sys.stdout": (put(sys, "stdout"), lambda: sys.stdout),
    "sys.meta_path": (sys.meta_path.clear, sys.meta_path.copy),
    "a module": (forget_json, lambda: (sys.modules.get("json"), sys.modules.get("logging"))),
    "all modules": (forget_all, sys.modules.copy),
    "gc threshold": (lambda: gc.set_threshold(1), gc.get_threshold),
    "gc debug": (lambda: gc.set_debug(gc.DEBUG_SAVEALL), gc.get_debug),
    "gc.callbacks": (lambda: gc.callbacks.append(broken), gc.callbacks.copy),
    "level of the root logger": (lambda: logging.root.setLevel(1), lambda: logging.root.level),
    "handlers of the root logger": (logging.root.handlers.clear, logging.root.handlers.copy),
    "logging.disable": (lambda: logging.disable(logging.CRITICAL), lambda: logging.root.manager.disable),
    "signal.signal": (put(signal, "signal"), lambda: signal.signal),
    "switch interval": (lambda: sys.setswitchinterval(2), sys.getswitchinterval),
    "folder": (lambda: os.chdir(ANOTHER), Path.cwd),
    "sys.path": (sys.path.clear, sys.path.copy),
    "recursion limit": (lambda: sys.setrecursionlimit(5_000), sys.getrecursionlimit),
    "umask": (lambda: os.umask(0o777), umask),
    "locale": (lambda: locale.setlocale(locale.LC_ALL, "POSIX"), lambda: locale.setlocale(locale.LC_ALL)),
    "folder of temporary files": (put(tempfile, "tempdir"), lambda: tempfile.tempdir),
    "a lower limit of files": (limit_files, lambda: resource.getrlimit(resource.RLIMIT_NOFILE)),
    "standard output": (turn_away, lambda: os.fstat(1).st_ino),
    "standard error is closed": (lambda: os.close(2), lambda: os.fstat(2).st_ino),
    "all files are closed": (lambda: os.closerange(0, 64), lambda: os.fstat(2).st_ino),
    "a timer": (lambda: signal.setitimer(signal.ITIMER_REAL, 60), lambda: signal.getitimer(signal.ITIMER_REAL)),
    "json.JSONEncoder.encode": (put(json.JSONEncoder, "encode"), lambda: json.JSONEncoder.encode),
    "inspect.signature": (put(inspect, "signature"), lambda: inspect.signature),
    "a method that was inherited": (put(pathlib.PosixPath, "__str__"), lambda: vars(pathlib.PosixPath).get("__str__")),
    "pytest.skip": (put(pytest, "skip"), lambda: pytest.skip),
    "a function of the harness": (put(gate, "_parse"), lambda: gate._parse),
    "environment": (os.environ.clear, lambda: dict(os.environ)),
}
# What the model does, what shows it, and what it finds at the next observation.
KEPT: dict[str, tuple[Callable[[], Any], Callable[[], Any], Any]] = {
    "a variable": (lambda: os.environ.__setitem__(NAME, "1"), lambda: os.environ.get(NAME), "1"),
    "a variable is gone": (lambda: os.environ.pop("PATH"), lambda: os.environ.get("PATH"), None),
    "folder": (lambda: os.chdir(ANOTHER), Path.cwd, Path(ANOTHER)),
    "recursion limit": (lambda: sys.setrecursionlimit(5_000), sys.getrecursionlimit, 5_000),
    "inspect.signature": (put(inspect, "signature"), lambda: inspect.signature, broken),
    "asyncio.run": (put(asyncio, "run"), lambda: asyncio.run, broken),
}


@pytest.mark.parametrize(("change", "look"), UNDONE.values(), ids=UNDONE)
def test_a_change_is_undone(change: Callable[[], Any], look: Callable[[], Any]) -> None:
    before, state = look(), ProcessState()

    with state.in_force():
        change()
    state.leave()

    assert look() == before


@pytest.mark.parametrize(("change", "look", "expected"), KEPT.values(), ids=KEPT)
def test_what_a_subject_relies_on_is_there_for_it_alone(
    change: Callable[[], Any], look: Callable[[], Any], expected: Any
) -> None:
    before, one, other, found = look(), ProcessState(), ProcessState(), []

    with one.in_force():
        change()
    with other.in_force():
        found.append(look())
    with one.in_force():
        found.append(look())

    assert found == [before, expected]
    assert look() == before


def test_a_change_of_somebody_else_in_between_stays() -> None:
    state = ProcessState()
    with state.in_force():
        os.environ[NAME] = "of the model"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LLM_CONFORMANCE_ANOTHER", "of a fixture")

        with state.in_force():
            assert os.environ["LLM_CONFORMANCE_ANOTHER"] == "of a fixture"

    assert NAME not in os.environ


def test_a_model_cannot_close_the_standard_output() -> None:
    with ProcessState().in_force():
        sys.stdout.close()

    assert not sys.stdout.closed


def test_a_module_that_the_model_imports_stays() -> None:
    with ProcessState().in_force():
        sys.modules["llm_conformance_test_module"] = module = type(sys)("a module")

    assert sys.modules.pop("llm_conformance_test_module") is module


def test_what_an_import_replaces_is_in_force_for_the_subjects_that_use_its_module() -> None:
    maker = ModuleType("llm_conformance_test_maker")
    exec("import os\ndef signature(*_): return None", vars(maker))  # noqa: S102 - a function of that module
    user = ModuleType("llm_conformance_test_user")
    vars(user)["maker"] = maker
    before, found = inspect.signature, []
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, maker.__name__, maker)
        patch.setitem(sys.modules, user.__name__, user)

        with ProcessState().importing(maker.__name__):
            inspect.signature = maker.signature
        for name in (user.__name__, "json"):
            state = ProcessState()
            with state.importing(name):
                pass
            with state.in_force():
                found.append(inspect.signature)
            state.leave()

    assert found == [maker.signature, before]
    assert inspect.signature is before


def test_what_a_fixture_replaces_between_two_observations_stays() -> None:
    state = ProcessState()
    with state.importing("llm_reference"):
        pass
    fixture = ModuleType("llm_conformance_test_plugin")
    exec("def signature(*_): return None", vars(fixture))  # noqa: S102 - a function of that module
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, fixture.__name__, fixture)
        patch.setattr(inspect, "signature", fixture.signature)
        with state.in_force():
            during = inspect.signature

        assert (during, inspect.signature) == (fixture.signature, fixture.signature)
    state.leave()


def test_a_timer_of_the_model_does_not_end_the_process() -> None:
    with ProcessState().in_force():
        signal.setitimer(signal.ITIMER_REAL, 0.001)
        signal.sigtimedwait([], 0.2)

    assert [one.message for one in GUARD.attempts()] == ["the timer that sends SIGALRM ends the process"]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_a_signal_that_would_end_the_process_raises(number: signal.Signals) -> None:
    driver = Driver(Recorder(), 5)

    with ProcessState().in_force():
        result = driver.call(lambda: os.kill(os.getpid(), number))
    driver.close()

    assert result.raised is not None
    assert result.raised.message == f"os.kill({number.name}) ends the process"


def test_a_signal_that_the_model_handles_reaches_it() -> None:
    got: list[int] = []
    before = signal.signal(signal.SIGUSR1, lambda number, _: got.append(number))
    driver = Driver(Recorder(), 5)

    with ProcessState().in_force():
        os.kill(os.getpid(), signal.SIGUSR1)
    driver.close()
    signal.signal(signal.SIGUSR1, before)

    assert got == [signal.SIGUSR1]


def spin() -> None:
    while True:
        pass


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells which threads compute")
def test_threads_that_a_subject_leaves_and_that_compute_are_stopped() -> None:
    state, waiting = ProcessState(), threading.Event()
    waits = threading.Thread(target=waiting.wait, daemon=True)
    spinners = [threading.Thread(target=spin, daemon=True) for _ in range(3)]

    with state.in_force():
        for one in (waits, *spinners):
            one.start()
    state.leave()
    for one in spinners:
        one.join(10)

    assert [one.is_alive() for one in (waits, *spinners)] == [True, False, False, False]
    waiting.set()
