"""Cuts: the answer breaks off. A client has given the text so far, and raises; a prefix is never the answer."""

from dataclasses import replace

from llm_conformance.simulator.actions import Action, Actions, Close, End, Event, Pause, Reset, ResponseHead, Send
from llm_conformance.simulator.faults.body import content_type, events, half, next_half, started
from llm_conformance.simulator.faults.delivery import zipped_until
from llm_conformance.simulator.faults.fault import Expected, FaultClass, FaultFamily, FaultLevel
from llm_conformance.simulator.http.framing import chunk

CUT = FaultFamily(FaultClass.CUT)

_PAGE = b"<!DOCTYPE html><html><head><title>Sign in</title></head><body>Please sign in.</body></html>\n"
# What comes with the text is another fault: a reset overtakes the text, and a client is not yet reading.
_UNTIL_READ = Pause(0.05)


@CUT.on_response(Expected.RAISES, FaultLevel.SHOULD)
def clean_end_early(actions: Actions) -> Actions:
    """The body ends well after half of the tokens, without the event that ends the answer."""
    return (*half(actions), End())


@CUT.on_response(Expected.RAISES, FaultLevel.SHOULD)
def close_delimited_early(actions: Actions) -> Actions:
    """The body, which ends where the connection does, ends after half of the tokens."""
    return (*started(half(actions), delimited="close"), End())


@CUT.on_response(Expected.RAISES, FaultLevel.SHOULD, gzip=True)
def gzip_truncated(actions: Actions) -> Actions:
    """The compressed body ends well, as HTTP sees it, after half of the tokens, within its compression."""
    return (*zipped_until(half(actions)), End())


@CUT.on_response(Expected.RAISES, FaultLevel.SHOULD)
def truncated_json(actions: Actions) -> Actions:
    """The body ends well after half of the tokens and half an event more."""
    return (*half(actions), Event(next_half(actions)), End())


@CUT.on_response(Expected.RAISES, FaultLevel.SHOULD)
def html_page(actions: Actions) -> Actions:
    """The answer is a page of HTML with status 200, as proxies and captive portals have it."""
    start, *_ = content_type(actions, "text/html; charset=utf-8")
    return (start, Event(_PAGE), End())


@CUT.on_response(Expected.RAISES, FaultLevel.MUST)
def fin_mid_stream(actions: Actions) -> Actions:
    """The connection is closed after half of the tokens, between two HTTP chunks."""
    return (*_promised(actions), Close())


@CUT.on_response(Expected.RAISES, FaultLevel.MUST)
def rst_mid_stream(actions: Actions) -> Actions:
    """The connection is reset after half of the tokens."""
    return (*_promised(actions), _UNTIL_READ, Reset())


@CUT.on_response(Expected.RAISES, FaultLevel.MUST)
def fin_in_chunk(actions: Actions) -> Actions:
    """The connection is closed after half of the tokens, within an HTTP chunk."""
    part = chunk(next_half(actions) or b"{")
    return (*started(half(actions), delimited="chunked"), Send(part[: len(part) // 2 + 1]), Close())


# aiohttp waits for ever for more, if it is reading by then.
@CUT.on_response(Expected.RAISES, FaultLevel.SHOULD)
def bad_chunk_size(actions: Actions) -> Actions:
    """After half of the tokens comes an HTTP chunk whose size is no number."""
    return (*started(half(actions), delimited="chunked"), _UNTIL_READ, Send(b"zz\r\n"), Close())


@CUT.on_response(Expected.RAISES, FaultLevel.MUST)
def length_too_long(actions: Actions) -> Actions:
    """The head promises more bytes than come before the connection is closed after half of the tokens."""
    return (*started(half(actions), delimited="length", missing=1000), Close())


@CUT.on_response(Expected.RAISES, FaultLevel.MUST)
def fin_before_headers(actions: Actions) -> Actions:  # noqa: ARG001 - nothing of the answer remains
    """The connection is closed in place of an answer."""
    return (Close(),)


@CUT.on_response(Expected.RAISES, FaultLevel.MUST)
def rst_before_headers(actions: Actions) -> Actions:  # noqa: ARG001 - as above
    """The connection is reset in place of an answer."""
    return (Reset(),)


@CUT.on_response(Expected.RAISES, FaultLevel.MUST)
def rst_after_headers(actions: Actions) -> Actions:
    """The connection is reset behind the head of the answer."""
    return (*(_whole_length(action, actions) for action in actions[:1]), _UNTIL_READ, Reset())


def _promised(actions: Actions) -> Actions:
    """The first half, under a head that still promises the whole."""
    return tuple(_whole_length(action, actions) for action in half(actions))


def _whole_length(action: Action, actions: Actions) -> Action:
    if not isinstance(action, ResponseHead) or action.delimited != "length":
        return action
    return replace(action, missing=sum(len(event.data) for event in events(actions)))
