"""The event loop of the harness: one daemon thread, and an executor that does not keep the process alive."""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextlib
import itertools
import threading
import weakref
from collections.abc import Callable, Coroutine
from time import monotonic
from typing import Any, TypeVar

from llm_conformance.driver.stall_meter import StallMeter, TimedSelector

T = TypeVar("T")

_NAMES = itertools.count(1)


class DaemonExecutorLoop(asyncio.SelectorEventLoop):
    """A selector loop whose default executor starts one daemon thread per call.

    The interpreter joins the workers of a `ThreadPoolExecutor` at exit, so one hung sync method under `astream`
    keeps the process alive for ever.

    busy_threads: the executor threads that still run, oldest first.
    stall_meter: measures how long the loop is blocked.
    """

    def __init__(self) -> None:
        self.stall_meter = StallMeter()
        self._selector_with_clock = TimedSelector(self.stall_meter)
        super().__init__(self._selector_with_clock)
        self.busy_threads: list[threading.Thread] = []
        self._ahead = 0.0
        self._connections: weakref.WeakSet[asyncio.Transport] = weakref.WeakSet()

    def time(self) -> float:
        """The seconds of the loop's clock."""
        # Bound at import: a model may replace the functions of the module `time`.
        return monotonic() + self._ahead

    def leap(self, seconds: float) -> None:
        """Put the loop's clock forward: every timer that is due by then fires at the next turn of the loop."""
        self._ahead += seconds

    def last_timer(self, within: float) -> float:
        """The seconds until the last timer that is due within so many; 0 if none is."""
        now, timers = self.time(), vars(self).get("_scheduled", ())
        due = (timer.when() - now for timer in timers if not timer.cancelled())
        return max((seconds for seconds in due if seconds <= within), default=0.0)

    def call_when_idle(self, call: Callable[[], object]) -> None:
        """Call `call` on the loop as soon as the loop only waits. May be used from any thread."""
        self._selector_with_clock.on_idle.append(call)
        self.call_soon_threadsafe(lambda: None)

    async def create_connection(self, *args: Any, **keywords: Any) -> Any:
        """Connect a client."""
        transport, protocol = await super().create_connection(*args, **keywords)
        self._connections.add(transport)
        return transport, protocol

    def close(self) -> None:
        """Abort the connections that clients keep open, and close the loop.

        A connection works on its own loop alone. Python warns of one that is left open, and a client with a pool would
        use it on another loop.
        """
        if not self.is_closed() and self._connections:
            for connection in tuple(self._connections):
                connection.abort()
            # A client may raise when it loses its connection; the run is over and does not report it.
            with contextlib.suppress(BaseException):
                self.run_until_complete(asyncio.sleep(0))
        try:
            super().close()
        except Exception:  # noqa: BLE001 - the model has closed the selector
            asyncio.BaseEventLoop.close(self)
            # Python warns of sockets that are left open: those with which other threads wake the loop.
            for end in ("_ssock", "_csock"):
                if (pipe := vars(self).get(end)) is not None:
                    pipe.close()

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
        # start() blocks the loop until the thread runs: not a stall of the model.
        with self.stall_meter.paused():
            thread.start()
        return asyncio.wrap_future(future, loop=self)


def _fulfil(future: concurrent.futures.Future[T], func: Callable[..., T], args: tuple[Any, ...]) -> None:
    try:
        result = func(*args)
    except BaseException as error:  # noqa: BLE001 - the awaiter of the future gets it
        future.set_exception(error)
    else:
        future.set_result(result)


class LoopThread:
    """An event loop that runs in its own daemon thread until it is closed or abandoned.

    unhandled_errors: messages of the loop's exception handler, such as an exception that was never retrieved.
    on_failure: called, in its thread, with the exception that ended the loop itself.
    """

    def __init__(self) -> None:
        self.loop = DaemonExecutorLoop()
        self.unhandled_errors: list[str] = []
        self.on_failure: Callable[[Exception], object] = lambda _error: None
        # Kept from the terminal: the check for leftovers of a call reads them.
        self.loop.set_exception_handler(
            lambda _loop, context: self.unhandled_errors.append(str(context.get("message")))
        )
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name=f"llm-conformance-loop-{next(_NAMES)}", daemon=True)
        try:
            self._thread.start()
        except BaseException:
            self.loop.close()
            raise

    @property
    def ident(self) -> int:
        """The id of the loop's thread."""
        return self._thread.ident or 0

    @property
    def runs(self) -> bool:
        """Whether it takes calls; not if the model has closed it."""
        return self._thread.is_alive() and not self.loop.is_closed()

    @property
    def threads(self) -> list[threading.Thread]:
        """The thread of the loop, and those that its executor still runs."""
        return [self._thread, *self.loop.busy_threads]

    def submit(self, coroutine: Coroutine[Any, Any, None]) -> concurrent.futures.Future[None]:
        """Start a coroutine on the loop."""
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop)

    def close(self, seconds: float) -> None:
        """Cancel what still runs and close the loop; after `seconds` a blocked loop is abandoned."""
        # The model may have closed it.
        with contextlib.suppress(RuntimeError):
            self.loop.call_soon_threadsafe(self._stop)
        self._thread.join(seconds)
        self.let_go()

    def let_go(self) -> None:
        """Close what its thread has not closed, because the model has replaced what that needs."""
        if not self._thread.is_alive() and not self.loop.is_closed():
            self.loop.close()

    def _stop(self) -> None:
        self._stopping = True
        self.loop.stop()

    def _run(self) -> None:
        asyncio.set_event_loop(self.loop)
        while not self._stopping:
            # A SystemExit in a task of the model ends run_forever(); the loop must survive it.
            try:
                self.loop.run_forever()
            except Exception as error:  # noqa: BLE001
                # The model has closed the loop, or its selector.
                self.loop.close()
                self.on_failure(error)
                return
            except BaseException:  # noqa: BLE001, S112
                continue
        # A task of the model may raise when it is cancelled; the run is over and does not report it.
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
