"""Actions to HTTP/1.1 on the wire. Pure: the whole byte plan stands before the first byte is sent."""

from collections.abc import Iterator
from http import HTTPStatus

from llm_conformance.simulator.action import Action, Actions, Close, End, Event, Send, Start

CONTINUE = Send(b"HTTP/1.1 100 Continue\r\n\r\n")
LAST_CHUNK = b"0\r\n\r\n"


def framed(actions: Actions, *, closing: bool) -> Actions:
    """The actions with every head, event and end as bytes; `closing` makes the answer the last of its connection."""
    plan = tuple(_framed(actions, closing=closing))
    match actions, plan:
        case (Start(delimited="length"), Event(), *_), (Send(start), Send(document), *rest):
            return (Send(start + document), *rest)  # in one, as servers send what is no stream
    return plan


def chunk(data: bytes) -> bytes:
    """A piece of the body as an HTTP chunk."""
    return b"%x\r\n%b\r\n" % (len(data), data)


def head(start: Start, length: int, *, closing: bool) -> bytes:
    """The head of a response whose body has this length."""
    try:
        phrase = HTTPStatus(start.status).phrase
    except ValueError:  # providers have statuses of their own, such as 529
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
    start = Start(200, ())
    for action in actions:
        match action:
            case Start():
                start = action
                length = sum(len(event.data) for event in actions if isinstance(event, Event))
                yield Send(head(start, length, closing=closing))
            case Event(data) if start.delimited == "chunked":
                if data:  # an empty chunk would be the last one
                    yield Send(chunk(data))
            case Event(data):
                yield Send(data)
            case End():
                if start.delimited == "chunked":
                    yield Send(LAST_CHUNK)
                if closing or start.delimited == "close":
                    yield Close()
            case _:
                yield action
