"""Faults of delivery: HTTP and TCP split, pack and delay the same bytes. A correct client gives the same text."""

import random
import re
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from llm_conformance.simulator.actions import Action, Actions, End, Event, Pause, Send
from llm_conformance.simulator.faults.body import (
    events,
    fields,
    joined,
    map_bytes,
    map_events,
    split,
    with_head,
)
from llm_conformance.simulator.faults.fault import Expected, Fault, FaultClass, FaultFamily, FaultLevel
from llm_conformance.simulator.http.framing import framed

DELIVERY = FaultFamily(FaultClass.DELIVERY)

_INSIDE_CHARACTER = re.compile(rb"[\x80-\xbf]")
_SEED = 20
_MAX_CHUNK = 40
_FIRST_DELAY = 0.3
_MAX_DELAY = 0.004


@DELIVERY.on_response(Expected.EXACT, FaultLevel.MUST)
def one_byte_chunks(actions: Actions) -> Actions:
    """Every byte of the body is sent as a separate HTTP chunk."""
    return map_events(with_head(actions, delimited="chunked"), lambda event: split(event, [1] * len(event.data)))


@DELIVERY.on_response(Expected.EXACT, FaultLevel.MUST)
def one_byte_tcp(actions: Actions) -> Actions:
    """Every byte of the response, including headers and framing, is sent separately."""
    sent = framed(actions, closing=False)
    return tuple(part for action in sent for part in (_bytes(action.data) if isinstance(action, Send) else (action,)))


@DELIVERY.on_response(Expected.EXACT, FaultLevel.MUST)
def coalesced(actions: Actions) -> Actions:
    """The whole body is sent as one HTTP chunk."""
    body_events = events(actions)
    rest = tuple(action for action in actions if not isinstance(action, Event | End))
    return (*with_head(rest, delimited="chunked"), Event(joined(body_events), token=0, end=True), End())


@DELIVERY.on_response(Expected.EXACT, FaultLevel.MUST)
def random_cuts(actions: Actions) -> Actions:
    """HTTP chunks begin and end at random positions, independent of events; the positions are the same in every run."""
    rng = random.Random(_SEED)  # noqa: S311 - not a secret, and reproducible
    return _recut(actions, lambda _: iter(lambda: rng.randrange(1, _MAX_CHUNK), 0))


@DELIVERY.on_response(Expected.EXACT, FaultLevel.MUST)
def utf8_cuts(actions: Actions) -> Actions:
    """An HTTP chunk ends inside every non-ASCII character, after each byte, and after the first byte of every event."""

    def change(event: Event) -> list[Event]:
        inner = [found.start() for found in _INSIDE_CHARACTER.finditer(event.data)]
        cuts = sorted({1, *inner})
        return split(event, [cut - previous for previous, cut in zip([0, *cuts], cuts, strict=False)])

    return map_events(with_head(actions, delimited="chunked"), change)


def cut_after(position: int) -> Fault:
    """The fault that cuts the body into two chunks after this number of bytes."""

    def cut_at(actions: Actions) -> Actions:
        return _recut(actions, lambda _: [position])

    rule = "The body is sent in two HTTP chunks, cut in the middle or at `cut_at`."
    return Fault(
        f"cut_at={position}", FaultClass.DELIVERY, Expected.EXACT, FaultLevel.MUST, rule, transform=cut_at, whole=cut_at
    )


@DELIVERY.on_response(Expected.EXACT, FaultLevel.MUST)
def cut_at(actions: Actions) -> Actions:
    """The body is sent in two HTTP chunks, cut in the middle or at `cut_at`."""
    return _recut(actions, lambda length: [length // 2])


@DELIVERY.on_response(Expected.EXACT, FaultLevel.MUST)
def content_length(actions: Actions) -> Actions:
    """The body is sent with `Content-Length` and without chunks."""
    # In two pieces, so that it differs from an answer that is not streamed, which has a length anyway.
    return map_events(with_head(actions, delimited="length"), lambda event: split(event, [len(event.data) // 2]))


@DELIVERY.on_response(Expected.EXACT, FaultLevel.MUST)
def close_delimited(actions: Actions) -> Actions:
    """The body has neither a length nor chunks; it ends when the connection closes."""
    return with_head(actions, delimited="close")


@DELIVERY.on_response(Expected.EXACT, FaultLevel.MUST)
def chunk_oddities(actions: Actions) -> Actions:
    """HTTP chunks have extensions, and sizes with leading zeros and capitals; a trailer follows the last chunk."""

    def change(action: Action) -> Action:
        match action:
            case Event(data) if data:
                return Send(b'000%X;note="a;b"\r\n%b\r\n' % (len(data), data))
            case End():
                return Send(b"000;last\r\nX-Sum: 1\r\n\r\n")
            case _:
                return action

    return tuple(change(action) for action in with_head(actions, delimited="chunked"))


@DELIVERY.on_response(Expected.EXACT, FaultLevel.MUST, gzip=True)
def gzip_flushed(actions: Actions) -> Actions:
    """The body is compressed with gzip and flushed after every event."""
    return _zipped(actions)


@DELIVERY.on_response(Expected.EXACT, FaultLevel.MUST, gzip=True)
def gzip_one_byte(actions: Actions) -> Actions:
    """The body is compressed with gzip, and every compressed byte is sent as a separate HTTP chunk."""
    return one_byte_chunks(_zipped(actions))


@DELIVERY.on_response(Expected.EXACT, FaultLevel.SHOULD)
def informational(actions: Actions) -> Actions:
    """The informational response 103 Early Hints precedes the response."""
    return (Send(b"HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload\r\n\r\n"), *actions)


@DELIVERY.on_response(Expected.EXACT, FaultLevel.MUST)
def slow_first_token(actions: Actions) -> Actions:
    """The first token arrives after a delay of 0.3 s."""
    index = next((index for index, one in enumerate(actions) if isinstance(one, Event) and one.token is not None), 1)
    return (*actions[:index], Pause(_FIRST_DELAY), *actions[index:])


@DELIVERY.on_response(Expected.EXACT, FaultLevel.MUST)
def jitter(actions: Actions) -> Actions:
    """Each of the first 25 events is delayed by up to 4 ms; the delays are the same in every run."""
    rng = random.Random(_SEED)  # noqa: S311 - as above
    pauses = iter([Pause(rng.random() * _MAX_DELAY) for _ in range(25)])
    return map_events(actions, lambda event: (*([pause] if (pause := next(pauses, None)) else []), event))


def zipped_until(actions: Actions) -> Actions:
    """The events, compressed, without the end of the gzip stream."""
    coder = zlib.compressobj(wbits=31)
    packed = map_bytes(actions, lambda data: coder.compress(data) + coder.flush(zlib.Z_SYNC_FLUSH))
    return with_head(packed, headers=(*fields(packed), ("Content-Encoding", "gzip")))


def _zipped(actions: Actions) -> Actions:
    coder = zlib.compressobj(wbits=31)
    *_, last = events(actions)

    def change(event: Event) -> Iterator[Event]:
        mode = zlib.Z_FINISH if event is last else zlib.Z_SYNC_FLUSH
        yield replace(event, data=coder.compress(event.data) + coder.flush(mode))

    return with_head(map_events(actions, change), headers=(*fields(actions), ("Content-Encoding", "gzip")))


def _recut(actions: Actions, sizes: Callable[[int], Iterable[int]]) -> Actions:
    body = joined(events(actions))
    rest = tuple(action for action in actions if not isinstance(action, Event | End))
    cut = split(Event(body, token=0, end=True), sizes(len(body)))
    return (*with_head(rest, delimited="chunked"), *cut, End())


def _bytes(data: bytes) -> Iterator[Send]:
    return (Send(data[index : index + 1]) for index in range(len(data)))
