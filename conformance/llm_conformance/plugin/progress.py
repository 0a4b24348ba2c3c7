"""Which scenario a worker of pytest-xdist runs, in a file: a process that dies can no longer report it."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Callable, MutableMapping
from pathlib import Path
from typing import Any

import pytest

_KEY = "llm_conformance_progress"


class Progress:
    """The files of the workers, in a temporary folder of the controller."""

    def __init__(self) -> None:
        self._folder: tempfile.TemporaryDirectory[str] | None = None

    def follow(self, workerinput: MutableMapping[str, Any]) -> None:
        """Name a file to a worker that is about to start."""
        if self._folder is None:
            self._folder = tempfile.TemporaryDirectory(prefix="llm-conformance-")
        workerinput[_KEY] = str(Path(self._folder.name) / str(workerinput["workerid"]))

    def of(self, workerinput: MutableMapping[str, Any]) -> str:
        """The last scenario of a worker; empty if it ran none."""
        try:
            return Path(workerinput[_KEY]).read_text(encoding="utf-8")
        except (KeyError, OSError):
            return ""

    def close(self) -> None:
        """Remove the files."""
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None


def announcer(config: pytest.Config) -> Callable[[str], None]:
    """Writes the name of a scenario that is about to run, if the process is a worker; else does nothing."""
    path = getattr(config, "workerinput", {}).get(_KEY)

    def announce(scenario: str) -> None:
        if path is not None:
            # A worker on another machine does not have the folder.
            with contextlib.suppress(OSError):
                Path(path).write_text(scenario, encoding="utf-8")

    return announce
