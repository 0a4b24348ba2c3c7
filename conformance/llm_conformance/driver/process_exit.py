"""Keeps a model from ending the process of the run: `os._exit()` raises in the model instead.

A process that a model ends with 0 would pass for a run without findings. A signal still ends the process, with another
code. So does C code, as through ctypes: only another process notices that, such as the controller of pytest-xdist.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from types import ModuleType
from typing import Any, NoReturn

from llm_conformance.driver.recorder import location
from llm_conformance.records import Raised

# The second and third replace the process by another one, whose exit code is that of the run.
_NAMES = ("_exit", "execv", "execve")
_THREADS = "llm-conformance-"
_OURS = "llm_conformance"


class ProcessExitError(BaseException):
    """The model would have ended the process; no handler for `Exception` in the model may catch it."""


class ProcessGuard:
    """Replaces the functions that end the process, while a run uses it.

    After a run that failed, a process that ends with 0 ends with the exit code of the run: a thread or an exit handler
    of the model may still call them.
    """

    def __init__(self) -> None:
        self._originals: dict[str, Callable[..., NoReturn]] = {}
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
            self._originals = {name: getattr(os, name) for name in _NAMES if hasattr(os, name)}
            self._bound = list(_bound_in_modules(self._originals)) if bound else []
            self._put({name: self._stand_in(name) for name in self._originals})

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
            self._attempts.append(
                Raised(
                    type=f"{ProcessExitError.__module__}.{ProcessExitError.__qualname__}",
                    message=str(error),
                    bases=tuple(kind.__name__ for kind in ProcessExitError.__mro__),
                    location=location(sys._getframe(1)),  # noqa: SLF001 - the caller's place, also where it catches this
                )
            )
            raise error

        return stand_in

    def _put(self, functions: dict[str, Callable[..., NoReturn]]) -> None:
        modules: list[ModuleType] = [os, sys.modules[os.name]]
        for module in modules:
            for name, function in functions.items():
                setattr(module, name, function)
        for namespace, name, original in self._bound:
            namespace[name] = functions[original]


def _bound_in_modules(functions: Mapping[str, object]) -> Iterator[tuple[dict[str, Any], str, str]]:
    """The globals of each module that has bound one of the functions, the name there, and the name of the function."""
    by_id = {id(function): name for name, function in functions.items()}
    for module_name, module in list(sys.modules.items()):
        if isinstance(module, ModuleType) and module_name.partition(".")[0] != _OURS:
            # vars() would load a lazy module.
            namespace = object.__getattribute__(module, "__dict__")
            if not by_id.keys().isdisjoint(map(id, namespace.values())):
                yield from [(namespace, name, by_id[id(one)]) for name, one in namespace.items() if id(one) in by_id]


def _runs_model() -> bool:
    """Whether this thread may run code of the model on behalf of the harness."""
    thread = threading.current_thread()
    return thread is threading.main_thread() or thread.name.startswith(_THREADS)


GUARD = ProcessGuard()
