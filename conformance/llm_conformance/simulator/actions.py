"""The actions of the server, as data. A format creates them, a fault rewrites them, framing turns them into bytes.

Every layer maps actions to actions, so the layers do not depend on each other.
"""

from dataclasses import dataclass
from typing import Literal

from llm_conformance.simulator.gate import Gate
from llm_conformance.simulator.provider_error import ProviderError

Fields = tuple[tuple[str, str], ...]
Delimited = Literal["chunked", "length", "close"]


@dataclass(frozen=True, slots=True)
class ResponseHead:
    """The head of a response, and how the body is delimited. `Content-Length` is `missing` bytes too large."""

    status: int
    headers: Fields
    delimited: Delimited = "chunked"
    missing: int = 0


@dataclass(frozen=True, slots=True)
class Event:
    """A part of the body: one event of a stream, or the document of an answer that is not streamed.

    `token` is the index of the token, in its golden stream, whose text the event carries. `end` marks the event that
    shows the client that the answer is complete.
    """

    data: bytes
    token: int | None = None
    end: bool = False


@dataclass(frozen=True, slots=True)
class End:
    """End the body cleanly, as HTTP defines it."""


@dataclass(frozen=True, slots=True)
class ErrorEvent:
    """Send an error inside the stream, in the provider's format."""

    error: ProviderError


@dataclass(frozen=True, slots=True)
class ErrorResponse:
    """Send an error response, in the provider's format."""

    error: ProviderError
    headers: Fields = ()


@dataclass(frozen=True, slots=True)
class Send:
    """Pass these bytes to the network in one send, even if they are not valid HTTP."""

    data: bytes


@dataclass(frozen=True, slots=True)
class Pause:
    """Wait for this number of seconds. Only faults about time and a requested pace use it."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Hold:
    """Wait until the gate opens; without a gate, until the client disconnects."""

    gate: Gate | None = None


@dataclass(frozen=True, slots=True)
class Close:
    """Close the sending side of the connection (FIN)."""


@dataclass(frozen=True, slots=True)
class Reset:
    """Reset the connection (RST)."""


Action = ResponseHead | Event | End | ErrorEvent | ErrorResponse | Send | Pause | Hold | Close | Reset
Actions = tuple[Action, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """The head and the events of one response, as a format creates them.

    in_array: whether the stream is one JSON array, and its events are the items of it.
    """

    status: int
    headers: Fields
    events: tuple[Event, ...]
    streamed: bool = False
    in_array: bool = False

    def actions(self) -> Actions:
        """The actions that send the answer without a fault."""
        delimited: Delimited = "chunked" if self.streamed else "length"
        return (ResponseHead(self.status, self.headers, delimited), *self.events, End())
