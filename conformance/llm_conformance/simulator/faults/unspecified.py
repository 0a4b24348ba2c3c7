"""Faults that the specifications do not cover: a correct client gives the exact text or raises."""

import json
from dataclasses import replace

from llm_conformance.simulator.actions import Actions, Event
from llm_conformance.simulator.faults.body import events, insert_first, map_bytes, map_events, with_content_type
from llm_conformance.simulator.faults.content import with_texts
from llm_conformance.simulator.faults.fault import CHOICES, SSE, Expected, FaultClass, FaultFamily, FaultLevel
from llm_conformance.simulator.formats.json_bytes import json_bytes
from llm_fixtures import Golden

UNSPECIFIED = FaultFamily(FaultClass.UNSPECIFIED)


@UNSPECIFIED.on_response(Expected.EITHER, FaultLevel.MAY, *SSE, whole=False)
def empty_data(actions: Actions) -> Actions:
    """An event with empty data precedes the stream; the specification requires its dispatch."""
    return insert_first(actions, Event(b"data:\n\n"))


@UNSPECIFIED.on_response(Expected.EITHER, FaultLevel.MAY)
def wrong_content_type(actions: Actions) -> Actions:
    """The content type is `text/plain`."""
    return with_content_type(actions, "text/plain")


@UNSPECIFIED.on_text(Expected.EITHER, FaultLevel.MAY)
def surrogate_halves(golden: Golden) -> Golden:
    """A character is split into two lone surrogates in two tokens; lone surrogates in the text count as exact."""
    return with_texts(golden, "\ud83d", "\udc4d")


def _with_invalid_byte(actions: Actions) -> Actions:
    return map_bytes(actions, lambda data: data.replace("\ufffd".encode(), b"\xff"))


def _with_raw_nul(actions: Actions) -> Actions:
    return map_bytes(actions, lambda data: data.replace(b"\\u0000", b"\0"))


@UNSPECIFIED.on_text(Expected.EITHER, FaultLevel.MAY, transform=_with_invalid_byte)
def invalid_utf8(golden: Golden) -> Golden:
    """A token contains a byte that is not valid UTF-8; U+FFFD in its place counts as exact."""
    return with_texts(golden, "a\ufffdb")


@UNSPECIFIED.on_text(Expected.EITHER, FaultLevel.MAY, transform=_with_raw_nul)
def raw_nul(golden: Golden) -> Golden:
    """A token contains an unescaped NUL, which JSON forbids and some parsers accept."""
    return with_texts(golden, "a\0b")


@UNSPECIFIED.on_response(Expected.EITHER, FaultLevel.MAY, *CHOICES, whole=False)
def choices_null(actions: Actions) -> Actions:
    """One chunk in the middle of the stream has `null` in place of `choices`."""
    middle = events(actions)[(len(events(actions)) - 1) // 2]
    chunk = json.loads(middle.data.removeprefix(b"data: "))
    null = Event(b"data: %b\n\n" % json_bytes({**chunk, "choices": None}))
    return map_events(actions, lambda event: (null, event) if event is middle else (event,))


@UNSPECIFIED.on_response(Expected.EITHER, FaultLevel.MAY, *CHOICES, whole=False)
def no_done(actions: Actions) -> Actions:
    """The terminator `[DONE]` is missing after a stream that states its finish reason."""
    return map_events(actions, lambda event: () if event.end else (event,))


@UNSPECIFIED.on_response(Expected.EITHER, FaultLevel.MAY, *SSE, whole=False)
def no_final_blank(actions: Actions) -> Actions:
    """The blank line after the last event is missing, so by the specification the event is incomplete."""
    last = events(actions)[-1]
    return map_events(actions, lambda event: (replace(event, data=event.data[:-1]),) if event is last else (event,))
