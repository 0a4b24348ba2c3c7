"""Runs one plan on one library and records everything that can be observed."""

import asyncio
import gc
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from reference.differential.build import build, config_of
from reference.differential.call_log import CallLog, Generation
from reference.differential.library import Library
from reference.differential.plan import ASYNC_CALLS, Plan

DEADLINE = 30.0
# After so many checks without a change, all tasks and threads are waiting.
STABLE_CHECKS = 5


@dataclass(slots=True)
class Outcome:
    """The items of one call, and the exception that it raised, if any."""

    items: list[Any] = field(default_factory=list)
    raised: BaseException | None = None


@dataclass(slots=True)
class Raw:
    """Everything that was observed, not normalized.

    generated_before_exit: how many chunks each hook had generated before the gate opened, after the consumer stopped.
    leftover_tasks: how many tasks still existed at the end.
    """

    outcomes: list[Outcome]
    generations: list[Generation]
    callbacks: dict[str, list[tuple[str, tuple[Any, ...], dict[str, Any]]]]
    generated_before_exit: list[int]
    leftover_tasks: int


def drive(plan: Plan, library: Library) -> Raw:
    """Run the plan in another thread, so that a call that hangs does not hang the tests."""
    done: list[Raw | BaseException] = []

    def work() -> None:
        try:
            done.append(_Drive(plan, library).all())
        except BaseException as error:  # noqa: BLE001  # raised below
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
        self._log = CallLog()
        self._outcomes = [Outcome() for _ in range(1 if plan.is_batch else len(plan.inputs))]
        self._generated_before_exit: list[int] = []
        self._leftover_tasks = 0
        self._threads = _Threads(16)
        self._exiting = False

    def all(self) -> Raw:
        runnable = build(self._plan.root, self._library, self._log)
        if self._plan.call in ASYNC_CALLS:
            asyncio.run(self._asynchronously(runnable))
        elif len(self._outcomes) == 1:
            self._synchronously(runnable, self._outcomes[0], self._plan.inputs[0])
        else:
            with ThreadPoolExecutor(len(self._outcomes)) as threads:
                list(threads.map(partial(self._synchronously, runnable), self._outcomes, self._plan.inputs))
        return Raw(
            self._outcomes,
            self._log.generations,
            self._log.callbacks,
            self._generated_before_exit,
            self._leftover_tasks,
        )

    def _config(self, number: int) -> Any:
        """The config of one call. Concurrent calls get a tag each."""
        plan = self._plan
        if plan.configs is not None:
            return [config_of(each, self._library, self._log, f"call {n}") for n, each in enumerate(plan.configs)]
        config = config_of(plan.config, self._library, self._log, f"call {number}")
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
        except Exception as error:  # noqa: BLE001  # any exception is compared
            outcome.raised = error.with_traceback(None)
        if plan.early_exit:
            if plan.early_exit.how == "break":
                gc.collect()
            self._generated_before_exit = [generation.generated for generation in self._log.generations]

    def _read(self, stream: Any, outcome: Outcome) -> None:
        early_exit = self._plan.early_exit
        for item in stream:
            outcome.items.append(item)
            if early_exit and len(outcome.items) == early_exit.after:
                break
        if early_exit and early_exit.how == "close":
            stream.close()

    async def _asynchronously(self, runnable: Any) -> None:
        self._log.loop = asyncio.get_running_loop()
        self._log.loop.set_default_executor(self._threads)
        calls = [
            asyncio.create_task(self._call(runnable, outcome, value))
            for outcome, value in zip(self._outcomes, self._plan.inputs, strict=False)
        ]
        if self._plan.early_exit:
            await self._exit_early(calls)
        await asyncio.wait(calls)
        for call in calls:
            call.exception() if not call.cancelled() else None
        del calls
        # langchain-core does not wait for the other handlers if one raises. On a loaded machine they run later.
        if self._plan.early_exit or any(handler.raises for handler in self._plan.handlers):
            await self._wait_until_idle()
        self._leftover_tasks = len(asyncio.all_tasks()) - 1

    async def _exit_early(self, calls: list[asyncio.Task[None]]) -> None:
        """Wait until the consumer stops or the model waits at its gate. Then cancel the calls and open the gate."""
        at_gate = asyncio.create_task(self._log.reached.wait())
        await asyncio.wait([*calls, at_gate], return_when=asyncio.FIRST_COMPLETED)
        at_gate.cancel()
        await self._wait_until_idle()
        if self._exiting:
            await asyncio.wait(calls)
        for call in calls:
            call.cancel()
        await self._wait_until_idle()
        if self._plan.early_exit and self._plan.early_exit.how == "break":
            gc.collect()
            await self._wait_until_idle()
        self._generated_before_exit = [generation.generated for generation in self._log.generations]
        self._log.open()

    async def _wait_until_idle(self) -> None:
        """Wait until all tasks and threads are waiting."""
        stable, before = 0, None
        while stable < STABLE_CHECKS or self._threads.busy > self._log.waiting:
            await asyncio.sleep(0.001)
            now = (*self._log.progress(), len(asyncio.all_tasks()), self._threads.busy, *map(len, self._items()))
            stable, before = (stable + 1 if now == before else 0), now

    def _items(self) -> list[list[Any]]:
        return [outcome.items for outcome in self._outcomes]

    async def _call(self, runnable: Any, outcome: Outcome, value: Any) -> None:
        try:
            await self._reading(runnable, outcome, value)
        except (Exception, asyncio.CancelledError) as error:  # noqa: BLE001  # any exception is compared
            outcome.raised = error.with_traceback(None)

    async def _reading(self, runnable: Any, outcome: Outcome, value: Any) -> None:
        plan, config = self._plan, self._config(_index(self._outcomes, outcome))
        filters_by_name = {name: getattr(plan.filters, name) for name in plan.filters.__dataclass_fields__}
        filters = {name: list(values) for name, values in filters_by_name.items() if values is not None}
        calls: dict[str, Callable[[], Any]] = {
            "ainvoke": lambda: runnable.ainvoke(value, config, **plan.kwargs),
            "abatch": lambda: runnable.abatch(
                list(plan.inputs), config, return_exceptions=plan.return_exceptions, **plan.kwargs
            ),
            "astream": lambda: runnable.astream(value, config, **plan.kwargs),
            "atransform": lambda: runnable.atransform(_apieces(value), config, **plan.kwargs),
            "events v1": lambda: runnable.astream_events(value, config, version="v1", **filters, **plan.kwargs),
            "events v2": lambda: runnable.astream_events(value, config, version="v2", **filters, **plan.kwargs),
        }
        result = calls[plan.call]()
        if isinstance(result, Awaitable):
            outcome.items.append(await result)
            return
        async for item in result:
            outcome.items.append(item)
            if plan.early_exit and plan.early_exit.how != "cancel" and len(outcome.items) == plan.early_exit.after:
                self._exiting = True
                # A model that runs beside its consumer generates as much as it can.
                await self._wait_until_idle()
                break
        if plan.early_exit and plan.early_exit.how == "close":
            await result.aclose()


def _index(outcomes: list[Outcome], outcome: Outcome) -> int:
    return next(number for number, each in enumerate(outcomes) if each is outcome)


def _pieces(value: Any) -> list[Any]:
    """Split a text into two chunks."""
    return [value[:1], value[1:]] if isinstance(value, str) else [value]


async def _apieces(value: Any) -> AsyncIterator[Any]:
    for piece in _pieces(value):
        yield piece


class _Threads(ThreadPoolExecutor):
    """Counts the calls that have not finished."""

    busy = 0

    def submit(self, *args: Any, **kwargs: Any) -> Any:
        self.busy += 1
        future = super().submit(*args, **kwargs)
        future.add_done_callback(self._done)
        return future

    def _done(self, _future: Any) -> None:
        self.busy -= 1
