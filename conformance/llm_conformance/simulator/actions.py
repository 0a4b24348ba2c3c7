"""What the server is to do, as data. Formats write actions, faults rewrite them, framing makes them bytes.

Every layer maps actions to actions, so none has to know of the others.
"""

from dataclasses import dataclass
from typing import Literal

from llm_conformance.simulator.gate import Gate
from llm_conformance.simulator.provider_error import ProviderError

Fields = tuple[tuple[str, str], ...]
Delimited = Literal["chunked", "length", "close"]


@dataclass(frozen=True, slots=True)
class ResponseHead:
    """The head of a response, and how the end of its body is known. `missing`: bytes that a length promises in vain."""

    status: int
    headers: Fields
    delimited: Delimited = "chunked"
    missing: int = 0


@dataclass(frozen=True, slots=True)
class Event:
    """One event of a stream, or the document of a whole answer: a piece of the body.

    `token` is the place of the token whose text it carries, in its golden stream. `end` says that a client which has
    read it knows the answer to be whole.
    """

    data: bytes
    token: int | None = None
    end: bool = False


@dataclass(frozen=True, slots=True)
class End:
    """The body is whole, as HTTP sees it."""


@dataclass(frozen=True, slots=True)
class ErrorEvent:
    """An error within the stream, in the shape of the provider."""

    error: ProviderError


@dataclass(frozen=True, slots=True)
class ErrorResponse:
    """A whole answer that is an error, in the shape of the provider."""

    error: ProviderError
    headers: Fields = ()


@dataclass(frozen=True, slots=True)
class Send:
    """Give these bytes to the network in one send, whatever they do to HTTP."""

    data: bytes


@dataclass(frozen=True, slots=True)
class Pause:
    """Do nothing for so many seconds. Only faults about time, and a pace that was asked for, have any."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Hold:
    """Do nothing until the gate is opened; without one, until the client goes away."""

    gate: Gate | None = None


@dataclass(frozen=True, slots=True)
class Close:
    """Say that nothing more will come (FIN)."""


@dataclass(frozen=True, slots=True)
class Reset:
    """Break the connection (RST)."""


Action = ResponseHead | Event | End | ErrorEvent | ErrorResponse | Send | Pause | Hold | Close | Reset
Actions = tuple[Action, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a format says: the head and the events of one response."""

    status: int
    headers: Fields
    events: tuple[Event, ...]
    streamed: bool = False

    def actions(self) -> Actions:
        """The answer as it is before any fault."""
        delimited: Delimited = "chunked" if self.streamed else "length"
        return (ResponseHead(self.status, self.headers, delimited), *self.events, End())
