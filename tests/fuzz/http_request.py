"""The request parser and the answers of the simulator, without a socket."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from functools import cache
from typing import TypeVar

from llm_conformance.simulator import Case
from llm_conformance.simulator.http.framing import framed
from llm_conformance.simulator.http.request import MalformedRequestError, read_content, read_head
from llm_conformance.simulator.server.registered import RegisteredCases
from llm_conformance.simulator.server.respond import respond
from llm_fixtures import golden

_T = TypeVar("_T")
_CASES = RegisteredCases(path_cases={"hello": Case(nonce="hello", golden=golden("empty-tokens"))})


def request_is_answered(data: bytes) -> None:
    """A request is malformed or incomplete, or gets an answer in bytes."""
    reader = asyncio.StreamReader(loop=_loop())
    reader.feed_data(data[1:])
    reader.feed_eof()
    try:
        head = _run(read_head(data[:1], reader))
        content = _run(read_content(head, reader))
    except MalformedRequestError as error:
        assert error.status in {400, 413, 431, 501, 505}
        assert error.reason.isprintable()
        return
    except asyncio.IncompleteReadError:
        return
    decision = respond(head, content, _CASES, 1)
    assert framed(decision.actions, closing=head.closing)


def _run(coroutine: Coroutine[None, None, _T]) -> _T:
    """What a coroutine returns that never waits: all of its input is there."""
    try:
        coroutine.send(None)
    except StopIteration as stop:
        result: _T = stop.value
        return result
    raise AssertionError("it waits for more")


@cache
def _loop() -> asyncio.AbstractEventLoop:
    return asyncio.new_event_loop()
