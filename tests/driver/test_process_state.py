"""What a model changes in the process while it is observed is undone; what it may rely on comes back for it."""

from __future__ import annotations

import asyncio
import builtins
import gc
import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

import pytest

from llm_conformance.driver.process_state import ProcessState

ANOTHER = os.sep
NAME = "LLM_CONFORMANCE_TEST"


def broken(*_: Any, **__: Any) -> NoReturn:
    raise RuntimeError("broken by the model")


def put(holder: object, name: str) -> Callable[[], None]:
    return lambda: setattr(holder, name, broken)


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
    "environment": (os.environ.clear, lambda: dict(os.environ)),
}
# What the model does, what shows it, and what it finds at the next observation.
KEPT: dict[str, tuple[Callable[[], Any], Callable[[], Any], Any]] = {
    "a variable": (lambda: os.environ.__setitem__(NAME, "1"), lambda: os.environ.get(NAME), "1"),
    "a variable is gone": (lambda: os.environ.pop("PATH"), lambda: os.environ.get("PATH"), None),
    "folder": (lambda: os.chdir(ANOTHER), Path.cwd, Path(ANOTHER)),
    "recursion limit": (lambda: sys.setrecursionlimit(5_000), sys.getrecursionlimit, 5_000),
    "asyncio.run": (put(asyncio, "run"), lambda: asyncio.run, broken),
}


@pytest.mark.parametrize(("change", "look"), UNDONE.values(), ids=UNDONE)
def test_a_change_is_undone(change: Callable[[], Any], look: Callable[[], Any]) -> None:
    before = look()

    with ProcessState().in_force():
        change()

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
