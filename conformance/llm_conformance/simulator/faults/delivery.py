"""Faults of delivery: how HTTP and TCP cut, pack and time the same bytes. A client must not notice."""

import random
import re
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from llm_conformance.simulator.actions import Action, Actions, End, Event, Pause, Send
from llm_conformance.simulator.faults.body import (
    each,
    events,
    fields,
    joined,
    pieces,
    rewritten,
    started,
)
from llm_conformance.simulator.faults.fault import Expected, Fault, FaultClass, FaultFamily, FaultLevel
from llm_conformance.simulator.http.framing import framed

DELIVERY = FaultFamily(FaultClass.DELIVERY)

_NOT_ASCII = re.compile(rb"[\x80-\xff]")
_SEED = 20
_LONGEST = 40
_FIRST = 0.3
_SHAKEN = 0.004


@DELIVERY.on_response(Expected.EXACT, FaultLevel.MUST)
def one_byte_chunks(actions: Actions) -> Actions:
    """Every byte of the body is an HTTP chunk of its own."""
    return each(started(actions, delimited="chunked"), lambda event: pieces(event, [1] * len(event.data)))


@DELIVERY.on_response(Expected.EXACT, FaultLevel.MUST)
def one_byte_tcp(actions: Actions) -> Actions:
    """Every byte of the response, its head and framing included, is a send of its own."""
    sent = framed(actions, closing=False)
    return tuple(part for action in sent for part in (_bytes(action.data) if isinstance(action, Send) else (action,)))


@DELIVERY.on_response(Expected.EXACT, FaultLevel.MUST)
def coalesced(actions: Actions) -> Actions:
    """The whole body is one HTTP chunk."""
    said = events(actions)
    rest = tuple(action for action in actions if not isinstance(action, Event | End))
    return (*started(rest, delimited="chunked"), Event(joined(said), token=0, end=True), End())


@DELIVERY.on_response(Expected.EXACT, FaultLevel.MUST)
def random_cuts(actions: Actions) -> Actions:
    """HTTP chunks begin and end anywhere, without regard to events; the same places each time."""
    dice = random.Random(_SEED)  # noqa: S311 - no secret, and the same each time
    return _recut(actions, lambda _: iter(lambda: dice.randrange(1, _LONGEST), 0))


@DELIVERY.on_response(Expected.EXACT, FaultLevel.MUST)
def utf8_cuts(actions: Actions) -> Actions:
    """An HTTP chunk ends before every byte of a character that is not the first, and within every event."""

    def change(event: Event) -> list[Event]:
        inner = [found.start() for found in _NOT_ASCII.finditer(event.data)]
        cuts = sorted({1, *inner})
        return pieces(event, [cut - previous for previous, cut in zip([0, *cuts], cuts, strict=False)])

    return each(started(actions, delimited="chunked"), change)


def cut_behind(position: int) -> Fault:
    """The fault that cuts the body in two chunks behind so many bytes."""

    def cut_at(actions: Actions) -> Actions:
        return _recut(actions, lambda _: [position])

    rule = "The body comes in two chunks, cut in its middle; `cut_at=17` cuts behind that byte."
    return Fault(
        f"cut_at={position}", FaultClass.DELIVERY, Expected.EXACT, FaultLevel.MUST, rule, transform=cut_at, whole=cut_at
    )


@DELIVERY.on_response(Expected.EXACT, FaultLevel.MUST)
def cut_at(actions: Actions) -> Actions:
    """The body comes in two chunks, cut in its middle; `cut_at=17` cuts behind that byte."""
    return _recut(actions, lambda length: [length // 2])


@DELIVERY.on_response(Expected.EXACT, FaultLevel.MUST)
def content_length(actions: Actions) -> Actions:
    """The length of the body stands in the head, and there are no chunks."""
    # In two pieces, so that it differs from an answer that is sent so anyway.
    return each(started(actions, delimited="length"), lambda event: pieces(event, [len(event.data) // 2]))


@DELIVERY.on_response(Expected.EXACT, FaultLevel.MUST)
def close_delimited(actions: Actions) -> Actions:
    """Neither length nor chunks: the body ends where the connection does."""
    return started(actions, delimited="close")


@DELIVERY.on_response(Expected.EXACT, FaultLevel.MUST)
def chunk_oddities(actions: Actions) -> Actions:
    """Chunks have extensions and sizes with zeros in front and capitals, and a trailer follows the last."""

    def change(action: Action) -> Action:
        match action:
            case Event(data) if data:
                return Send(b'000%X;note="a;b"\r\n%b\r\n' % (len(data), data))
            case End():
                return Send(b"000;last\r\nX-Sum: 1\r\n\r\n")
            case _:
                return action

    return tuple(change(action) for action in started(actions, delimited="chunked"))


@DELIVERY.on_response(Expected.EXACT, FaultLevel.MUST, gzip=True)
def gzip_flushed(actions: Actions) -> Actions:
    """The body is compressed, and flushed behind every event."""
    return _zipped(actions)


@DELIVERY.on_response(Expected.EXACT, FaultLevel.MUST, gzip=True)
def gzip_one_byte(actions: Actions) -> Actions:
    """The body is compressed, and every byte of that is an HTTP chunk of its own."""
    return one_byte_chunks(_zipped(actions))


@DELIVERY.on_response(Expected.EXACT, FaultLevel.SHOULD)
def informational(actions: Actions) -> Actions:
    """103 Early Hints goes before the response."""
    return (Send(b"HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload\r\n\r\n"), *actions)


@DELIVERY.on_response(Expected.EXACT, FaultLevel.MUST)
def slow_first_token(actions: Actions) -> Actions:
    """The model thinks for 0.3 s before its first token."""
    place = next((place for place, one in enumerate(actions) if isinstance(one, Event) and one.token is not None), 1)
    return (*actions[:place], Pause(_FIRST), *actions[place:])


@DELIVERY.on_response(Expected.EXACT, FaultLevel.MUST)
def jitter(actions: Actions) -> Actions:
    """Each of the first 25 events waits for up to 4 ms; the same times each time."""
    dice = random.Random(_SEED)  # noqa: S311 - as above
    pauses = iter([Pause(dice.random() * _SHAKEN) for _ in range(25)])
    return each(actions, lambda event: (*([pause] if (pause := next(pauses, None)) else []), event))


def zipped_until(actions: Actions) -> Actions:
    """The events compressed, without the end of the compression; what ends the answer is left out by the caller."""
    coder = zlib.compressobj(wbits=31)
    packed = rewritten(actions, lambda data: coder.compress(data) + coder.flush(zlib.Z_SYNC_FLUSH))
    return started(packed, headers=(*fields(packed), ("Content-Encoding", "gzip")))


def _zipped(actions: Actions) -> Actions:
    coder = zlib.compressobj(wbits=31)
    *_, last = events(actions)

    def change(event: Event) -> Iterator[Event]:
        mode = zlib.Z_FINISH if event is last else zlib.Z_SYNC_FLUSH
        yield replace(event, data=coder.compress(event.data) + coder.flush(mode))

    return started(each(actions, change), headers=(*fields(actions), ("Content-Encoding", "gzip")))


def _recut(actions: Actions, sizes: Callable[[int], Iterable[int]]) -> Actions:
    body = joined(events(actions))
    rest = tuple(action for action in actions if not isinstance(action, Event | End))
    cut = pieces(Event(body, token=0, end=True), sizes(len(body)))
    return (*started(rest, delimited="chunked"), *cut, End())


def _bytes(data: bytes) -> Iterator[Send]:
    return (Send(data[place : place + 1]) for place in range(len(data)))
