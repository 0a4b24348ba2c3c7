"""Answers to HTTP/1.1 on the wire. Pure: the whole byte plan stands before the first byte is sent."""

from collections.abc import Iterator
from http import HTTPStatus

from llm_conformance.simulator.action import Action, Answer, Close, Send

CONTINUE = Send(b"HTTP/1.1 100 Continue\r\n\r\n")
_LAST_CHUNK = Send(b"0\r\n\r\n")


def framed(answer: Answer, *, closing: bool) -> tuple[Action, ...]:
    """The actions that carry an answer; `closing` makes it the last one of its connection."""
    farewell: tuple[Action, ...] = (Close(),) if closing else ()
    connection = ("Connection", "close" if closing else "keep-alive")
    if answer.streamed:
        head = _head(answer, ("Transfer-Encoding", "chunked"), connection)
        return (Send(head), *_chunks(answer), _LAST_CHUNK, *farewell)
    body = b"".join(action.data for action in answer.actions if isinstance(action, Send))
    head = _head(answer, ("Content-Length", str(len(body))), connection)
    return (Send(head + body), *farewell)


def _head(answer: Answer, *framing: tuple[str, str]) -> bytes:
    try:
        phrase = HTTPStatus(answer.status).phrase
    except ValueError:  # providers have statuses of their own, such as 529
        phrase = ""
    fields = "".join(f"{name}: {value}\r\n" for name, value in (*answer.headers, *framing))
    return f"HTTP/1.1 {answer.status} {phrase}\r\n{fields}\r\n".encode("latin-1")


def _chunks(answer: Answer) -> Iterator[Action]:
    """One HTTP chunk for each event; what is no `Send` passes untouched."""
    for action in answer.actions:
        if not isinstance(action, Send):
            yield action
        elif action.data:  # an empty chunk would be the last one
            yield Send(b"%x\r\n%b\r\n" % (len(action.data), action.data))
