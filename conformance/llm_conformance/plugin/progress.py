"""What a worker of pytest-xdist runs, in a file: a process that dies can no longer report it."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Callable, MutableMapping
from pathlib import Path
from typing import Any

import pytest

from llm_conformance.plugin import SUITE_ARG
from llm_conformance.records import LOAD

_KEY = "llm_conformance_progress"
_DIED = "llm_conformance_died"


class Progress:
    """The files of the workers, in a temporary folder of the controller."""

    def __init__(self) -> None:
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._died: list[str] = []

    def follow(self, workerinput: MutableMapping[str, Any]) -> None:
        """Name a file to a worker that is about to start, and the models in whose construction another one died."""
        workerinput[_DIED] = self._died
        if self._folder is None:
            self._folder = tempfile.TemporaryDirectory(prefix="llm-conformance-")
        workerinput[_KEY] = str(Path(self._folder.name) / str(workerinput["workerid"]))

    def of(self, workerinput: MutableMapping[str, Any]) -> str:
        """The last scenario of a worker; empty if it ran none."""
        try:
            return Path(workerinput[_KEY]).read_text(encoding="utf-8")
        except (KeyError, OSError):
            return ""

    def constructing(self, workerinput: MutableMapping[str, Any]) -> str:
        """The node id of the model that a worker was loading when it died; empty if it was not. No other loads it."""
        nodeid = self.of(workerinput)
        if not nodeid.startswith(f"{SUITE_ARG}::"):
            return ""
        self._died.append(nodeid.removesuffix(f"::{LOAD}"))
        return nodeid

    def close(self) -> None:
        """Remove the files."""
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None


def has_died(config: pytest.Config, nodeid: str) -> bool:
    """Whether another worker died while it constructed the model of this suite."""
    return nodeid in getattr(config, "workerinput", {}).get(_DIED, ())


def announcer(config: pytest.Config) -> Callable[[str], None]:
    """Writes what is about to run, if the process is a worker; else does nothing.

    It is the name of a scenario, the node id of a model that is constructed, or empty.
    """
    path = getattr(config, "workerinput", {}).get(_KEY)

    def announce(what: str) -> None:
        if path is not None:
            # A worker on another machine does not have the folder.
            with contextlib.suppress(OSError):
                Path(path).write_text(what, encoding="utf-8")

    return announce
