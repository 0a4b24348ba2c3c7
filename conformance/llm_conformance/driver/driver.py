"""Calls the subject with a deadline, and nothing else does. Everything after this module works on frozen records."""

from __future__ import annotations

import asyncio
import gc
import threading
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from os import getpid
from time import perf_counter
from types import FrameType

from llm_conformance.driver.abandoned_calls import AbandonedCalls
from llm_conformance.driver.budget import Budget
from llm_conformance.driver.call_result import CallResult, at_deadline, is_starved
from llm_conformance.driver.captured_warnings import capture_warnings
from llm_conformance.driver.deadline import SILENT, Clock, Deadline, Progress
from llm_conformance.driver.dropped import DroppedGenerators
from llm_conformance.driver.endless import EndlessError
from llm_conformance.driver.event_loop import LoopThread
from llm_conformance.driver.forked import end_unless
from llm_conformance.driver.garbage import Frozen
from llm_conformance.driver.instances import Instances
from llm_conformance.driver.own_modules import own_modules_kept
from llm_conformance.driver.patience import Patience
from llm_conformance.driver.process_clock import ProcessClock
from llm_conformance.driver.process_exit import GUARD
from llm_conformance.driver.recorder import Recorder, location, shortened
from llm_conformance.driver.runaway import stop_computing
from llm_conformance.driver.stacks import blocking_frame, is_blocked, thread_frames
from llm_conformance.records import Hung

_CLOSING = 1.0
_SLOWEST_FACTOR = 10
# Seconds between two looks at a call.
_LOOK = 0.05


class Driver:
    """Makes the calls on one subject: synchronous ones in daemon threads, asynchronous ones on its own event loop.

    timeout: seconds without progress after which a call counts as hung, unless earlier answers show that the subject is
        slower. new_clock: makes the clock of a call; it counts the time in which the process could run.
    longest: the number of items of the longest answer until now.
    budget: the calls and the time that the run has; at the end of the time a call is given up, and proves nothing.
    instances: those of the subject, which are let go with a deadline.
    patience: how long it still waits for calls that do not end.
    cut_short: whether a call was given up before its full deadline, so that it proves nothing.
    starved: whether a timeout of the client ended a call that could hardly run, which proves nothing, either.
    lasting: what calls left behind, such as tasks, and did not end before the deadline; in words.
    dropped: what generators that were dropped raised.
    frozen: the existing objects, which are not collected as garbage until it is closed.
    """

    def __init__(self, recorder: Recorder, timeout: float, new_clock: Callable[[], Clock] = ProcessClock) -> None:
        self.recorder = recorder
        self.longest = 0
        self.budget = Budget()
        self.instances = Instances(timeout)
        self.patience = Patience(timeout)
        self.cut_short = False
        self.starved = False
        self.lasting: set[str] = set()
        self.dropped = DroppedGenerators(lambda error: recorder.exception(error).text)
        self._abandoned = AbandonedCalls()
        self._timeout = timeout
        self._new_clock = new_clock
        self._slowest = 0.0
        self._loop: LoopThread | None = None
        GUARD.install()
        self._guards = True
        self.frozen = Frozen()

    @property
    def loop(self) -> LoopThread:
        """The event loop of the asynchronous calls; a new one if a call has blocked or closed the last one."""
        if self._loop is not None and not self._loop.runs:
            self._loop.let_go()
            self._loop = None
        if self._loop is None:
            self._loop = LoopThread()
        return self._loop

    def deadline(self, calls: int) -> float:
        """Seconds without progress in an act of `calls` answers. A slow model does not count as hung."""
        return max(self._timeout, _SLOWEST_FACTOR * self._slowest * calls)

    def note_answer(self, call: CallResult, items: int, calls: int = 1) -> None:
        """Remember how long the model takes for an answer, and how many items or characters it has.

        Only a plain call of the model counts: one that is paused, or faces a fault, shows nothing of its speed.
        """
        if not call.hung and not call.raised:
            self.longest = max(self.longest, items)
            self._slowest = max(self._slowest, call.could_run / max(calls, 1))

    def call(
        self,
        act: Callable[[], None],
        *,
        calls: int = 1,
        timeout_factor: int = 1,
        progress: Progress = SILENT,
        on_timeout: Callable[[], object] | None = None,
        exceptions: list[BaseException] | None = None,
    ) -> CallResult:
        """Run `act` in a new thread.

        calls: the number of answers in `act` of which nothing can be seen until it ends.
        timeout_factor: the deadline is multiplied by it.
        progress: what comes from the call; each item starts the deadline again.
        on_timeout: called at the deadline, before anything else happens; it releases what the harness holds, so that
            the call can end.
        exceptions: gets the exception itself, for a caller that needs more than its record.
        """
        record, process = CallResult(), getpid()

        def perform() -> None:
            try:
                act()
            except EndlessError:
                record.endless = True
            except BaseException as error:  # noqa: BLE001 - sys.exit() in a model is a finding and does not end the run
                record.raised = self.recorder.exception(error)
                if exceptions is not None:
                    exceptions.append(error)
            finally:
                end_unless(process)
                record.end()

        thread = threading.Thread(target=perform, name="llm-conformance-call", daemon=True)

        def stack() -> FrameType | None:
            return thread_frames().get(thread.ident or 0)

        full = self.deadline(calls) * timeout_factor
        self._perform(
            record,
            thread.start,
            stack,
            lambda: self._new_deadline(full, progress),
            on_timeout,
            threads=lambda: [thread],
        )
        return record if record.hung is None else at_deadline(record)

    def acall(
        self,
        act: Callable[[], Awaitable[None]],
        *,
        calls: int = 1,
        progress: Progress = SILENT,
        on_timeout: Callable[[], object] = lambda: None,
    ) -> CallResult:
        """Run `act` as a task of the loop. A hung task is cancelled, a hung loop is abandoned."""
        record, process = CallResult(), getpid()
        tasks: list[asyncio.Task[None]] = []

        async def perform() -> None:
            task = asyncio.current_task()
            if task is not None:
                tasks.append(task)
            loop.loop.stall_meter.begin()
            try:
                await act()
            except EndlessError:
                record.endless = True
            except BaseException as error:  # noqa: BLE001 - the same
                record.raised = self.recorder.exception(error)
            finally:
                end_unless(process)
                record.stalls = loop.loop.stall_meter.end()
                record.end()

        def cancel() -> None:
            on_timeout()
            for task in tasks:
                # The model may have closed the loop.
                with suppress(RuntimeError):
                    loop.loop.call_soon_threadsafe(task.cancel)

        loop = self.loop
        loop.on_failure = lambda error: record.fail(self.recorder.exception(error))
        full = self.deadline(calls)
        self._perform(
            record,
            lambda: loop.submit(perform()),
            lambda: blocking_frame(loop, tasks),
            lambda: self._new_deadline(full, progress),
            cancel,
            threads=lambda: loop.threads,
            loop=loop,
        )
        if record.hung is None:
            return record
        if not record.done.is_set():
            loop.let_go()
            self._loop = None
        return at_deadline(record)

    def close(self) -> None:
        """Close the loop and unfreeze the objects. The subject's threads are daemons and end with the process."""
        if self._loop is not None:
            self._loop.close(_CLOSING)
            self._loop = None
        self.frozen.end()
        if self._guards:
            GUARD.remove()
            self._guards = False

    def _new_deadline(self, full: float, progress: Progress) -> Deadline:
        seconds = self.patience.seconds(full)
        return Deadline(seconds, progress, self._new_clock(), shortened=seconds < full)

    def _perform(
        self,
        record: CallResult,
        start: Callable[[], object],
        stack: Callable[[], FrameType | None],
        begin_deadline: Callable[[], Deadline],
        on_timeout: Callable[[], object] | None,
        *,
        threads: Callable[[], Iterable[threading.Thread]],
        loop: LoopThread | None = None,
    ) -> None:
        collecting = gc.isenabled()
        with own_modules_kept(), capture_warnings(self.dropped) as captured:
            started_at = perf_counter()
            start()
            # Its clock looks at every thread of the process, and most calls have ended before the first look.
            deadline = None if record.done.wait(_LOOK) else begin_deadline()
            while deadline is not None and not record.done.wait(_LOOK):
                if (deadline.passed() or self.budget.time_is_over) and not record.done.is_set():
                    place, beside = location(stack()), self._abandoned.oldest
                    record.hung = Hung(
                        deadline.seconds, place, endless=deadline.endless, blocks_loop=is_blocked(loop), beside=beside
                    )
                    self.cut_short = self.cut_short or deadline.shortened or self.budget.time_is_over
                    break
            if (attempts := GUARD.attempts()) and (record.raised is None or record.raised.ends_process):
                record.raised = attempts[0]
            record.seconds = round(perf_counter() - started_at, 6)
            # Until the first look nothing tells whether the process could run.
            record.could_run = min(record.seconds, _LOOK + (0.0 if deadline is None else deadline.lasted))
            if record.endless:
                # Where an endless stream is at that moment is chance.
                record.hung = record.hung or Hung(record.seconds, "in its stream", endless=True)
            if record.hung is None:
                self.patience.note_end()
            self.starved = self.starved or is_starved(record)
            texts = map(self.recorder.redact, tuple(captured))
            record.warnings = tuple(dict.fromkeys(map(shortened, texts)))
            if record.hung is not None:
                self._let_end(record, record.hung, on_timeout)
                stop_computing(threads, record.done)
                if collecting:
                    # The hung call may have disabled the collector.
                    gc.enable()

    def _let_end(self, record: CallResult, hung: Hung, release: Callable[[], object] | None) -> None:
        """Release what a call that hung waits for. One that does not end is abandoned, and may hold a lock for good."""
        waited = record.could_run if hung.endless else hung.seconds
        if release is not None:
            release()
            grace = Deadline(self.patience.grace, SILENT, self._new_clock())
            while not record.done.wait(_LOOK) and not grace.passed():
                pass
            waited += grace.lasted
        self.patience.note_hang(waited, hung.location)
        self._abandoned.add(record.done, hung.location)
