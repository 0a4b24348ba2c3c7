"""What the server is to do, as data. Formats write actions, framing rewrites them, the server performs them.

A fault is a function from actions to actions, before framing or after it, so no layer has to know of faults.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Send:
    """Give these bytes to the network in one send."""

    data: bytes


@dataclass(frozen=True, slots=True)
class Close:
    """Say that nothing more will come (FIN)."""


Action = Send | Close


@dataclass(frozen=True, slots=True)
class Answer:
    """A response before it becomes HTTP: one `Send` is one event of a stream, or a piece of a whole body."""

    status: int
    headers: tuple[tuple[str, str], ...]
    actions: tuple[Action, ...]
    streamed: bool = False
