"""The open files of the process, by number: a model may close its own, and not those of others."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from contextlib import suppress
from os import close, closerange, dup, dup2, fstat, listdir
from typing import Any, NamedTuple

_FOLDER = "/dev/fd"
_STANDARD = (0, 1, 2)
_MODULES: tuple[Any, ...] = (os, sys.modules[os.name])


class _File(NamedTuple):
    """What a number stands for: it may be another file later."""

    device: int
    inode: int


class Descriptors:
    """The files that were open before the model was called, while it is called.

    A model may redirect the standard output, as some do while they load weights: it goes back where it went before.
    """

    def __init__(self) -> None:
        self._others: dict[int, _File] = {}
        self._standard: list[tuple[int, int, _File]] = []
        self._found: list[tuple[int, _File | None]] = []
        self._keeps = False

    def look(self) -> None:
        """What is open now is of others than the model that is called next."""
        numbers: list[str] = []
        with suppress(OSError):
            numbers = listdir(_FOLDER)  # noqa: PTH208 - a path would be made at each look
        found = {int(number): _file(int(number)) for number in numbers}
        self._others = {number: file for number, file in found.items() if file is not None}

    def begin(self) -> None:
        """The model is called from here on."""
        found = [(number, _file(number)) for number in _STANDARD]
        if found != self._found:
            for _, copy, _ in self._standard:
                close(copy)
            self._standard = [(number, dup(number), file) for number, file in found if file is not None]
            self._found = found
        self._keeps = True
        for module in _MODULES:
            module.close, module.closerange = self._close, self._close_range

    def end(self) -> None:
        """It is not called any more."""
        self._keeps = False
        for module in _MODULES:
            module.close, module.closerange = close, closerange
        for number, copy, file in self._standard:
            if _file(number) != file:
                dup2(copy, number)

    def _close(self, number: int) -> None:
        if not self._is_of_others(number):
            close(number)

    def _close_range(self, low: int, high: int) -> None:
        kept = sorted(number for number in self._numbers() if low <= number < high and self._is_of_others(number))
        for number in (*kept, high):
            # Python closes every file for an empty range that begins with 0.
            if low < number:
                closerange(low, number)
            low = number + 1

    def _is_of_others(self, number: int) -> bool:
        if not self._keeps:
            return False
        is_copy = any(number == copy for _, copy, _ in self._standard)
        return is_copy or (number in self._others and _file(number) == self._others[number])

    def _numbers(self) -> set[int]:
        return {*self._others, *(copy for _, copy, _ in self._standard)}


KEPT_OPEN: dict[str, Callable[..., None]] = {"close": close, "closerange": closerange}
FILES = Descriptors()


def _file(number: int) -> _File | None:
    try:
        found = fstat(number)
    except OSError:
        return None
    return _File(found.st_dev, found.st_ino)
