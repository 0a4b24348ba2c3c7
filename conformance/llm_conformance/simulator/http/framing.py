"""Encodes actions as HTTP/1.1. Performs no I/O: all bytes are computed before the first one is sent."""

from collections.abc import Iterator
from http import HTTPStatus

from llm_conformance.simulator.actions import Action, Actions, Close, End, Event, ResponseHead, Send

CONTINUE = Send(b"HTTP/1.1 100 Continue\r\n\r\n")
LAST_CHUNK = b"0\r\n\r\n"


def framed(actions: Actions, *, closing: bool) -> Actions:
    """The actions with every head, event and end as bytes. `closing` ends the connection after the response."""
    plan = tuple(_framed(actions, closing=closing))
    match actions, plan:
        case (ResponseHead(delimited="length"), Event(), *_), (Send(start), Send(document), *rest):
            return (Send(start + document), *rest)  # in one send, as servers send a body that is not streamed
    return plan


def chunk(data: bytes) -> bytes:
    """A part of the body as an HTTP chunk."""
    return b"%x\r\n%b\r\n" % (len(data), data)


def head(start: ResponseHead, length: int, *, closing: bool) -> bytes:
    """The head of a response, for a body of this length in bytes."""
    try:
        phrase = HTTPStatus(start.status).phrase
    except ValueError:  # providers use unregistered statuses, such as 529
        phrase = ""
    delimiting = {
        "chunked": (("Transfer-Encoding", "chunked"),),
        "length": (("Content-Length", str(length + start.missing)),),
        "close": (),
    }[start.delimited]
    connection = ("Connection", "close" if closing or start.delimited == "close" else "keep-alive")
    fields = "".join(f"{name}: {value}\r\n" for name, value in (*start.headers, *delimiting, connection))
    return f"HTTP/1.1 {start.status} {phrase}\r\n{fields}\r\n".encode("latin-1")


def _framed(actions: Actions, *, closing: bool) -> Iterator[Action]:
    start = ResponseHead(200, ())
    chunked = True
    for action in actions:
        # Checked first, because a stream has one event for each token.
        if isinstance(action, Event):
            if not chunked:
                yield Send(action.data)
            elif action.data:  # an empty chunk would end the body
                yield Send(chunk(action.data))
        elif isinstance(action, ResponseHead):
            start, chunked = action, action.delimited == "chunked"
            yield Send(head(start, 0 if chunked else _length(actions), closing=closing))
        elif isinstance(action, End):
            if chunked:
                yield Send(LAST_CHUNK)
            if closing or start.delimited == "close":
                yield Close()
        else:
            yield action


def _length(actions: Actions) -> int:
    return sum(len(action.data) for action in actions if isinstance(action, Event))
