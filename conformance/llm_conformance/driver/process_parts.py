"""Parts of the state of a process that a model may change: how each is read, and how it is put back."""

from __future__ import annotations

import gc
import locale
import logging
import os
import signal
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from os import chdir, getcwd
from threading import get_ident, main_thread
from types import ModuleType
from typing import Any, NamedTuple

from llm_conformance.driver.process_exit import GUARD, TIMERS

try:
    import resource
except ImportError:  # Windows
    _LIMITS: tuple[int, ...] = ()
else:
    _LIMITS = (resource.RLIMIT_NOFILE, resource.RLIMIT_AS, resource.RLIMIT_FSIZE)

_SIGNALS = [number for number in signal.valid_signals() if number not in {signal.SIGKILL, signal.SIGSTOP}]
_TIMERS = (signal.ITIMER_REAL, signal.ITIMER_VIRTUAL, signal.ITIMER_PROF) if hasattr(signal, "setitimer") else ()
_LISTS: tuple[list[Any], ...] = (sys.meta_path, sys.path_hooks, gc.callbacks)
# Those of `signal` make an enumeration of each number and handler.
_OF_C = sys.modules["_signal"]
# asyncio logs each new event loop.
_LOGGERS = (logging.root, logging.getLogger("asyncio"))


class Part(NamedTuple):
    """One part of the state. write: puts back what `read` gave."""

    read: Callable[[], Any]
    write: Callable[[Any], object]


class Streams:
    """The standard output and standard error, which a model cannot close from here to `restore()`."""

    def __init__(self) -> None:
        self._streams = [sys.stdout, sys.stderr]
        for stream in self._streams:
            # Such as None, or an object with slots.
            with suppress(AttributeError):
                stream.close = lambda: None  # type: ignore[method-assign]

    def restore(self) -> None:
        """Let them be closed."""
        for stream in self._streams:
            with suppress(AttributeError):
                del stream.close


class Timers:
    """The timers of the process, whose signals end it by default, from here to `end()`."""

    def __init__(self) -> None:
        self._before = [signal.getitimer(one) for one in _TIMERS]
        self._handlers: dict[int, Any] = {}
        if get_ident() == main_thread().ident:
            for number in TIMERS:
                if _OF_C.getsignal(number) == signal.SIG_DFL:
                    self._handlers[number] = _OF_C.signal(number, GUARD.note_timer)

    def end(self) -> None:
        """Stop those that the model has started."""
        for one, (left, _) in zip(_TIMERS, self._before, strict=True):
            if not left and signal.getitimer(one)[0]:
                signal.setitimer(one, 0)
        _handle(self._handlers)


def _folder() -> str:
    # Somebody may have removed it.
    with suppress(OSError):
        return getcwd()  # noqa: PTH109 - a path would be made at each look
    return ""


def _go_to(folder: str) -> None:
    with suppress(OSError):
        chdir(folder)


def _limit_recursion(depth: int) -> None:
    # It cannot be lower than the stack is deep.
    with suppress(RecursionError):
        sys.setrecursionlimit(depth)


def _limits() -> list[tuple[int, int]]:
    return [resource.getrlimit(one) for one in _LIMITS]


def _limit(before: list[tuple[int, int]]) -> None:
    for one, limit in zip(_LIMITS, before, strict=True):
        with suppress(OSError, ValueError):
            resource.setrlimit(one, limit)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _set_locale(before: str) -> None:
    with suppress(locale.Error):
        locale.setlocale(locale.LC_ALL, before)


def _handlers() -> dict[int, Any]:
    # Only the main thread may put them back.
    if get_ident() != main_thread().ident:
        return {}
    return {number: _OF_C.getsignal(number) for number in _SIGNALS}


def _handle(before: dict[int, Any]) -> None:
    for number, handler in before.items():
        # None: it is not of Python.
        if handler is not None and _OF_C.getsignal(number) is not handler:
            _OF_C.signal(number, handler)


def _lists() -> list[list[Any]]:
    return [one.copy() for one in _LISTS]


def _fill_lists(before: list[list[Any]]) -> None:
    for one, items in zip(_LISTS, before, strict=True):
        one[:] = items


def _loggers() -> list[tuple[int, list[logging.Handler], bool]]:
    return [(one.level, one.handlers.copy(), one.disabled) for one in _LOGGERS]


def _configure_loggers(before: list[tuple[int, list[logging.Handler], bool]]) -> None:
    for logger, (level, handlers, disabled) in zip(_LOGGERS, before, strict=True):
        if logger.level != level:
            logger.setLevel(level)
        logger.handlers[:] = handlers
        logger.disabled = disabled


def _put_modules_back(before: dict[str, ModuleType]) -> None:
    # An import adds at the end, so the names of before are the first ones: thousands, which need not be looked up.
    if [*before] != [*sys.modules][: len(before)]:
        sys.modules.update({name: module for name, module in before.items() if name not in sys.modules})


HANDLERS = Part(_handlers, _handle)
# The subject may rely on these.
LASTING = {
    "folder": Part(_folder, _go_to),
    "path": Part(sys.path.copy, lambda before: sys.path.__setitem__(slice(None), before)),
    "limit of recursion": Part(sys.getrecursionlimit, _limit_recursion),
    "resource limits": Part(_limits, _limit),
    "umask": Part(_umask, os.umask),
    "locale": Part(lambda: locale.setlocale(locale.LC_ALL), _set_locale),
    "folder of temporary files": Part(lambda: tempfile.tempdir, lambda before: setattr(tempfile, "tempdir", before)),
}
# Others suffer from these.
PASSING = (
    Part(sys.modules.copy, _put_modules_back),
    Part(_lists, _fill_lists),
    Part(_loggers, _configure_loggers),
    Part(lambda: logging.root.manager.disable, lambda before: setattr(logging.root.manager, "disable", before)),
    Part(gc.get_threshold, lambda before: gc.set_threshold(*before)),
    Part(gc.get_debug, gc.set_debug),
    Part(sys.getswitchinterval, sys.setswitchinterval),
)
