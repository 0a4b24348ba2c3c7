"""What no specification settles: the exact text or an exception, and never another text."""

from dataclasses import replace

from llm_conformance.simulator.actions import Actions, Event
from llm_conformance.simulator.faults.body import before, content_type, each, events, rewritten
from llm_conformance.simulator.faults.content import with_texts
from llm_conformance.simulator.faults.fault import OPENAI, SSE, Expected, FaultClass, FaultFamily, FaultLevel
from llm_fixtures import Golden

UNSPECIFIED = FaultFamily(FaultClass.UNSPECIFIED)


@UNSPECIFIED.on_response(Expected.EITHER, FaultLevel.MAY, *SSE, whole=False)
def empty_data(actions: Actions) -> Actions:
    """An event whose data is empty goes before the stream; the specification dispatches it."""
    return before(actions, Event(b"data:\n\n"))


@UNSPECIFIED.on_response(Expected.EITHER, FaultLevel.MAY)
def wrong_content_type(actions: Actions) -> Actions:
    """The content type says plain text."""
    return content_type(actions, "text/plain")


@UNSPECIFIED.on_text(Expected.EITHER, FaultLevel.MAY)
def surrogate_halves(golden: Golden) -> Golden:
    """A character comes as two lone halves in two tokens; a text of lone halves counts as exact."""
    return with_texts(golden, "\ud83d", "\udc4d")


def _broken(actions: Actions) -> Actions:
    return rewritten(actions, lambda data: data.replace("\ufffd".encode(), b"\xff"))


def _raw(actions: Actions) -> Actions:
    return rewritten(actions, lambda data: data.replace(b"\\u0000", b"\0"))


@UNSPECIFIED.on_text(Expected.EITHER, FaultLevel.MAY, transform=_broken)
def invalid_utf8(golden: Golden) -> Golden:
    """A token holds a byte that is no UTF-8; U+FFFD in its place counts as exact."""
    return with_texts(golden, "a\ufffdb")


@UNSPECIFIED.on_text(Expected.EITHER, FaultLevel.MAY, transform=_raw)
def raw_nul(golden: Golden) -> Golden:
    """A token holds NUL as it is, which JSON forbids and a parser may forgive."""
    return with_texts(golden, "a\0b")


@UNSPECIFIED.on_response(Expected.EITHER, FaultLevel.MAY, *OPENAI, whole=False)
def choices_null(actions: Actions) -> Actions:
    """A chunk in the middle has null in place of its choices."""
    middle = events(actions)[(len(events(actions)) - 1) // 2]
    null = Event(b'data: {"id":"0","object":"text_completion","created":0,"model":"m","choices":null}\n\n')
    return each(actions, lambda event: (null, event) if event is middle else (event,))


@UNSPECIFIED.on_response(Expected.EITHER, FaultLevel.MAY, *OPENAI, whole=False)
def no_done(actions: Actions) -> Actions:
    """The terminator is missing behind a stream that says why it ends."""
    return each(actions, lambda event: () if event.end else (event,))


@UNSPECIFIED.on_response(Expected.EITHER, FaultLevel.MAY, *SSE, whole=False)
def no_final_blank(actions: Actions) -> Actions:
    """The empty line behind the last event is missing, so that it is no event for the specification."""
    last = events(actions)[-1]
    return each(actions, lambda event: (replace(event, data=event.data[:-1]),) if event is last else (event,))
