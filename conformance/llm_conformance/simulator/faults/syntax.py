"""Faults of syntax: server-sent events that the specification allows and providers rarely send."""

from collections.abc import Callable
from itertools import count, cycle

from llm_conformance.simulator.actions import Actions, Event
from llm_conformance.simulator.faults.body import events, fields, insert_first, map_bytes, map_events, with_content_type
from llm_conformance.simulator.faults.fault import (
    ALL,
    CHOICES,
    OPENAI,
    SSE,
    Expected,
    FaultClass,
    FaultFamily,
    FaultLevel,
)

SYNTAX = FaultFamily(FaultClass.SYNTAX, SSE)

_BOM = b"\xef\xbb\xbf"
_PING = b": ping\n\n"


@SYNTAX.on_response(Expected.EXACT, FaultLevel.MUST, whole=False)
def crlf(actions: Actions) -> Actions:
    """Lines end in CRLF."""
    return map_bytes(actions, lambda data: data.replace(b"\n", b"\r\n"))


@SYNTAX.on_response(Expected.EXACT, FaultLevel.MUST, whole=False)
def crlf_cut(actions: Actions) -> Actions:
    """Lines end in CRLF, and an HTTP chunk ends between CR and LF."""

    def change(event: Event) -> list[Event]:
        *lines, rest = event.data.split(b"\n")
        cut = [Event(part) for line in lines for part in (line + b"\r", b"\n")]
        return [*cut[:-1], Event(cut[-1].data + rest, event.token, event.end)]

    return map_events(actions, change)


@SYNTAX.on_response(Expected.EXACT, FaultLevel.SHOULD, whole=False)
def cr_only(actions: Actions) -> Actions:
    """Lines end in CR only."""
    return map_bytes(actions, lambda data: data.replace(b"\n", b"\r"))


@SYNTAX.on_response(Expected.EXACT, FaultLevel.SHOULD, whole=False)
def mixed_eol(actions: Actions) -> Actions:
    """Lines end in LF, CRLF and CR in turn."""
    # Pairs of a line end and a blank line. CR followed by LF is missing: it would be one line end, not two.
    ends = cycle([(b"\n", b"\n"), (b"\r\n", b"\r"), (b"\r", b"\r\n"), (b"\r", b"\r"), (b"\n", b"\r")])

    def change(data: bytes) -> bytes:
        line, blank = next(ends)
        return data.removesuffix(b"\n\n").replace(b"\n", line) + line + blank

    return map_bytes(actions, change)


@SYNTAX.on_response(Expected.EXACT, FaultLevel.MUST, whole=False)
def crlf_then_lf(actions: Actions) -> Actions:
    """Lines end in CRLF, but the blank line after each event ends in LF."""
    return map_bytes(actions, lambda data: data.removesuffix(b"\n").replace(b"\n", b"\r\n") + b"\n")


@SYNTAX.on_response(Expected.EXACT, FaultLevel.SHOULD, *(name for name in SSE if name != "tgi"), whole=False)
def no_space_after_colon(actions: Actions) -> Actions:
    """The colon after a field name is not followed by a space, as in TGI's streams."""
    return _by_line(actions, lambda line: line.replace(b": ", b":", 1))


@SYNTAX.on_response(Expected.EXACT, FaultLevel.MUST, "tgi", whole=False)
def space_after_colon(actions: Actions) -> Actions:
    """The colon after a field name is followed by a space, as in the streams of all other formats."""
    return _by_line(actions, lambda line: line.replace(b":", b": ", 1))


@SYNTAX.on_response(Expected.EXACT, FaultLevel.SHOULD, whole=False)
def bom(actions: Actions) -> Actions:
    """A byte order mark precedes the stream."""
    return insert_first(actions, Event(_BOM))


@SYNTAX.on_response(Expected.EXACT, FaultLevel.SHOULD, *CHOICES, "tgi", whole=False)
def bom_text_first(actions: Actions) -> Actions:
    """A byte order mark, split over two HTTP chunks, precedes a stream whose first event carries text."""
    first = next(index for index, action in enumerate(actions) if isinstance(action, Event) and _has_content(action))
    kept = (action for index, action in enumerate(actions) if index >= first or not isinstance(action, Event))
    return insert_first(tuple(kept), Event(_BOM[:1]), Event(_BOM[1:]))


@SYNTAX.on_response(Expected.EXACT, FaultLevel.MUST, whole=False)
def comments(actions: Actions) -> Actions:
    """A comment and a blank line precede every event."""
    return map_bytes(actions, lambda data: _PING + data)


@SYNTAX.on_response(Expected.EXACT, FaultLevel.MUST, whole=False)
def comment_inside(actions: Actions) -> Actions:
    """Every event contains a comment before and after its fields."""
    return map_bytes(actions, lambda data: b": one\n" + data.removesuffix(b"\n") + b":\n\n")


@SYNTAX.on_response(Expected.EXACT, FaultLevel.MUST, whole=False)
def blank_lines(actions: Actions) -> Actions:
    """Two additional blank lines follow every event."""
    return map_bytes(actions, lambda data: data + b"\n\n")


@SYNTAX.on_response(Expected.EXACT, FaultLevel.MUST, whole=False)
def id_field(actions: Actions) -> Actions:
    """Every event has an `id` field."""
    return _numbered(actions, b"")


@SYNTAX.on_response(Expected.EXACT, FaultLevel.SHOULD, whole=False)
def id_then_blank(actions: Actions) -> Actions:
    """Every event has an `id` field and is followed by an additional blank line, which must not dispatch an event."""
    return _numbered(actions, b"\n")


@SYNTAX.on_response(Expected.EXACT, FaultLevel.SHOULD, whole=False)
def id_then_comment(actions: Actions) -> Actions:
    """Every event has an `id` field and is followed by a comment and a blank line, which must not dispatch an event."""
    return _numbered(actions, _PING)


@SYNTAX.on_response(Expected.EXACT, FaultLevel.SHOULD, whole=False)
def retry_only(actions: Actions) -> Actions:
    """An event with a `retry` field and without data precedes the stream; a client must not dispatch it."""
    return insert_first(actions, Event(b"retry: 3000\n\n"))


@SYNTAX.on_response(Expected.EXACT, FaultLevel.SHOULD, whole=False)
def event_only(actions: Actions) -> Actions:
    """An event with an `event` field and without data precedes the stream; a client must not dispatch it."""
    return insert_first(actions, Event(b"event: heartbeat\n\n"))


@SYNTAX.on_response(Expected.EXACT, FaultLevel.MUST, whole=False)
def unknown_fields(actions: Actions) -> Actions:
    """Every event has fields that the specification does not define."""
    return map_bytes(actions, lambda data: b"trace: 1f\nData: {\n" + data)


@SYNTAX.on_response(Expected.EXACT, FaultLevel.SHOULD, whole=False)
def multi_line_data(actions: Actions) -> Actions:
    """The data of every event is split over three `data` lines, which the client must join."""

    def change(line: bytes) -> bytes:
        name, colon, value = line.partition(b":")
        inner = value.strip()
        if name != b"data" or not inner.startswith(b"{"):
            return line
        start = name + colon + (b" " if value.startswith(b" ") else b"")
        return b"\n".join(start + part for part in (b"{", inner[1:-1], b"}"))

    return _by_line(actions, change)


@SYNTAX.on_response(Expected.EXACT, FaultLevel.MUST)
def charset_utf8(actions: Actions) -> Actions:
    """The content type names its charset in capitals and in quotes."""
    return with_content_type(actions, f'{_media_type(actions)}; charset="UTF-8"')


def charset_latin1(actions: Actions) -> Actions:
    """The content type names the charset ISO-8859-1, but the body is UTF-8."""
    return with_content_type(actions, f"{_media_type(actions)}; charset=iso-8859-1")


def unknown_event(actions: Actions) -> Actions:
    """An event of an unknown type arrives in the middle of the stream."""
    new = b'event: novelty\ndata: {"type":"novelty","object":"novelty","choices":[]}\n\n'
    middle = len(events(actions)) // 2
    indexes = count()
    return map_events(actions, lambda event: (Event(new), event) if next(indexes) == middle else (event,))


# Registered for all formats, because NDJSON has a content type too.
SYNTAX.on_response(Expected.EXACT, FaultLevel.SHOULD, *ALL)(charset_latin1)
SYNTAX.on_response(Expected.EXACT, FaultLevel.MUST, *OPENAI, "anthropic-messages", whole=False)(unknown_event)


def _media_type(actions: Actions) -> str:
    return dict(fields(actions))["Content-Type"].partition(";")[0]


def _has_content(event: Event) -> bool:
    return event.token is not None or event.end


def _by_line(actions: Actions, change: Callable[[bytes], bytes]) -> Actions:
    return map_bytes(actions, lambda data: b"\n".join(change(line) for line in data.split(b"\n")))


def _numbered(actions: Actions, suffix: bytes) -> Actions:
    numbers = count(1)
    return map_bytes(actions, lambda data: b"id: %d\n%b%b" % (next(numbers), data, suffix))
