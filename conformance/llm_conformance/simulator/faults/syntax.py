"""Faults of syntax: what the specification of server-sent events allows, and hardly a provider sends."""

from collections.abc import Callable
from itertools import count, cycle

from llm_conformance.simulator.actions import Actions, Event
from llm_conformance.simulator.faults.body import before, content_type, each, events, fields, rewritten
from llm_conformance.simulator.faults.fault import ALL, OPENAI, SSE, Expected, FaultClass, FaultFamily, FaultLevel

SYNTAX = FaultFamily(FaultClass.SYNTAX, SSE)

_BOM = b"\xef\xbb\xbf"
_PING = b": ping\n\n"


@SYNTAX.on_response(Expected.EXACT, FaultLevel.MUST, whole=False)
def crlf(actions: Actions) -> Actions:
    """Lines end in CRLF."""
    return rewritten(actions, lambda data: data.replace(b"\n", b"\r\n"))


@SYNTAX.on_response(Expected.EXACT, FaultLevel.MUST, whole=False)
def crlf_cut(actions: Actions) -> Actions:
    """Lines end in CRLF, and an HTTP chunk ends between CR and LF."""

    def change(event: Event) -> list[Event]:
        *lines, rest = event.data.split(b"\n")
        cut = [Event(part) for line in lines for part in (line + b"\r", b"\n")]
        return [*cut[:-1], Event(cut[-1].data + rest, event.token, event.end)]

    return each(actions, change)


@SYNTAX.on_response(Expected.EXACT, FaultLevel.SHOULD, whole=False)
def cr_only(actions: Actions) -> Actions:
    """Lines end in CR alone."""
    return rewritten(actions, lambda data: data.replace(b"\n", b"\r"))


@SYNTAX.on_response(Expected.EXACT, FaultLevel.SHOULD, whole=False)
def mixed_eol(actions: Actions) -> Actions:
    """Lines end in LF, CRLF and CR by turns."""
    # The end of a line and the empty line behind it: CR with LF behind it would be one end, and no empty line.
    ends = cycle([(b"\n", b"\n"), (b"\r\n", b"\r"), (b"\r", b"\r\n"), (b"\r", b"\r"), (b"\n", b"\r")])

    def change(data: bytes) -> bytes:
        line, blank = next(ends)
        return data.removesuffix(b"\n\n").replace(b"\n", line) + line + blank

    return rewritten(actions, change)


@SYNTAX.on_response(Expected.EXACT, FaultLevel.MUST, whole=False)
def crlf_then_lf(actions: Actions) -> Actions:
    """Lines end in CRLF, and the empty line behind an event in LF."""
    return rewritten(actions, lambda data: data.removesuffix(b"\n").replace(b"\n", b"\r\n") + b"\n")


@SYNTAX.on_response(Expected.EXACT, FaultLevel.SHOULD, *(name for name in SSE if name != "tgi"), whole=False)
def no_space_after_colon(actions: Actions) -> Actions:
    """No blank stands between the name of a field and its value, as TGI writes it."""
    return _by_line(actions, lambda line: line.replace(b": ", b":", 1))


@SYNTAX.on_response(Expected.EXACT, FaultLevel.MUST, "tgi", whole=False)
def space_after_colon(actions: Actions) -> Actions:
    """A blank stands between the name of a field and its value, as all others write it."""
    return _by_line(actions, lambda line: line.replace(b":", b": ", 1))


@SYNTAX.on_response(Expected.EXACT, FaultLevel.SHOULD, whole=False)
def bom(actions: Actions) -> Actions:
    """A byte order mark goes before the stream."""
    return before(actions, Event(_BOM))


@SYNTAX.on_response(Expected.EXACT, FaultLevel.SHOULD, *OPENAI, "tgi", whole=False)
def bom_text_first(actions: Actions) -> Actions:
    """A byte order mark, cut in two, goes before a stream whose first event carries text."""
    first = next(place for place, one in enumerate(actions) if isinstance(one, Event) and _carries(one))
    kept = (one for place, one in enumerate(actions) if place >= first or not isinstance(one, Event))
    return before(tuple(kept), Event(_BOM[:1]), Event(_BOM[1:]))


@SYNTAX.on_response(Expected.EXACT, FaultLevel.MUST, whole=False)
def comments(actions: Actions) -> Actions:
    """A comment and an empty line go before every event."""
    return rewritten(actions, lambda data: _PING + data)


@SYNTAX.on_response(Expected.EXACT, FaultLevel.MUST, whole=False)
def comment_inside(actions: Actions) -> Actions:
    """Comments stand before and behind the lines of every event."""
    return rewritten(actions, lambda data: b": one\n" + data.removesuffix(b"\n") + b":\n\n")


@SYNTAX.on_response(Expected.EXACT, FaultLevel.MUST, whole=False)
def blank_lines(actions: Actions) -> Actions:
    """Two more empty lines follow every event."""
    return rewritten(actions, lambda data: data + b"\n\n")


@SYNTAX.on_response(Expected.EXACT, FaultLevel.MUST, whole=False)
def id_field(actions: Actions) -> Actions:
    """Every event has an id."""
    return _numbered(actions, b"")


@SYNTAX.on_response(Expected.EXACT, FaultLevel.SHOULD, whole=False)
def id_then_blank(actions: Actions) -> Actions:
    """Every event has an id, and one more empty line follows it, which dispatches nothing."""
    return _numbered(actions, b"\n")


@SYNTAX.on_response(Expected.EXACT, FaultLevel.SHOULD, whole=False)
def id_then_comment(actions: Actions) -> Actions:
    """Every event has an id, and a comment with an empty line follows it, which dispatches nothing."""
    return _numbered(actions, _PING)


@SYNTAX.on_response(Expected.EXACT, FaultLevel.SHOULD, whole=False)
def retry_only(actions: Actions) -> Actions:
    """An event goes before the stream that has a retry time and no data; it is not dispatched."""
    return before(actions, Event(b"retry: 3000\n\n"))


@SYNTAX.on_response(Expected.EXACT, FaultLevel.SHOULD, whole=False)
def event_only(actions: Actions) -> Actions:
    """An event goes before the stream that has a name and no data; it is not dispatched."""
    return before(actions, Event(b"event: heartbeat\n\n"))


@SYNTAX.on_response(Expected.EXACT, FaultLevel.MUST, whole=False)
def unknown_fields(actions: Actions) -> Actions:
    """Every event has fields that the specification does not know."""
    return rewritten(actions, lambda data: b"trace: 1f\nData: {\n" + data)


@SYNTAX.on_response(Expected.EXACT, FaultLevel.SHOULD, whole=False)
def multi_line_data(actions: Actions) -> Actions:
    """The data of every event stands in three lines, which the client joins."""

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
    """The content type names its charset in capitals and quotes."""
    return content_type(actions, f'{_media_type(actions)}; charset="UTF-8"')


def charset_latin1(actions: Actions) -> Actions:
    """The content type names a charset that is not the body's, which is always UTF-8."""
    return content_type(actions, f"{_media_type(actions)}; charset=iso-8859-1")


def unknown_event(actions: Actions) -> Actions:
    """An event of a kind that is new to the client stands among the others."""
    new = b'event: novelty\ndata: {"type":"novelty","object":"novelty","choices":[]}\n\n'
    middle = len(events(actions)) // 2
    places = count()
    return each(actions, lambda event: (Event(new), event) if next(places) == middle else (event,))


# It concerns the lines of JSON as much.
SYNTAX.on_response(Expected.EXACT, FaultLevel.SHOULD, *ALL)(charset_latin1)
SYNTAX.on_response(Expected.EXACT, FaultLevel.MUST, *OPENAI, "anthropic-messages", whole=False)(unknown_event)


def _media_type(actions: Actions) -> str:
    return dict(fields(actions))["Content-Type"].partition(";")[0]


def _carries(event: Event) -> bool:
    return event.token is not None or event.end


def _by_line(actions: Actions, change: Callable[[bytes], bytes]) -> Actions:
    return rewritten(actions, lambda data: b"\n".join(change(line) for line in data.split(b"\n")))


def _numbered(actions: Actions, behind: bytes) -> Actions:
    numbers = count(1)
    return rewritten(actions, lambda data: b"id: %d\n%b%b" % (next(numbers), data, behind))
