"""What model and handlers write down while a plan is driven, and the gate at which the models wait for the driver."""

import asyncio
import threading
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Take:
    """One call of one hook of a model; `ended` is the name of what ended it, "still on" if nothing did."""

    model: int
    hook: str
    prompt: str
    stop: Any
    kwargs: dict[str, Any]
    made: int = 0
    ended: str = "still on"


@dataclass(slots=True)
class Journal:
    """Of one drive. Written from any thread."""

    takes: list[Take] = field(default_factory=list)
    # For each handler what it heard: the method, its positional arguments, its keywords.
    heard: dict[str, list[tuple[str, tuple[Any, ...], dict[str, Any]]]] = field(default_factory=dict)
    loop: asyncio.AbstractEventLoop | None = None
    reached: asyncio.Event = field(default_factory=asyncio.Event)
    is_open: asyncio.Event = field(default_factory=asyncio.Event)
    thread_gate: threading.Event = field(default_factory=threading.Event)
    # So many threads wait at the gate.
    waiting: int = 0

    async def agate(self) -> None:
        """Wait, in the loop, until the gate opens."""
        self.reached.set()
        await self.is_open.wait()

    def gate(self) -> None:
        """The same in a thread."""
        assert self.loop is not None, "a model that runs in the driver's own thread cannot wait for the driver"
        self.loop.call_soon_threadsafe(self.reached.set)
        self.waiting += 1
        self.thread_gate.wait(20)
        self.waiting -= 1

    def progress(self) -> tuple[int, int, int]:
        """Numbers that grow with all that happens."""
        return len(self.takes), sum(take.made for take in self.takes), sum(map(len, self.heard.values()))

    def open(self) -> None:
        self.is_open.set()
        self.thread_gate.set()
