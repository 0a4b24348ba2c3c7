"""Models of which something is left that does not end: a thread, a finaliser, a lock."""

from __future__ import annotations

import _imp
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from llm_reference import EchoLLM
from llm_reference.runs.chunk import GenerationChunk


def never() -> None:
    threading.Event().wait()


class StartsAThread(EchoLLM):
    """Starts a thread that never ends and is not a daemon."""

    def _call(self, *args: Any, **kwargs: Any) -> str:
        threading.Thread(target=never, daemon=False).start()
        return super()._call(*args, **kwargs)


class HangsInAPool(EchoLLM):
    """Calls in its own pool, whose threads the interpreter joins at exit."""

    def _call(self, *args: Any, **kwargs: Any) -> str:
        ThreadPoolExecutor(1).submit(never).result()
        return ""


class HangsInStream(EchoLLM):
    def _stream(self, *args: Any, **kwargs: Any) -> Iterator[GenerationChunk]:
        yield GenerationChunk("one ")
        never()


class HangsWhenDropped(EchoLLM):
    def __del__(self) -> None:
        never()


class Knot:
    """Only the garbage collector can end it."""

    def __init__(self) -> None:
        self.itself = self

    def __del__(self) -> None:
        never()


class LeavesAKnot(EchoLLM):
    def _call(self, *args: Any, **kwargs: Any) -> str:
        Knot()
        return super()._call(*args, **kwargs)


class HoldsTheImportLock(EchoLLM):
    def _stream(self, *args: Any, **kwargs: Any) -> Iterator[GenerationChunk]:
        _imp.acquire_lock()
        yield GenerationChunk("one ")
        never()
