"""Models without a framework: three methods, one of which may hang or exit."""

from __future__ import annotations

import re
import sys
import threading
from collections.abc import AsyncIterator, Iterator
from typing import Any


def never() -> None:
    threading.Event().wait()


class Plain:
    """Conforms."""

    def invoke(self, prompt: str, config: Any = None, *, stop: list[str] | None = None) -> str:
        return "".join(self._answer(prompt, stop))

    def stream(self, prompt: str, config: Any = None, *, stop: list[str] | None = None) -> Iterator[str]:
        yield from self._answer(prompt, stop)

    async def astream(self, prompt: str, config: Any = None, *, stop: list[str] | None = None) -> AsyncIterator[str]:
        for token in self._answer(prompt, stop):
            yield token

    def _answer(self, prompt: str, stop: list[str] | None) -> list[str]:
        if not isinstance(prompt, str):
            raise TypeError(f"a prompt is a str, not {prompt!r}")
        for mark in stop or []:
            prompt = prompt.partition(mark)[0]
        return re.findall(r"\s*\S+|\s+", prompt)


class Hangs(Plain):
    def invoke(self, prompt: str, config: Any = None, *, stop: list[str] | None = None) -> str:
        never()
        return ""


class BlocksTheLoop(Plain):
    async def astream(self, prompt: str, config: Any = None, *, stop: list[str] | None = None) -> AsyncIterator[str]:
        yield "one "
        never()


class Exits(Plain):
    def stream(self, prompt: str, config: Any = None, *, stop: list[str] | None = None) -> Iterator[str]:
        yield "one "
        sys.exit(7)
