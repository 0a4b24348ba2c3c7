"""What the calls of a model change in the process is undone after each observation: others run in it, too.

What an import changes stays, except for code that everybody calls: it concerns everybody who imports the same module.
"""

from __future__ import annotations

import asyncio
import asyncio.events
import asyncio.futures
import asyncio.tasks
import os
import sys
import threading
from collections.abc import Callable, Mapping
from operator import is_
from time import sleep
from types import ModuleType
from typing import Any

from llm_conformance.driver.captured_warnings import capture_warnings
from llm_conformance.driver.descriptors import FILES, Descriptors
from llm_conformance.driver.import_changes import changes_for, note_changes
from llm_conformance.driver.process_exit import GUARD
from llm_conformance.driver.process_parts import HANDLERS, LASTING, PASSING, Streams, Timers
from llm_conformance.driver.replaced_code import ReplacedCode
from llm_conformance.driver.resource_limits import Limits
from llm_conformance.driver.runaway import stop_computing
from llm_conformance.driver.shared_code import CODE, PUT_BACK, Change, SharedCode
from llm_conformance.driver.stacks import calls_run, threads_in_model
from llm_conformance.records import Raised

# The modules of them are named there.
_MODULES: tuple[ModuleType, ...] = tuple(sys.modules[name] for name in PUT_BACK)
# Libraries that nest loops replace their functions for good.
_ASYNCIO: tuple[ModuleType, ...] = (asyncio, asyncio.tasks, asyncio.events, asyncio.futures)
# As the platform has them: `os.environ` would decode each of them at each look.
_VARIABLES: dict[Any, Any] = vars(os.environ)["_data"]

# How often to look whether a call has ended, and the seconds between.
_LOOKS, _LOOK = 100, 0.01

Names = Mapping[Any, Any]


# What undoes the changes of a model.
_OWN = [
    (one, name, method)
    for one in (SharedCode, ReplacedCode, Change, Streams, Timers, Descriptors, Limits)
    for name, method in vars(one).items()
    if callable(method) or isinstance(method, property)
]
_MODULES += tuple(
    sys.modules[one]
    for one in (__name__, *(one.__module__ for one in (SharedCode, ReplacedCode, Streams, Descriptors)))
)


class ReplacedError(Exception):
    """The model has replaced or limited what the harness needs."""


class ProcessState:
    """The process as one subject has it.

    Some changes the subject may rely on later, such as that of an environment variable: they are made again for its
    next observation. Those that others suffer from are undone for good, such as those of hooks, logging and functions
    of the standard library.
    """

    def __init__(self) -> None:
        self._own: dict[str, Any] = {}
        self._variables: Names = {}
        self._asyncio: list[tuple[dict[str, Any], Names]] = []
        self._code = ReplacedCode()
        self._threads = frozenset(threading.enumerate())

    def in_force(self) -> _InForce:
        """The subject is called within this block; after it, the process is as it was before."""
        return _InForce(self.begin)

    def importing(self, module: str) -> _InForce:
        """The module is imported within this block. What it replaces is in force for the subjects that use it."""
        return _InForce(lambda: self.begin_import(module))

    def changed(self) -> str:
        """What the subject has changed, in words, and is not made again; empty if there is nothing."""
        code, self._own, own = self._code.forgotten(), {}, self._own
        parts = [f"it replaced {code}"] if code else []
        parts += [f"it changed the {', '.join(own)} of the process"] if own else []
        return "; ".join(parts)

    def leave(self) -> None:
        """Others are called from here on."""
        if self._code.owns:
            self._stop_spinning()
        self._code.leave()

    def _stop_spinning(self) -> None:
        """Stop the threads that the subject has left, and that compute: nothing asks for what they do."""
        left = [one for one in threads_in_model() if one not in self._threads]
        if left:
            # pytest would warn of the exception that stops them.
            with capture_warnings():
                stop_computing(lambda: left, threading.Event())
                for one in left:
                    one.join(_LOOK)

    def begin_import(self, module: str) -> Callable[[bool], None]:
        """Begin an import; the function that ends it."""
        self._code.module = module
        namespaces = [(vars(one), vars(one).copy()) for one in _MODULES]
        handlers = HANDLERS.read()
        FILES.look()
        FILES.begin()
        limits = Limits()
        limits.begin()
        self._code.make()
        GUARD.observes = True

        def end(_failed: bool) -> None:  # noqa: FBT001 - the same
            GUARD.observes = False
            after = [(namespace, before, namespace.copy()) for namespace, before in namespaces]
            for namespace, before in namespaces:
                # What it has set there, such as a hook, stays.
                namespace.update({name: value for name, value in before.items() if isinstance(value, CODE)})
            for namespace, before, now in after:
                self._code.add(str(before["__name__"]), namespace, before, now)
            FILES.end()
            limits.end()
            HANDLERS.write(handlers)
            self._code.undo(look=True)
            earlier = changes_for(module)
            note_changes(module, self._code.changes)
            self._code.changes[:0] = earlier

        return end

    def begin(self) -> Callable[[bool], None]:
        """Begin an observation; the function that ends it."""
        variables, lasting = _VARIABLES.copy(), {name: part.read() for name, part in LASTING.items()}
        passing = [(part.write, part.read()) for part in PASSING]
        namespaces = [(vars(one), vars(one).copy()) for one in _MODULES]
        of_asyncio = [(vars(one), vars(one).copy()) for one in _ASYNCIO]
        streams = Streams()
        timers = Timers()
        if not self._code.owns:
            FILES.look()
        FILES.begin()
        limits = Limits()
        limits.begin()
        self._make_again()
        GUARD.observes = True

        def end(failed: bool) -> None:  # noqa: FBT001 - of a context manager
            GUARD.observes = False
            # First of all, and without any function that the model may have replaced.
            for namespace, before in namespaces:
                namespace.update(before)
            self._asyncio = [(namespace, _changed(namespace, before)) for namespace, before in of_asyncio]
            for namespace, before in of_asyncio:
                namespace.update(before)
            FILES.end()
            limits.end()
            streams.restore()
            timers.end()
            for write, value in passing:
                write(value)
            self._variables = _changed(_VARIABLES, variables)
            _set_variables({name: variables.get(name) for name in self._variables})
            now = {name: part.read() for name, part in LASTING.items()}
            self._own = {name: value for name, value in now.items() if value != lasting[name]}
            for name in self._own:
                LASTING[name].write(lasting[name])
            self._code.undo(look=failed)
            if failed:
                # The call may still be replacing something.
                _let_calls_end()
                self._code.undo(look=True)

        return end

    def _make_again(self) -> None:
        self._code.make()
        for namespace, changed in self._asyncio:
            namespace.update(changed)
        _set_variables(self._variables)
        for name, value in self._own.items():
            LASTING[name].write(value)


class _InForce:
    """The context manager of a function that begins, and gives the one that ends. A model may replace `contextlib`."""

    def __init__(self, begin: Callable[[], Callable[[bool], None]]) -> None:
        self._begin = begin

    def __enter__(self) -> None:
        self._own, self._put = _OWN, type.__setattr__
        self._end = self._begin()

    def __exit__(self, kind: object, *_: object) -> None:
        try:
            self._end(kind is not None)
        except BaseException:  # noqa: BLE001 - the model has replaced what undoes its changes
            for holder, name, method in self._own:
                self._put(holder, name, method)
            self._end(True)


def _let_calls_end() -> None:
    for _ in range(_LOOKS):
        if not calls_run():
            return
        sleep(_LOOK)


def left_without(changed: str) -> Raised:
    """The exception of a call that could not be observed, as the model has taken from the process what that needs."""
    kind = f"{ReplacedError.__module__}.{ReplacedError.__qualname__}"
    bases = tuple(one.__name__ for one in ReplacedError.__mro__)
    return Raised(kind, f"{changed}, and the call could not be observed", bases, "in the process")


def _changed(namespace: Names, before: Names) -> Names:
    """What is another now, by name; None for what is gone."""
    if len(namespace) == len(before) and all(map(is_, namespace.values(), before.values())):
        return {}
    names = {**before, **namespace}
    return {name: namespace.get(name) for name in names if namespace.get(name) is not before.get(name)}


def _set_variables(values: Names) -> None:
    for name, value in values.items():
        key = os.environ.decodekey(name)
        if value is None:
            os.environ.pop(key, None)
        else:
            os.environ[key] = os.environ.decodevalue(value)
