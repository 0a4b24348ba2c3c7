"""Keeps a model from ending the process of the run: `os._exit()` raises in the model instead.

A process that a model ends with 0 would pass for a run without findings. So does a signal that the model sends to the
process, if nothing but the default action waits for it. C code still ends the process, as through ctypes: only another
process notices that, such as the controller of pytest-xdist.
"""

from __future__ import annotations

import _thread
import faulthandler
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from types import FrameType, ModuleType
from typing import Any, NoReturn

from llm_conformance.driver.recorder import location
from llm_conformance.records import Raised

_OS = (os, sys.modules[os.name])
_SIGNAL = (signal, sys.modules["_signal"])
# The second and third replace the process by another one, whose exit code is that of the run.
_MODULES: dict[str, tuple[ModuleType, ...]] = dict.fromkeys(("_exit", "execv", "execve"), _OS)
_MODULES |= dict.fromkeys(("abort", "kill", "killpg"), _OS)
_MODULES |= dict.fromkeys(("raise_signal", "pthread_kill"), _SIGNAL)
_MODULES |= {"interrupt_main": (_thread,), "dump_traceback_later": (faulthandler,)}
GUARDED = _MODULES.keys()
# A call of these ends the process at once, and so it is refused outside of an observation, too.
_ENDS_AT_ONCE = frozenset({"_exit", "execv", "execve"})
# Nothing happens by default.
_HARMLESS = {number for name in ("SIGCHLD", "SIGURG", "SIGWINCH", "SIGCONT") if (number := getattr(signal, name, 0))}
TIMERS = [number for name in ("SIGALRM", "SIGVTALRM", "SIGPROF") if (number := getattr(signal, name, 0))]
_THREADS = "llm-conformance-"
_OURS = "llm_conformance"


class ProcessExitError(BaseException):
    """The model would have ended the process; no handler for `Exception` in the model may catch it."""


class ProcessGuard:
    """Replaces the functions that end the process, while a run uses it.

    observes: whether a model is observed at the moment. Signals are refused then alone: others may send them, too.

    After a run that failed, a process that ends with 0 ends with the exit code of the run: a thread or an exit handler
    of the model may still call them.
    """

    def __init__(self) -> None:
        self.observes = False
        self._originals: dict[str, Callable[..., Any]] = {}
        self._bound: list[tuple[dict[str, Any], str, str]] = []
        self._users = 0
        self._process = 0
        self._status = 0
        self._attempts: list[Raised] = []

    def install(self, *, bound: bool = False) -> None:
        """Replace the functions, until each caller has called `remove`.

        bound: also in the modules that have bound one of them, as by `from os import _exit`.
        """
        self._users += 1
        self._process = os.getpid()
        if not self._originals:
            self._originals = {
                name: getattr(modules[0], name) for name, modules in _MODULES.items() if hasattr(modules[0], name)
            }
            self._bound = list(_bound_in_modules(self._originals)) if bound else []
            self._put({name: self._stand_in_of(name) for name in self._originals})

    def remove(self, status: int = 0) -> None:
        """End the use by one caller. status: the exit code of its run."""
        self._users -= 1
        self._status = status
        if not self._users and not status:
            self._put(self._originals)
            self._originals = {}

    def attempts(self) -> list[Raised]:
        """The attempts to end the process since the last call of this method, as the exceptions that they raised."""
        taken, self._attempts = self._attempts, []
        return taken

    def note_timer(self, number: int, _frame: object) -> None:
        """A handler of signals, for those by which a timer of the model would end the process."""
        self._attempts.append(_raised(f"the timer that sends {_name_of(number)} ends the process", None))

    def _stand_in_of(self, name: str) -> Callable[..., Any]:
        return self._stand_in(name) if name in _ENDS_AT_ONCE else self._checked(name)

    def _checked(self, name: str) -> Callable[..., Any]:
        """Stands in for a function that ends the process with some arguments only."""
        original = self._originals[name]
        module = _MODULES[name][0].__name__

        def stand_in(*arguments: Any, **keywords: Any) -> Any:
            if not (self.observes and os.getpid() == self._process and self._users):
                return original(*arguments, **keywords)
            if not (number := _ending_signal(name, arguments, keywords)):
                return original(*arguments, **keywords)
            shown = _name_of(number) if number in signal.valid_signals() and name not in _OWN_WAY else ""
            error = ProcessExitError(f"{module}.{name}({shown}) ends the process")
            self._attempts.append(_raised(str(error), sys._getframe(1)))  # noqa: SLF001 - the same
            raise error

        return stand_in

    def _stand_in(self, name: str) -> Callable[..., NoReturn]:
        original = self._originals[name]

        def stand_in(*arguments: Any) -> NoReturn:
            if os.getpid() != self._process:
                # A process that the model has forked ends as it wants to.
                original(*arguments)
            if not self._users:
                original(*([arguments[0] or self._status] if name == "_exit" else arguments))
            if name == "_exit" and arguments[0] and not _runs_model():
                # Such as a plugin that ends a run which takes too long.
                original(*arguments)
            what = f"os.{name}({arguments[0]!r})" if name == "_exit" else f"os.{name}()"
            error = ProcessExitError(f"{what} ends the process")
            # The caller's place, also where it catches this.
            self._attempts.append(_raised(str(error), sys._getframe(1)))  # noqa: SLF001
            raise error

        return stand_in

    def _put(self, functions: dict[str, Callable[..., Any]]) -> None:
        for name, function in functions.items():
            for module in _MODULES[name]:
                setattr(module, name, function)
        for namespace, name, original in self._bound:
            namespace[name] = functions[original]


def _raised(message: str, frame: FrameType | None) -> Raised:
    return Raised(
        type=f"{ProcessExitError.__module__}.{ProcessExitError.__qualname__}",
        message=message,
        bases=tuple(kind.__name__ for kind in ProcessExitError.__mro__),
        location=location(frame),
    )


# Their arguments are not a signal for the process.
_OWN_WAY = {"abort", "dump_traceback_later"}


def _ending_signal(name: str, arguments: tuple[Any, ...], keywords: Mapping[str, Any]) -> int:
    """The signal that ends the process, or its run, if the function is called with these arguments; 0 if none does."""
    if name == "abort":
        return signal.SIGABRT
    if name == "dump_traceback_later":
        return signal.SIGABRT if keywords.get("exit", arguments[3:] and arguments[3]) else 0
    number = arguments[-1] if arguments else keywords.get("signalnum", signal.SIGINT)
    if name == "interrupt_main" and not arguments:
        number = signal.SIGINT
    if name in {"kill", "killpg"} and (not arguments or arguments[0] not in _targets(name)):
        return 0
    try:
        handler = signal.getsignal(number)
    except (TypeError, ValueError):
        return 0
    ends = handler is signal.SIG_DFL or handler is signal.default_int_handler
    ends = ends or getattr(handler, "__func__", None) is ProcessGuard.note_timer
    return int(number) if ends and number not in _HARMLESS else 0


def _targets(name: str) -> set[int]:
    """The numbers under which the process is reached: its own, and those of groups with it; and that of its parent."""
    if name == "killpg":
        return {os.getpgrp(), 0}
    return {os.getpid(), os.getppid(), 0, -1, -os.getpgrp()} if hasattr(os, "getpgrp") else {os.getpid(), 0}


def _name_of(number: int) -> str:
    return signal.Signals(number).name


def _bound_in_modules(functions: Mapping[str, object]) -> Iterator[tuple[dict[str, Any], str, str]]:
    """The globals of each module that has bound one of the functions, the name there, and the name of the function."""
    by_id = {id(function): name for name, function in functions.items()}
    for module_name, module in list(sys.modules.items()):
        if issubclass(type(module), ModuleType) and module_name.partition(".")[0] != _OURS:
            # vars() would load a lazy module.
            namespace = object.__getattribute__(module, "__dict__")
            if not by_id.keys().isdisjoint(map(id, namespace.values())):
                yield from [(namespace, name, by_id[id(one)]) for name, one in namespace.items() if id(one) in by_id]


def _runs_model() -> bool:
    """Whether this thread may run code of the model on behalf of the harness."""
    thread = threading.current_thread()
    return thread is threading.main_thread() or thread.name.startswith(_THREADS)


GUARD = ProcessGuard()
