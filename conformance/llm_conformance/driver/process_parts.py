"""Parts of the state of a process that a model may change: how each is read, and how it is put back."""

from __future__ import annotations

import gc
import logging
import sys
from collections.abc import Callable
from contextlib import suppress
from os import chdir, getcwd
from types import ModuleType
from typing import Any, NamedTuple

try:
    import resource
except ImportError:  # Windows
    _FILES = None
else:
    _FILES = resource.RLIMIT_NOFILE

_LISTS: tuple[list[Any], ...] = (sys.meta_path, sys.path_hooks, gc.callbacks)
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


def _files_limit() -> tuple[int, int]:
    return (0, 0) if _FILES is None else resource.getrlimit(_FILES)


def _limit_files(limit: tuple[int, int]) -> None:
    if _FILES is not None:
        with suppress(OSError, ValueError):
            resource.setrlimit(_FILES, limit)


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
    if not before.keys() <= sys.modules.keys():
        sys.modules.update({name: module for name, module in before.items() if name not in sys.modules})


# The subject may rely on these.
LASTING = {
    "folder": Part(_folder, _go_to),
    "path": Part(sys.path.copy, lambda before: sys.path.__setitem__(slice(None), before)),
    "recursion": Part(sys.getrecursionlimit, _limit_recursion),
    "files": Part(_files_limit, _limit_files),
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
