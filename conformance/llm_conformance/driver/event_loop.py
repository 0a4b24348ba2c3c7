"""The event loop of the suite: one daemon thread, and no executor that could keep the process from ending."""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextlib
import itertools
import threading
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from llm_conformance.driver.stall_meter import StallMeter, TimedSelector

T = TypeVar("T")

_NAMES = itertools.count(1)


class DaemonExecutorLoop(asyncio.SelectorEventLoop):
    """A selector loop whose default executor is a daemon thread a call.

    The interpreter joins the workers of a ThreadPoolExecutor at exit, so that one hung sync method under
    `astream` would keep the process for ever.

    at_work: the threads that still run something, oldest first.
    pulse: how long it stands still.
    """

    def __init__(self) -> None:
        self.stall_meter = StallMeter()
        self._looking = TimedSelector(self.stall_meter)
        super().__init__(self._looking)
        self.busy_threads: list[threading.Thread] = []

    def call_when_idle(self, call: Callable[[], object]) -> None:
        """Call this on the loop as soon as it has nothing to do but to wait; any thread may say so."""
        self._looking.at_rest.append(call)
        self.call_soon_threadsafe(lambda: None)

    def run_in_executor(  # type: ignore[override]
        self, executor: concurrent.futures.Executor | None, func: Callable[..., T], *args: Any
    ) -> asyncio.Future[T]:
        """Run `func(*args)` beside the loop."""
        if executor is not None:
            return super().run_in_executor(executor, func, *args)
        future: concurrent.futures.Future[T] = concurrent.futures.Future()

        def perform() -> None:
            try:
                if future.set_running_or_notify_cancel():
                    _fulfil(future, func, args)
            finally:
                self.busy_threads.remove(thread)

        thread = threading.Thread(target=perform, name="llm-conformance-executor", daemon=True)
        self.busy_threads.append(thread)
        # Until it runs, the loop waits for it.
        with self.stall_meter.paused():
            thread.start()
        return asyncio.wrap_future(future, loop=self)


def _fulfil(future: concurrent.futures.Future[T], func: Callable[..., T], args: tuple[Any, ...]) -> None:
    try:
        result = func(*args)
    except BaseException as error:  # noqa: BLE001 - handed on to whoever awaits the future
        future.set_exception(error)
    else:
        future.set_result(result)


class LoopThread:
    """An event loop that runs in a daemon thread of its own until it is closed or abandoned.

    complaints: what it was told that nobody else was, such as an exception that nobody retrieved.
    """

    def __init__(self) -> None:
        self.loop = DaemonExecutorLoop()
        self.unhandled_errors: list[str] = []
        # Not the terminal's business: whoever looks for the leavings of a call reads them.
        self.loop.set_exception_handler(
            lambda _loop, context: self.unhandled_errors.append(str(context.get("message")))
        )
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name=f"llm-conformance-loop-{next(_NAMES)}", daemon=True)
        self._thread.start()

    @property
    def ident(self) -> int:
        """The id of the loop's thread."""
        return self._thread.ident or 0

    def submit(self, coroutine: Coroutine[Any, Any, None]) -> concurrent.futures.Future[None]:
        """Start a coroutine on the loop."""
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop)

    def close(self, seconds: float) -> None:
        """Cancel what still runs, close the loop, and wait for both; a loop that does not answer is left alone."""
        self.loop.call_soon_threadsafe(self._stop)
        self._thread.join(seconds)

    def _stop(self) -> None:
        self._stopping = True
        self.loop.stop()

    def _run(self) -> None:
        asyncio.set_event_loop(self.loop)
        while not self._stopping:
            # A SystemExit in a task of the model leaves run_forever; the loop must outlive it.
            try:
                self.loop.run_forever()
            except BaseException:  # noqa: BLE001, S112
                continue
        # What a task of the model raises as it is cancelled is nobody's finding any more.
        with contextlib.suppress(BaseException):
            self._drain()
        self.loop.close()

    def _drain(self) -> None:
        tasks = asyncio.all_tasks(self.loop)
        for task in tasks:
            task.cancel()
        if tasks:
            self.loop.run_until_complete(asyncio.wait(tasks, timeout=1))
        self.loop.run_until_complete(self.loop.shutdown_asyncgens())
