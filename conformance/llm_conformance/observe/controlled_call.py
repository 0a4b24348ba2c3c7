"""One call of a model that is held in hand: the plan it follows, what is heard of it, what it does meanwhile."""

from __future__ import annotations

import asyncio
import gc
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import suppress
from typing import Any

from llm_conformance.control.controller import Cue, Prompter, Take
from llm_conformance.driver.driver import Act, Driver
from llm_conformance.driver.stacks import at_work
from llm_conformance.observe.call_styles import Picker, Way
from llm_conformance.observe.inconclusive import Untold
from llm_conformance.records import Raised, Seen, Took, Trial

# Long enough that a look-ahead of a chunk, or tokens merged into words or lines, leave something to be heard.
LONG = tuple(f"\n{place}" if place % 8 == 0 else f" {place}" for place in range(64))
MIDDLE = len(LONG) // 2

SENDS_AHEAD = "a provider sends ahead of what is read"

_TURNS = 5
_GLANCE = 0.002
# Whoever stops by itself has done so after so many glances, and so many seconds.
_MANY, _LONG = 50, 0.25
# A call that is held, left and watched until nothing is left of it takes as long as several.
_STEPS = 4


class Rehearsal:
    """A call of what was announced, which is forgotten when the trial is over.

    cue: what was announced. fails: the token in whose place the model fails. prompt: what is asked of a model that
    follows no cue.
    way: how it is called.
    counts: how much there was at a named moment; whoever acts writes it.
    """

    def __init__(
        self,
        prompter: Prompter,
        driver: Driver,
        way: Way,
        cue: Cue,
        *,
        fails: int | None = None,
        prompt: str | None = None,
    ) -> None:
        self.cue = cue
        self._prompt = cue.prompt if prompt is None else prompt
        self.counts: dict[str, int] = {}
        self._counted: dict[str, int] | None = None
        self._prompter = prompter
        self._driver = driver
        self.way = way
        self._picker = Picker(way)
        self._said = cue.tokens[:fails]
        self._chunks: list[Seen] = []
        self._again: str | None = None
        self._left: tuple[str, ...] = ()
        self._before = set(threading.enumerate())
        self._tasks: set[asyncio.Task[Any]] = set()
        self._takes: tuple[Took, ...] = ()
        self._complaints = 0
        self._untold: dict[bool, str] = {}

    def ask(self, llm: Any, **more: Any) -> Any:
        """Call the method."""
        return self.way.ask(llm, self._prompt, **more)

    def hear(self, item: Any) -> bool:
        """Take down what was given; whether it was some text of the answer."""
        chunk = self._picker.chunk(item)
        if chunk is None:
            return False
        seen = self._driver.witness.see(chunk)
        self._chunks.append(seen)
        return bool(seen.text)

    def text(self, item: Any) -> str:
        """That of what was given, which is not taken down."""
        chunk = self._picker.chunk(item)
        return "" if chunk is None else self._driver.witness.see(chunk).text or ""

    @property
    def heard(self) -> str:
        """The text until now."""
        return "".join(chunk.text or "" for chunk in self._chunks)

    def listen(self, iterator: Iterator[Any]) -> None:
        """Hear everything that is left."""
        for item in iterator:
            self.hear(item)

    async def alisten(self, iterator: AsyncIterator[Any]) -> None:
        """The same on a loop."""
        async for item in iterator:
            self.hear(item)

    def pull_again(self, iterator: Iterator[Any]) -> None:
        """Ask once more after the end."""
        try:
            self._again = f"gave {self._driver.witness.see(next(iterator)).shown!r}"
        except StopIteration:
            pass
        except Exception as error:  # noqa: BLE001 - whatever it is, it came after the end
            self._again = self._driver.witness.raised(error).shown

    async def apull_again(self, iterator: AsyncIterator[Any]) -> None:
        """The same on a loop."""
        try:
            self._again = f"gave {self._driver.witness.see(await anext(iterator)).shown!r}"
        except StopAsyncIteration:
            pass
        except Exception as error:  # noqa: BLE001 - the same
            self._again = self._driver.witness.raised(error).shown

    def gone(self) -> None:
        """The consumer has left: wait until the model has noticed, and until nothing is left of the call.

        What never happens meets the deadline of the call, and `counts` tells how far it came.
        """
        self.counts["left"] = len(self._chunks)
        for _ in self._until(self._stopped):
            time.sleep(_GLANCE)
        self.counts["stopped"] = 1
        for _ in self._until(self._clean):
            time.sleep(_GLANCE)
        self.counts["clean"] = 1

    async def agone(self) -> None:
        """The same on a loop."""
        self.counts["left"] = len(self._chunks)
        await turns()
        for _ in self._until(self._stopped):
            await asyncio.sleep(_GLANCE)
        self.counts["stopped"] = 1
        for _ in self._until(self._clean):
            await asyncio.sleep(_GLANCE)
        self.counts["clean"] = 1

    async def rested(self) -> None:
        """Wait for what is on its way, if anything is: the model is silent then, as it is where it is held."""
        if self._prompter.sends_ahead:
            # Between two packets a loop may have nothing to do, either.
            for gate in tuple(self.cue.gates.values())[:1]:
                for _ in iter(gate.reached.is_set, True):
                    await asyncio.sleep(_GLANCE)
            resting = asyncio.Event()
            self.at_rest(resting.set)
            await resting.wait()

    def at_rest(self, call: Callable[[], object]) -> None:
        """Call this when the loop has nothing to do but to wait."""
        self._driver.loop.loop.at_rest(call)

    def _remember_tasks(self) -> None:
        """Those that are there now are none of this call's leavings."""
        self._tasks = set(asyncio.all_tasks())
        self._complaints = len(self._driver.loop.complaints)

    def act(self, act: Callable[[], Any], *, calls: int = _STEPS) -> Act:
        """Perform it with a deadline, in a thread or on the loop, and hold nobody after it."""
        try:
            return self.perform(act, calls=calls)
        finally:
            self.end()

    def perform(self, act: Callable[[], Any], *, calls: int = 1) -> Act:
        """One step of several: the plan stands."""
        if not self.way.asynchronous:
            return self._driver.call(act, calls=calls, given_up=self._keep)

        async def perform() -> None:
            self._remember_tasks()
            result: Awaitable[None] = act()
            await result

        return self._driver.acall(perform, calls=calls, given_up=self._keep)

    def _keep(self) -> None:
        """What comes of a call that is given up, once it is, is none of its doing."""
        self._counted = dict(self.counts)

    def end(self) -> None:
        """Hold nobody any more, and forget the plan."""
        self._takes = tuple(_took(take) for take in self.cue.takes)
        self._untold = {hung: self.cue.untold(hung=hung) for hung in (True, False)}
        self._prompter.forget(self.cue)

    def trial(self, act: Act, *, because: Raised | None = None, idle: bool = False, **facts: Any) -> Trial:
        """The record of it.

        because: an exception that did not end the act. idle: the model is not to be asked at all.
        Untold where nothing can be told of a model that was.
        """
        hung = act.hung is not None
        asked = bool(self._chunks) or hung or act.raised is not None
        if not idle and asked and (reason := self._untold.get(hung)):
            raise Untold(reason)
        return Trial(
            raised=act.raised or because,
            hung=act.hung,
            seconds=act.seconds,
            warned=act.warned,
            said=self._said,
            chunks=tuple(self._chunks),
            counts=dict(self.counts if self._counted is None else self._counted),
            takes=self._takes,
            again=self._again,
            left=self._left,
            **facts,
        )

    def _until(self, condition: Callable[[], bool]) -> Iterator[None]:
        glances, begun = 0, time.perf_counter()
        while self._counted is None and not condition():
            yield
            glances += 1
            if glances >= _MANY and time.perf_counter() - begun >= _LONG:
                # What was dropped in a cycle is finalised by the collector alone; a thread ends when its work does.
                if "stopped" not in self.counts and not self._working():
                    self.counts["collected"] = 1
                gc.collect()
                glances, begun = 0, time.perf_counter()

    def _stopped(self) -> bool:
        self.cue.let_go(threads=bool(self._working()))
        return all(take.ended for take in self.cue.takes)

    def _working(self) -> list[str]:
        """Where the threads are that were not there before."""
        return [place for thread, place in at_work().items() if thread not in self._before]

    def _clean(self) -> bool:
        names = [f"a thread, at {place}" for place in self._working()]
        if self.way.asynchronous:
            with suppress(RuntimeError):
                left = asyncio.all_tasks() - self._tasks - {asyncio.current_task()}
                names += [f"task {_named(task)}" for task in left]
            names += self._driver.loop.complaints[self._complaints :]
        self._left = tuple(sorted(names))
        return not names


async def turns() -> None:
    """Let everything that is due on the loop have its turn."""
    for _ in range(_TURNS):
        await asyncio.sleep(0)


def _took(take: Take) -> Took:
    return Took(given=take.given, whole=take.whole, ended=take.ended)


def _named(task: asyncio.Task[Any]) -> str:
    coroutine = task.get_coro()
    return getattr(coroutine, "__qualname__", "") or "without a name"
