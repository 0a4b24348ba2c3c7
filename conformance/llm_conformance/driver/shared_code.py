"""Functions and classes that everybody calls: a model may replace them for itself, and others have what there was."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable, Iterable
from itertools import chain
from operator import is_, methodcaller
from types import (
    BuiltinFunctionType,
    ClassMethodDescriptorType,
    FunctionType,
    GetSetDescriptorType,
    MemberDescriptorType,
    MethodDescriptorType,
    MethodType,
    ModuleType,
    WrapperDescriptorType,
)
from typing import Any, NamedTuple

# Everybody calls their functions: they are put back after each observation.
PUT_BACK = ("builtins", "sys", "os", "time", "gc", "threading", "signal", "logging", "warnings", "json", "re")
# What else the harness and pytest call of the standard library, and many models with them.
_STANDARD = """
    abc asyncio base64 collections concurrent contextlib contextvars copy dataclasses functools hashlib inspect io
    itertools json logging pathlib posixpath queue random selectors shutil socket string subprocess tempfile threading
    traceback types uuid warnings
"""
_PYTEST = ("pytest", "_pytest", "pluggy")
_HARNESS = ("llm_conformance", "llm_fixtures")
CODE: tuple[type, ...] = (
    *(FunctionType, BuiltinFunctionType, MethodType, type, staticmethod, classmethod, property, functools.partial),
    *(MethodDescriptorType, WrapperDescriptorType, ClassMethodDescriptorType),
    *(GetSetDescriptorType, MemberDescriptorType),
)
# A class in C cannot be changed.
_IMMUTABLE, _HEAP = 1 << 8, 1 << 9
_VALUES = methodcaller("values")
_GONE = object()
_get = object.__getattribute__


class Change(NamedTuple):
    """One name of a module or class that a model has given another value.

    holder: a class, or the namespace of a module. before, value: `_GONE` if there is none.
    """

    holder: Any
    where: str
    name: str
    before: Any
    value: Any

    def make(self) -> None:
        """Make the change again."""
        _put(self.holder, self.name, self.value)

    def undo(self) -> None:
        """Put back what was there."""
        _put(self.holder, self.name, self.before)

    @property
    def text(self) -> str:
        """Such as `json.dumps`."""
        return f"{self.where}.{self.name}"


class SharedCode:
    """The modules of some packages or folders, and their classes, as they are without a model.

    `look()` before a model is called; `undone()` after it.
    """

    def __init__(self, packages: Iterable[str]) -> None:
        self._packages = tuple(packages)
        self._beginnings = tuple(f"{one}." for one in self._packages)
        self._size = 0
        self._known: set[int] = set()
        # Holders, their names, their namespaces, a copy of each of these, and all values in a row.
        self._holders: list[Any] = []
        self._names: list[str] = []
        self._namespaces: list[Any] = []
        self._copies: list[dict[str, Any]] = []
        self._first: list[dict[str, Any]] = []
        self._flat: tuple[Any, ...] = ()

    def look(self) -> None:
        """Take what is there for what others have: also what was imported, or changed by them, since the last look."""
        if len(sys.modules) != self._size:
            self._size = len(sys.modules)
            for name, module in tuple(sys.modules.items()):
                if issubclass(type(module), ModuleType) and self._names_one(name):
                    self._add(name, module)
            self._flat = ()
        if not self._same():
            self._keep_all()

    def undone(self, is_of_model: Callable[[Change], bool]) -> list[Change]:
        """What the model has given another function or class, after it was put back; what else has changed stays."""
        if self._same():
            return []
        # A thread of the model may go on replacing: what it does from here on is found at the next look.
        seen = [dict(one) for one in self._namespaces]
        changes = [
            (number, change)
            for number, (now, before) in enumerate(zip(seen, self._copies, strict=True))
            if len(now) != len(before) or not all(map(is_, now.values(), before.values()))
            for change in changes_of(self._holders[number], self._names[number], now, before)
            # A fixture may put back what it has replaced.
            if change.value is not self._first[number].get(change.name) and is_of_model(change)
        ]
        for number, change in changes:
            change.undo()
            _put(seen[number], change.name, change.before)
        self._copies = seen
        self._flat = tuple(chain.from_iterable(map(_VALUES, seen)))
        return [change for _, change in changes]

    def _keep_all(self) -> None:
        self._copies = [dict(one) for one in self._namespaces]
        self._flat = tuple(chain.from_iterable(map(_VALUES, self._copies)))

    def _same(self) -> bool:
        now = tuple(chain.from_iterable(map(_VALUES, self._namespaces)))
        # Unless it lies, what has replaced a function is not equal to it.
        return now == self._flat

    def _add(self, name: str, module: ModuleType) -> None:
        # vars() would load a lazy module.
        namespace = _get(module, "__dict__")
        if id(namespace) in self._known or type(namespace) is not dict:
            return
        if name not in PUT_BACK:
            self._keep(namespace, name, namespace)
        for one in tuple(namespace.values()):
            if issubclass(type(one), type) and id(one) not in self._known and self._has(one):
                self._keep(one, f"{one.__module__}.{one.__qualname__}", type.__dict__["__dict__"].__get__(one))

    def _has(self, one: type) -> bool:
        changes = one.__flags__ & _HEAP and not one.__flags__ & _IMMUTABLE
        return bool(changes) and self._names_one(str(one.__module__))

    def _names_one(self, module: str) -> bool:
        return module in self._packages or module.startswith(self._beginnings)

    def _keep(self, holder: Any, name: str, namespace: Any) -> None:
        self._known.add(id(holder))
        self._holders.append(holder)
        self._names.append(name)
        self._namespaces.append(namespace)
        self._first.append(dict(namespace))


def changes_of(holder: Any, where: str, now: Any, before: dict[str, Any]) -> list[Change]:
    """What is another function or class in a namespace than before, or is gone, or hides what was inherited."""
    found = [
        Change(holder, where, name, old, now.get(name, _GONE))
        for name, old in before.items()
        if (callable(old) or issubclass(type(old), CODE)) and now.get(name, _GONE) is not old
    ]
    of_module = isinstance(holder, dict)
    return found + [
        Change(holder, where, name, _GONE, value)
        for name, value in tuple(now.items())
        # A name that a module gets is its own affair, unless it hides a builtin.
        if name not in before and issubclass(type(value), CODE) and (not of_module or name in _BUILTINS)
    ]


def _put(holder: Any, name: str, value: Any) -> None:
    if isinstance(holder, dict):
        if value is _GONE:
            holder.pop(name, None)
        else:
            holder[name] = value
    elif value is not _GONE:
        # A metaclass of the model's choice may do anything.
        type.__setattr__(holder, name, value)
    elif name in holder.__dict__:
        type.__delattr__(holder, name)


_BUILTINS = frozenset(vars(sys.modules["builtins"]))
SHARED = SharedCode([*_STANDARD.split(), *_PYTEST])
OURS = SharedCode(_HARNESS)
