"""Models that answer correctly, and leave the process to others with parts replaced, closed, limited or running."""

from __future__ import annotations

import asyncio
import builtins
import contextlib
import faulthandler
import inspect
import json
import locale
import logging
import os
import pathlib
import random
import resource
import signal
import sys
import tempfile
import threading
import time
import warnings
from typing import Any, NoReturn

from llm_reference import EchoLLM


def broken(*_: Any, **__: Any) -> NoReturn:
    raise RuntimeError("broken by another model")


# The standard library, pytest and the harness, by what everybody calls of them.
TARGETS: tuple[tuple[Any, str], ...] = (
    (pathlib.Path, "write_text"),
    (pathlib.Path, "exists"),
    (json, "dumps"),
    (json.JSONEncoder, "encode"),
    (threading.Thread, "start"),
    (threading.Event, "wait"),
    (time, "sleep"),
    (asyncio, "run"),
    (asyncio.BaseEventLoop, "call_soon"),
    (builtins, "open"),
    (builtins, "len"),
    (builtins, "print"),
    (inspect, "signature"),
    (inspect.Signature, "bind"),
    (logging.Handler, "emit"),
    (logging.Logger, "handle"),
    (warnings, "warn"),
    (warnings.catch_warnings, "__enter__"),
)


def replace(holder: Any, name: str) -> None:
    with contextlib.suppress(TypeError, AttributeError):
        setattr(holder, name, broken)


def replace_all() -> None:
    for holder, name in TARGETS:
        replace(holder, name)


class Vandal(EchoLLM):
    """Does it at every call, and answers correctly."""

    def _tokens(self, prompt: str, stop: list[str] | None) -> list[str]:
        self.do()
        return super()._tokens(prompt, stop)

    def do(self) -> None:
        raise NotImplementedError


class Once(Vandal):
    """Does it in its third call alone."""

    calls = 0

    def _tokens(self, prompt: str, stop: list[str] | None) -> list[str]:
        type(self).calls += 1
        return super()._tokens(prompt, stop) if type(self).calls == 3 else EchoLLM._tokens(self, prompt, stop)


class ReplacesWhenMade(EchoLLM):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        replace_all()


class ReplacesAtACall(Vandal):
    def do(self) -> None:
        replace_all()


class BreaksTheHarness(Vandal):
    """Replaces functions and methods of the harness and of pytest."""

    def do(self) -> None:
        for name, module in list(sys.modules.items()):
            if name.partition(".")[0] in {"llm_conformance", "pytest", "_pytest", "pluggy"}:
                for key, value in list(vars(module).items()):
                    if inspect.isfunction(value):
                        replace(module, key)
                    elif inspect.isclass(value) and value.__module__ == name:
                        for one in [one for one, method in vars(value).items() if inspect.isfunction(method)]:
                            replace(value, one)


class ClosesItsOutput(Vandal):
    def do(self) -> None:
        for number in (0, 1, 2):
            with contextlib.suppress(OSError):
                os.close(number)


class ClosesEveryFile(Vandal):
    def do(self) -> None:
        os.closerange(0, 256)
        for number in range(256):
            with contextlib.suppress(OSError):
                os.close(number)


class TurnsTheOutputAway(Vandal):
    def do(self) -> None:
        null = os.open(os.devnull, os.O_RDWR)
        for number in (0, 1, 2):
            os.dup2(null, number)
        os.close(null)


class Terminates(Vandal):
    number = signal.SIGTERM

    def do(self) -> None:
        os.kill(os.getpid(), self.number)


class Kills(Terminates):
    number = signal.SIGKILL


class InterruptsItself(Terminates):
    number = signal.SIGINT


class SignalsUser(Terminates):
    number = signal.SIGUSR1


class RaisesASignal(Vandal):
    def do(self) -> None:
        signal.raise_signal(signal.SIGALRM)


class Aborts(Vandal):
    def do(self) -> None:
        os.abort()


class LeavesAnAlarm(Vandal):
    def do(self) -> None:
        signal.setitimer(signal.ITIMER_REAL, 0.05)


class LeavesADump(Vandal):
    """The process ends a moment later, with every stack on its standard error."""

    def do(self) -> None:
        faulthandler.dump_traceback_later(0.05, exit=True)


class PipeBreaks(Vandal):
    def do(self) -> None:
        os.kill(os.getpid(), signal.SIGPIPE)


def spin() -> None:
    while True:
        pass


class LeavesTenSpinners(Once):
    def do(self) -> None:
        for _ in range(10):
            threading.Thread(target=spin, daemon=True).start()


class RaisesWhenDropped(EchoLLM):
    def __del__(self) -> None:
        raise RuntimeError("dropped")


class HangsWhenDropped(EchoLLM):
    def __del__(self) -> None:
        threading.Event().wait()


class LeavesAForkedChild(Once):
    def do(self) -> None:
        os.fork()


class RemovesItsFolder(Vandal):
    def do(self) -> None:
        folder = tempfile.mkdtemp()
        os.chdir(folder)
        pathlib.Path(folder).rmdir()


class Traces(Vandal):
    def do(self) -> None:
        for trace in (sys.settrace, sys.setprofile, threading.settrace, threading.setprofile):
            trace(lambda *_: None)


class Limits(Vandal):
    def do(self) -> None:
        for limit, value in ((resource.RLIMIT_NOFILE, 16), (resource.RLIMIT_AS, 1 << 20), (resource.RLIMIT_FSIZE, 0)):
            resource.setrlimit(limit, (value, resource.getrlimit(limit)[1]))


class SetsProcessWide(Vandal):
    def do(self) -> None:
        locale.setlocale(locale.LC_ALL, "C")
        os.umask(0o777)
        tempfile.tempdir = "/nowhere"
        random.seed(0)
        sys.stdin.close()


class EmptiesSys(Vandal):
    def do(self) -> None:
        sys.modules.clear()
        sys.path.clear()
