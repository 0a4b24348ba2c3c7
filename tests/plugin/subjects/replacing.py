"""A model whose module replaces parts of the standard library and of pytest while it is imported, and needs one."""

from __future__ import annotations

import json
import logging
import pathlib
import threading
import time
from typing import Any, NoReturn

import pytest

from llm_reference import EchoLLM


def broken(*_: Any, **__: Any) -> NoReturn:
    raise RuntimeError("broken while another model was imported")


for holder, name in (
    (json, "loads"),
    (logging.Logger, "handle"),
    (pathlib.Path, "write_text"),
    (pytest, "skip"),
    (threading.Timer, "run"),
    (time, "ctime"),
):
    setattr(holder, name, broken)


class ReplacesWhenImported(EchoLLM):
    """Conforms as long as what it has replaced is in force."""

    def _tokens(self, prompt: str, stop: list[str] | None) -> list[str]:
        if json.loads is not broken or time.ctime is not broken or pathlib.Path.write_text is not broken:
            raise RuntimeError("another model has undone it")
        return super()._tokens(prompt, stop)
