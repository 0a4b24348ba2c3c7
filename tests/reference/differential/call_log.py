"""The log of models and handlers while a plan runs, and the gate at which models wait for the driver."""

import asyncio
import threading
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Generation:
    """One call of one hook of a model.

    made: how many chunks it has generated.
    ended: "end", the name of the exception that ended it, or "open".
    """

    model: int
    hook: str
    prompt: str
    stop: Any
    kwargs: dict[str, Any]
    generated: int = 0
    ended_with: str = "open"


@dataclass(slots=True)
class CallLog:
    """The log of one run of a plan. Any thread may write to it."""

    generations: list[Generation] = field(default_factory=list)
    # The calls of each handler: the method, its positional arguments, its keyword arguments.
    callbacks: dict[str, list[tuple[str, tuple[Any, ...], dict[str, Any]]]] = field(default_factory=dict)
    loop: asyncio.AbstractEventLoop | None = None
    reached: asyncio.Event = field(default_factory=asyncio.Event)
    is_open: asyncio.Event = field(default_factory=asyncio.Event)
    thread_gate: threading.Event = field(default_factory=threading.Event)
    # How many threads wait at the gate.
    waiting: int = 0

    async def agate(self) -> None:
        """Wait in the event loop until the gate opens."""
        self.reached.set()
        await self.is_open.wait()

    def gate(self) -> None:
        """Wait in a thread until the gate opens."""
        assert self.loop is not None, "a model in the driver's thread cannot wait for the driver"
        self.loop.call_soon_threadsafe(self.reached.set)
        self.waiting += 1
        self.thread_gate.wait(20)
        self.waiting -= 1

    def progress(self) -> tuple[int, int, int]:
        """Return numbers that change with every step of a model or handler."""
        return (
            len(self.generations),
            sum(generation.generated for generation in self.generations),
            sum(map(len, self.callbacks.values())),
        )

    def open(self) -> None:
        self.is_open.set()
        self.thread_gate.set()
