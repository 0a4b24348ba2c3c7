"""Models whose calls change the process that other models run in."""

from __future__ import annotations

import asyncio
import builtins
import contextlib
import gc
import logging
import os
import sys
import threading
import time
import warnings
from collections.abc import AsyncIterator, Iterator
from typing import Any, NoReturn

from llm_reference import EchoLLM

CLOCKS = ("sleep", "time", "monotonic", "perf_counter", "process_time", "thread_time", "monotonic_ns", "time_ns")
PACKAGES = {"llm_conformance", "llm_reference", "asyncio", "json", "threading", "hypothesis", "pytest", "_pytest", "re"}


def broken(*_: Any, **__: Any) -> NoReturn:
    raise RuntimeError("broken by another model")


class Meddler(EchoLLM):
    """Meddles at every call, and answers correctly."""

    def _tokens(self, prompt: str, stop: list[str] | None) -> list[str]:
        self.meddle()
        return super()._tokens(prompt, stop)

    def meddle(self) -> None:
        raise NotImplementedError


class ReplacesClocks(Meddler):
    def meddle(self) -> None:
        for name in CLOCKS:
            setattr(time, name, broken)
        asyncio.sleep = broken


class StopsTheTime(Meddler):
    def meddle(self) -> None:
        for name in ("time", "monotonic", "perf_counter", "process_time"):
            setattr(time, name, lambda: 42.0)


class RemovesModules(Meddler):
    def meddle(self) -> None:
        for name in [one for one in list(sys.modules) if one.partition(".")[0] in PACKAGES]:
            del sys.modules[name]


class WarnsAsErrors(Meddler):
    def meddle(self) -> None:
        warnings.simplefilter("error")


class ClearsTheEnvironment(Meddler):
    def meddle(self) -> None:
        os.environ.clear()


class ChangesTheFolder(Meddler):
    def meddle(self) -> None:
        os.chdir(os.sep)


class SilencesThePrint(Meddler):
    def meddle(self) -> None:
        builtins.print = lambda *_, **__: None


class ClosesTheOutput(Meddler):
    def meddle(self) -> None:
        sys.stdout.close()
        sys.stderr.close()


class HasNoOutput(Meddler):
    def meddle(self) -> None:
        sys.stdout = sys.stderr = None


class BreaksTheCollector(Meddler):
    def meddle(self) -> None:
        gc.disable()
        gc.set_threshold(0)
        gc.freeze()
        gc.callbacks.append(broken)


class BreaksLogging(Meddler):
    def meddle(self) -> None:
        handler = logging.Handler()
        handler.emit = broken  # type: ignore[method-assign]
        logging.root.handlers[:] = [handler]
        logging.root.setLevel(logging.DEBUG)


class BreaksHooks(Meddler):
    def meddle(self) -> None:
        sys.excepthook = sys.unraisablehook = sys.displayhook = threading.excepthook = warnings.showwarning = broken


class SlowsSwitching(Meddler):
    def meddle(self) -> None:
        sys.setswitchinterval(5)


class LimitsRecursion(Meddler):
    def meddle(self) -> None:
        with contextlib.suppress(RecursionError):
            sys.setrecursionlimit(60)


class ClearsThePath(Meddler):
    def meddle(self) -> None:
        for one in (sys.path, sys.meta_path, sys.path_hooks):
            one.clear()


class LeavesThreads(Meddler):
    def meddle(self) -> None:
        threading.Thread(target=threading.Event().wait, daemon=True).start()


class LeavesTasks(EchoLLM):
    async def _astream(self, prompt: str, *args: Any, **kwargs: Any) -> AsyncIterator[Any]:
        self._left = asyncio.get_running_loop().create_task(asyncio.sleep(3600))
        async for chunk in super()._astream(prompt, *args, **kwargs):
            yield chunk


class ClosesTheLoop(EchoLLM):
    """Closes what the loop waits with: it is never closed by itself, as it runs."""

    async def _astream(self, prompt: str, *args: Any, **kwargs: Any) -> AsyncIterator[Any]:
        asyncio.get_running_loop()._selector.close()  # type: ignore[attr-defined]
        async for chunk in super()._astream(prompt, *args, **kwargs):
            yield chunk
            await asyncio.sleep(0)


class IgnoresGeneratorExit(EchoLLM):
    def _stream(self, prompt: str, *args: Any, **kwargs: Any) -> Iterator[Any]:
        for chunk in super()._stream(prompt, *args, **kwargs):
            try:
                yield chunk
            except GeneratorExit:
                yield chunk


class Neighbour(EchoLLM):
    """Conforms, and changes nothing."""
