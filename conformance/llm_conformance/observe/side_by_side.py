"""Several calls at the same time: what each of them waits for is waited for once."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence
from time import perf_counter
from typing import NamedTuple

from llm_conformance.driver.call_result import CallResult, is_starved
from llm_conformance.driver.deadline import SILENT, Deadline, Progress
from llm_conformance.driver.driver import Driver
from llm_conformance.driver.endless import EndlessError
from llm_conformance.driver.process_clock import ProcessClock
from llm_conformance.observe.controlled_call import Act, ControlledCall
from llm_conformance.observe.sync_iterator import run_to_end

# Seconds without progress of any of the calls, and this part of the deadline of one, at most.
_LONGEST, _SHARE = 4.0, 0.25
# Seconds in which the calls end after that.
_GRACE = 1.0
# Seconds between two looks at the calls.
_LOOK = 0.02
# Seconds: a loop that one call blocks for longer keeps the others from running.
_BLOCKED = 0.2


class Part(NamedTuple):
    """One of the calls. act: what it does."""

    call: ControlledCall
    act: Act


class SideBySide:
    """Makes calls at the same time, each of its own instance, in a thread or in a task of its own.

    It cannot be known which of the calls warns, blocks the loop or ends the process. So the results count only if
    nothing but the calls happened: each was under way before the first ended, and all ended by themselves. Otherwise
    the caller makes each of them alone.
    """

    def __init__(self, driver: Driver, parts: Sequence[Part]) -> None:
        self._driver = driver
        self._parts = parts
        self._longest = min(_LONGEST, _SHARE * driver.deadline(1))
        self._results = [CallResult() for _ in parts]
        self._all_ended = threading.Event()
        self._lock = threading.Lock()
        # The calls, and what runs those on the loop: it says last whether one of them blocked it.
        self._running = len(parts) + 1
        self._one_has_ended = False
        # Something but the calls happened, or they did not run side by side.
        self._spoiled = False

    def run(self) -> list[CallResult] | None:
        """The result of each call; None if each is to be made alone."""
        dropped = list(self._driver.dropped.errors)
        whole = self._driver.call(self._make, progress=self._progress)
        for one in self._results:
            one.could_run = min(one.seconds, whole.could_run)
        alone = self._spoiled or whole.hung or whole.raised or whole.warnings or not self._all_ended.is_set()
        if alone or any(map(_proves_nothing, self._results)):
            # The calls that are made alone report it.
            self._driver.dropped.errors[:] = dropped
            return None
        return self._results

    @property
    def _progress(self) -> Progress:
        return Progress(lambda: sum(one.call.progress for one in self._parts))

    def _make(self) -> None:
        loop = self._driver.loop
        waiting = [number for number, one in enumerate(self._parts) if one.call.style.asynchronous]
        for number, one in enumerate(self._parts):
            if not one.call.style.asynchronous:
                name = "llm-conformance-call"
                threading.Thread(target=self._in_thread, args=(number,), name=name, daemon=True).start()
        future = loop.submit(self._on_loop(waiting))
        self._wait(Deadline(self._longest, self._progress, ProcessClock()))
        if not self._all_ended.is_set():
            self._spoiled = True
            for one in self._parts:
                one.call.give_up()
            future.cancel()
            self._wait(Deadline(min(_GRACE, self._longest), SILENT, ProcessClock()))

    def _wait(self, deadline: Deadline) -> None:
        while not self._all_ended.wait(_LOOK) and not deadline.passed():
            pass

    def _in_thread(self, number: int) -> None:
        begun, error = perf_counter(), None
        try:
            run_to_end(self._parts[number].act())
        except BaseException as raised:  # noqa: BLE001 - as in the driver
            error = raised
        self._end(number, begun, error)

    async def _on_loop(self, numbers: Sequence[int]) -> None:
        meter = self._driver.loop.loop.stall_meter
        meter.begin()
        try:
            await asyncio.gather(*map(self._in_task, numbers))
        finally:
            # Whether it waited or computed meanwhile: the others did not run.
            if meter.end().seconds > _BLOCKED:
                self._spoiled = True
            self._one_less()

    async def _in_task(self, number: int) -> None:
        begun, error = perf_counter(), None
        try:
            await self._parts[number].act()
        except BaseException as raised:  # noqa: BLE001 - the same
            error = raised
        self._end(number, begun, error)

    def _end(self, number: int, begun: float, error: BaseException | None) -> None:
        result, call = self._results[number], self._parts[number].call
        result.seconds = round(perf_counter() - begun, 6)
        with self._lock:
            if not self._one_has_ended and not all(one.call.answer.generations for one in self._parts):
                self._spoiled = True
            self._one_has_ended = True
        result.endless = isinstance(error, EndlessError)
        if error is not None:
            result.raised = self._driver.recorder.exception(error)
        call.finish()
        self._one_less()

    def _one_less(self) -> None:
        with self._lock:
            self._running -= 1
            if not self._running:
                self._all_ended.set()


def _proves_nothing(result: CallResult) -> bool:
    ends_process = result.raised is not None and result.raised.ends_process
    return result.endless or ends_process or is_starved(result)
