"""What the calls of a model change in the process is undone after each observation: others run in it, too.

What an import changes stays. It concerns everybody who imports the same module.
"""

from __future__ import annotations

import asyncio
import asyncio.events
import asyncio.futures
import asyncio.tasks
import builtins
import gc
import json
import logging
import os
import re
import signal
import sys
import threading
import time
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from operator import is_
from types import ModuleType
from typing import Any

from llm_conformance.driver.process_parts import LASTING, PASSING, Streams

# Everybody calls their functions: the harness, pytest, other models.
_MODULES: tuple[ModuleType, ...] = (builtins, sys, os, time, gc, threading, signal)
_MODULES += (logging, warnings, json, re)
# Libraries that nest loops replace their functions for good.
_ASYNCIO: tuple[ModuleType, ...] = (asyncio, asyncio.tasks, asyncio.events, asyncio.futures)
# As the platform has them: `os.environ` would decode each of them at each look.
_VARIABLES: dict[Any, Any] = vars(os.environ)["_data"]

Names = Mapping[Any, Any]


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

    @contextmanager
    def in_force(self) -> Iterator[None]:
        """The subject is called within this block; after it, the process is as it was before."""
        variables, lasting = _VARIABLES.copy(), {name: part.read() for name, part in LASTING.items()}
        passing = [(part.write, part.read()) for part in PASSING]
        namespaces = [(vars(one), vars(one).copy()) for one in _MODULES]
        of_asyncio = [(vars(one), vars(one).copy()) for one in _ASYNCIO]
        streams = Streams()
        self._make_again()
        try:
            yield
        finally:
            # First of all, and without any function that the model may have replaced.
            for namespace, before in namespaces:
                namespace.update(before)
            self._asyncio = [(namespace, _changed(namespace, before)) for namespace, before in of_asyncio]
            for namespace, before in of_asyncio:
                namespace.update(before)
            streams.restore()
            for write, value in passing:
                write(value)
            self._variables = _changed(_VARIABLES, variables)
            _set_variables({name: variables.get(name) for name in self._variables})
            now = {name: part.read() for name, part in LASTING.items()}
            self._own = {name: value for name, value in now.items() if value != lasting[name]}
            for name in self._own:
                LASTING[name].write(lasting[name])

    def _make_again(self) -> None:
        for namespace, changed in self._asyncio:
            namespace.update(changed)
        _set_variables(self._variables)
        for name, value in self._own.items():
            LASTING[name].write(value)


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
