"""Drives one plan on one library, and writes down all that can be seen of it."""

import asyncio
import gc
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from reference.differential.build import build, config_of
from reference.differential.journal import Journal, Take
from reference.differential.library import Library
from reference.differential.plan import ASYNC_CALLS, Plan

DEADLINE = 30.0
# So many looks without a change say that nothing moves any more.
STILL = 5


@dataclass(slots=True)
class Outcome:
    """Of one call: what came, and what was raised at its end, if anything was."""

    items: list[Any] = field(default_factory=list)
    raised: BaseException | None = None


@dataclass(slots=True)
class Raw:
    """All that was seen, as it was seen.

    before: how much each hook of the model had made when the caller had left and the gate was still closed.
    left: how many tasks are left over at the end.
    """

    outcomes: list[Outcome]
    takes: list[Take]
    heard: dict[str, list[tuple[str, tuple[Any, ...], dict[str, Any]]]]
    before: list[int]
    left: int


def drive(plan: Plan, library: Library) -> Raw:
    """In a thread of its own: what hangs does not hang the tests."""
    done: list[Raw | BaseException] = []

    def work() -> None:
        try:
            done.append(_Drive(plan, library).all())
        except BaseException as error:  # noqa: BLE001  # handed to the caller
            done.append(error)

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    thread.join(DEADLINE)
    if not done:
        raise TimeoutError(f"the call hangs: {plan!r}")
    if isinstance(done[0], BaseException):
        raise done[0]
    return done[0]


class _Drive:
    def __init__(self, plan: Plan, library: Library) -> None:
        self._plan, self._library = plan, library
        self._journal = Journal()
        self._outcomes = [Outcome() for _ in range(1 if plan.is_batch else len(plan.inputs))]
        self._before: list[int] = []
        self._left = 0
        self._threads = _Threads(16)
        self._leaving = False

    def all(self) -> Raw:
        runnable = build(self._plan.root, self._library, self._journal)
        if self._plan.call in ASYNC_CALLS:
            asyncio.run(self._asynchronously(runnable))
        elif len(self._outcomes) == 1:
            self._synchronously(runnable, self._outcomes[0], self._plan.inputs[0])
        else:
            with ThreadPoolExecutor(len(self._outcomes)) as threads:
                list(threads.map(partial(self._synchronously, runnable), self._outcomes, self._plan.inputs))
        return Raw(self._outcomes, self._journal.takes, self._journal.heard, self._before, self._left)

    def _config(self, number: int) -> Any:
        """Of one call of several made at once, with a tag of its own."""
        plan = self._plan
        if plan.configs is not None:
            return [config_of(each, self._library, self._journal, f"call {n}") for n, each in enumerate(plan.configs)]
        config = config_of(plan.config, self._library, self._journal, f"call {number}")
        if plan.is_concurrent and not plan.is_batch:
            config["tags"] = [*config.get("tags", []), f"call {number}"]
        return config

    def _synchronously(self, runnable: Any, outcome: Outcome, value: Any) -> None:
        plan, config = self._plan, self._config(_index(self._outcomes, outcome))
        try:
            match plan.call:
                case "invoke":
                    outcome.items.append(runnable.invoke(value, config, **plan.kwargs))
                case "batch":
                    outcome.items.append(
                        runnable.batch(
                            list(plan.inputs), config, return_exceptions=plan.return_exceptions, **plan.kwargs
                        )
                    )
                case "stream":
                    self._read(runnable.stream(value, config, **plan.kwargs), outcome)
                case "transform":
                    self._read(runnable.transform(iter(_pieces(value)), config, **plan.kwargs), outcome)
        except Exception as error:  # noqa: BLE001  # whatever it is, it is compared
            outcome.raised = error.with_traceback(None)
        if plan.leave:
            if plan.leave.how == "break":
                gc.collect()
            self._before = [take.made for take in self._journal.takes]

    def _read(self, stream: Any, outcome: Outcome) -> None:
        leave = self._plan.leave
        for item in stream:
            outcome.items.append(item)
            if leave and len(outcome.items) == leave.after:
                break
        if leave and leave.how == "close":
            stream.close()

    async def _asynchronously(self, runnable: Any) -> None:
        self._journal.loop = asyncio.get_running_loop()
        self._journal.loop.set_default_executor(self._threads)
        calls = [
            asyncio.create_task(self._call(runnable, outcome, value))
            for outcome, value in zip(self._outcomes, self._plan.inputs, strict=False)
        ]
        if self._plan.leave:
            await self._leave(calls)
        await asyncio.wait(calls)
        for call in calls:
            call.exception() if not call.cancelled() else None
        del calls
        if self._plan.leave:
            await self._settled()
        self._left = len(asyncio.all_tasks()) - 1

    async def _leave(self, calls: list[asyncio.Task[None]]) -> None:
        """By now the caller has left, or is stuck where the model waits: then it is cancelled."""
        at_gate = asyncio.create_task(self._journal.reached.wait())
        await asyncio.wait([*calls, at_gate], return_when=asyncio.FIRST_COMPLETED)
        at_gate.cancel()
        await self._settled()
        if self._leaving:
            await asyncio.wait(calls)
        for call in calls:
            call.cancel()
        await self._settled()
        if self._plan.leave and self._plan.leave.how == "break":
            gc.collect()
            await self._settled()
        self._before = [take.made for take in self._journal.takes]
        self._journal.open()

    async def _settled(self) -> None:
        """Until nothing moves any more, in the loop or in its threads."""
        still, before = 0, None
        while still < STILL or self._threads.busy > self._journal.waiting:
            await asyncio.sleep(0.001)
            now = (*self._journal.progress(), len(asyncio.all_tasks()), self._threads.busy, *map(len, self._items()))
            still, before = (still + 1 if now == before else 0), now

    def _items(self) -> list[list[Any]]:
        return [outcome.items for outcome in self._outcomes]

    async def _call(self, runnable: Any, outcome: Outcome, value: Any) -> None:
        try:
            await self._reading(runnable, outcome, value)
        except (Exception, asyncio.CancelledError) as error:  # noqa: BLE001  # whatever it is, it is compared
            outcome.raised = error.with_traceback(None)

    async def _reading(self, runnable: Any, outcome: Outcome, value: Any) -> None:
        plan, config = self._plan, self._config(_index(self._outcomes, outcome))
        said = {name: getattr(plan.filters, name) for name in plan.filters.__dataclass_fields__}
        filters = {name: list(values) for name, values in said.items() if values is not None}
        doors: dict[str, Callable[[], Any]] = {
            "ainvoke": lambda: runnable.ainvoke(value, config, **plan.kwargs),
            "abatch": lambda: runnable.abatch(
                list(plan.inputs), config, return_exceptions=plan.return_exceptions, **plan.kwargs
            ),
            "astream": lambda: runnable.astream(value, config, **plan.kwargs),
            "atransform": lambda: runnable.atransform(_apieces(value), config, **plan.kwargs),
            "events v1": lambda: runnable.astream_events(value, config, version="v1", **filters, **plan.kwargs),
            "events v2": lambda: runnable.astream_events(value, config, version="v2", **filters, **plan.kwargs),
        }
        called = doors[plan.call]()
        if isinstance(called, Awaitable):
            outcome.items.append(await called)
            return
        async for item in called:
            outcome.items.append(item)
            if plan.leave and plan.leave.how != "cancel" and len(outcome.items) == plan.leave.after:
                self._leaving = True
                # Where the model works on beside its reader, let it come as far as it comes.
                await self._settled()
                break
        if plan.leave and plan.leave.how == "close":
            await called.aclose()


def _index(outcomes: list[Outcome], outcome: Outcome) -> int:
    return next(number for number, each in enumerate(outcomes) if each is outcome)


def _pieces(value: Any) -> list[Any]:
    """A text comes in two pieces."""
    return [value[:1], value[1:]] if isinstance(value, str) else [value]


async def _apieces(value: Any) -> AsyncIterator[Any]:
    for piece in _pieces(value):
        yield piece


class _Threads(ThreadPoolExecutor):
    """Knows how many of its threads work."""

    busy = 0

    def submit(self, *args: Any, **kwargs: Any) -> Any:
        self.busy += 1
        future = super().submit(*args, **kwargs)
        future.add_done_callback(self._done)
        return future

    def _done(self, _future: Any) -> None:
        self.busy -= 1
