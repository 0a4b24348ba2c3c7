"""One call of a model that is held in hand: the plan it follows, what is heard of it, what it does meanwhile."""

from __future__ import annotations

import asyncio
import gc
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import suppress
from typing import Any

from llm_conformance.control.controller import Controller, Generation, PlannedAnswer
from llm_conformance.driver.driver import CallResult, Driver
from llm_conformance.driver.stacks import threads_in_model
from llm_conformance.observe.call_styles import CallStyle, ChunkExtractor
from llm_conformance.observe.inconclusive import Inconclusive
from llm_conformance.records import ControlledOutcome, GenerationRecord, Milestone, Raised, Value

# Long enough that a look-ahead of a chunk, or tokens merged into words or lines, leave something to be heard.
LONG_ANSWER = tuple(f"\n{place}" if place % 8 == 0 else f" {place}" for place in range(64))
MIDDLE = len(LONG_ANSWER) // 2

SENDS_EAGERLY = "a provider sends ahead of what is read"

_TURNS = 5
_GLANCE = 0.002
# Whoever stops by itself has done so after so many glances, and so many seconds.
_MANY, _LONG = 50, 0.25
# A call that is held, left and watched until nothing is left of it takes as long as several.
_STEPS = 4


class ControlledCall:
    """A call of what was announced, which is forgotten when the trial is over.

    cue: what was announced. fails: the token in whose place the model fails. prompt: what is asked of a model that
    follows no cue.
    way: how it is called.
    counts: how much there was at a named moment; whoever acts writes it.
    """

    def __init__(
        self,
        controller: Controller,
        driver: Driver,
        style: CallStyle,
        answer: PlannedAnswer,
        *,
        fails: int | None = None,
        prompt: str | None = None,
    ) -> None:
        self.answer = answer
        self._prompt = answer.prompt if prompt is None else prompt
        self.milestones: dict[Milestone, int] = {}
        self._milestones_at_timeout: dict[Milestone, int] | None = None
        self._controller = controller
        self._driver = driver
        self.style = style
        self._extractor = ChunkExtractor(style)
        self._tokens = answer.tokens[:fails]
        self._chunks: list[Value] = []
        self._after_end: str | None = None
        self._leftovers: tuple[str, ...] = ()
        self._before = set(threading.enumerate())
        self._tasks: set[asyncio.Task[Any]] = set()
        self._generations: tuple[GenerationRecord, ...] = ()
        self._unhandled_errors = 0
        self._inconclusive: dict[bool, str] = {}

    def start(self, llm: Any, **more: Any) -> Any:
        """Call the method."""
        return self.style.call(llm, self._prompt, **more)

    def record(self, item: Any) -> bool:
        """Take down what was given; whether it was some text of the answer."""
        chunk = self._extractor.chunk(item)
        if chunk is None:
            return False
        seen = self._driver.recorder.value(chunk)
        self._chunks.append(seen)
        return bool(seen.text)

    def text_of(self, item: Any) -> str:
        """That of what was given, which is not taken down."""
        chunk = self._extractor.chunk(item)
        return "" if chunk is None else self._driver.recorder.value(chunk).text or ""

    @property
    def text(self) -> str:
        """The text until now."""
        return "".join(chunk.text or "" for chunk in self._chunks)

    @property
    def timed_out(self) -> bool:
        """Whether the call has met its timeout: reading on would slow down the calls that follow."""
        return self._milestones_at_timeout is not None

    def read_all(self, iterator: Iterator[Any]) -> None:
        """Hear everything that is left."""
        for item in iterator:
            if self.timed_out:
                return
            self.record(item)

    async def aread_all(self, iterator: AsyncIterator[Any]) -> None:
        """The same on a loop."""
        async for item in iterator:
            if self.timed_out:
                return
            self.record(item)

    def next_after_end(self, iterator: Iterator[Any]) -> None:
        """Ask once more after the end."""
        try:
            self._after_end = f"gave {self._driver.recorder.value(next(iterator)).display!r}"
        except StopIteration:
            pass
        except Exception as error:  # noqa: BLE001 - whatever it is, it came after the end
            self._after_end = self._driver.recorder.exception(error).text

    async def anext_after_end(self, iterator: AsyncIterator[Any]) -> None:
        """The same on a loop."""
        try:
            self._after_end = f"gave {self._driver.recorder.value(await anext(iterator)).display!r}"
        except StopAsyncIteration:
            pass
        except Exception as error:  # noqa: BLE001 - the same
            self._after_end = self._driver.recorder.exception(error).text

    def wait_until_stopped(self) -> None:
        """The consumer has left: wait until the model has noticed, and until nothing is left of the call.

        What never happens meets the deadline of the call, and `counts` tells how far it came.
        """
        self.milestones[Milestone.CONSUMER_LEFT] = len(self._chunks)
        for _ in self._until(self._stopped):
            time.sleep(_GLANCE)
        self.milestones[Milestone.MODEL_STOPPED] = 1
        for _ in self._until(self._nothing_left):
            time.sleep(_GLANCE)
        self.milestones[Milestone.NOTHING_LEFT] = 1

    async def await_until_stopped(self) -> None:
        """The same on a loop."""
        self.milestones[Milestone.CONSUMER_LEFT] = len(self._chunks)
        await yield_to_loop()
        for _ in self._until(self._stopped):
            await asyncio.sleep(_GLANCE)
        self.milestones[Milestone.MODEL_STOPPED] = 1
        for _ in self._until(self._nothing_left):
            await asyncio.sleep(_GLANCE)
        self.milestones[Milestone.NOTHING_LEFT] = 1

    async def wait_until_idle(self) -> None:
        """Wait for what is on its way, if anything is: the model is silent then, as it is where it is held."""
        if self._controller.sends_eagerly:
            # Between two packets a loop may have nothing to do, either.
            for gate in tuple(self.answer.gates.values())[:1]:
                for _ in iter(gate.reached.is_set, True):
                    await asyncio.sleep(_GLANCE)
            resting = asyncio.Event()
            self.call_when_idle(resting.set)
            await resting.wait()

    def call_when_idle(self, call: Callable[[], object]) -> None:
        """Call this when the loop has nothing to do but to wait."""
        self._driver.loop.loop.call_when_idle(call)

    def _remember_tasks(self) -> None:
        """Those that are there now are none of this call's leavings."""
        self._tasks = set(asyncio.all_tasks())
        self._unhandled_errors = len(self._driver.loop.unhandled_errors)

    def run(self, act: Callable[[], Any], *, calls: int = _STEPS) -> CallResult:
        """Perform it with a deadline, in a thread or on the loop, and hold nobody after it."""
        try:
            return self.run_step(act, calls=calls)
        finally:
            self.finish()

    def run_step(self, act: Callable[[], Any], *, calls: int = 1) -> CallResult:
        """One step of several: the plan stands."""
        if not self.style.asynchronous:
            return self._driver.call(act, calls=calls, on_timeout=self._freeze_milestones)

        async def perform() -> None:
            self._remember_tasks()
            result: Awaitable[None] = act()
            await result

        return self._driver.acall(perform, calls=calls, on_timeout=self._freeze_milestones)

    def _freeze_milestones(self) -> None:
        """What comes of a call that is given up, once it is, is none of its doing."""
        self._milestones_at_timeout = dict(self.milestones)

    def finish(self) -> None:
        """Hold nobody any more, and forget the plan."""
        self._generations = tuple(_generation_record(take) for take in self.answer.generations)
        self._inconclusive = {hung: self.answer.inconclusive(hung=hung) for hung in (True, False)}
        self._controller.discard(self.answer)

    def outcome(
        self, act: CallResult, *, because: Raised | None = None, idle: bool = False, **facts: Any
    ) -> ControlledOutcome:
        """The record of it.

        because: an exception that did not end the act. idle: the model is not to be asked at all.
        Untold where nothing can be told of a model that was.
        """
        hung = act.hung is not None
        asked = bool(self._chunks) or hung or act.raised is not None
        if not idle and asked and (reason := self._inconclusive.get(hung)):
            raise Inconclusive(reason)
        return ControlledOutcome(
            raised=act.raised or because,
            hung=act.hung,
            seconds=act.seconds,
            warnings=act.warnings,
            tokens=self._tokens,
            chunks=tuple(self._chunks),
            milestones=dict(self.milestones if self._milestones_at_timeout is None else self._milestones_at_timeout),
            generations=self._generations,
            after_end=self._after_end,
            leftovers=self._leftovers,
            **facts,
        )

    def _until(self, condition: Callable[[], bool]) -> Iterator[None]:
        glances, begun = 0, time.perf_counter()
        while not self.timed_out and not condition():
            yield
            glances += 1
            if glances >= _MANY and time.perf_counter() - begun >= _LONG:
                # What was dropped in a cycle is finalised by the collector alone; a thread ends when its work does.
                if Milestone.MODEL_STOPPED not in self.milestones and not self._new_threads():
                    self.milestones[Milestone.STOPPED_BY_GC] = 1
                gc.collect()
                glances, begun = 0, time.perf_counter()

    def _stopped(self) -> bool:
        self.answer.unblock(threads=bool(self._new_threads()))
        return all(take.outcome for take in self.answer.generations)

    def _new_threads(self) -> list[str]:
        """Where the threads are that were not there before."""
        return [place for thread, place in threads_in_model().items() if thread not in self._before]

    def _nothing_left(self) -> bool:
        names = [f"a thread, at {place}" for place in self._new_threads()]
        if self.style.asynchronous:
            with suppress(RuntimeError):
                left = asyncio.all_tasks() - self._tasks - {asyncio.current_task()}
                names += [f"task {_task_name(task)}" for task in left]
            names += self._driver.loop.unhandled_errors[self._unhandled_errors :]
        self._leftovers = tuple(sorted(names))
        return not names


async def yield_to_loop() -> None:
    """Let everything that is due on the loop have its turn."""
    for _ in range(_TURNS):
        await asyncio.sleep(0)


def _generation_record(take: Generation) -> GenerationRecord:
    return GenerationRecord(sent=take.sent, total=take.total, outcome=take.outcome)


def _task_name(task: asyncio.Task[Any]) -> str:
    coroutine = task.get_coro()
    return getattr(coroutine, "__qualname__", "") or "without a name"
