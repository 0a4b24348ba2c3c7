"""Cuts: the answer is truncated. A correct client delivers the text so far and raises; a prefix is not an answer."""

from dataclasses import replace

from llm_conformance.simulator.actions import Action, Actions, Close, End, Event, Pause, Reset, ResponseHead, Send
from llm_conformance.simulator.faults.body import events, first_half, next_half, with_content_type, with_head
from llm_conformance.simulator.faults.delivery import zipped_until
from llm_conformance.simulator.faults.fault import Expected, FaultClass, FaultFamily, FaultLevel
from llm_conformance.simulator.http.framing import chunk

CUT = FaultFamily(FaultClass.CUT)

_HTML_PAGE = b"<!DOCTYPE html><html><head><title>Sign in</title></head><body>Please sign in.</body></html>\n"
# Without a pause the reset could overtake the text before the client reads it, which would be another fault.
_UNTIL_READ = Pause(0.05)


@CUT.on_response(Expected.RAISES, FaultLevel.SHOULD)
def clean_end_early(actions: Actions) -> Actions:
    """The HTTP body terminates cleanly after half of the tokens, without the event that ends the answer."""
    return (*first_half(actions), End())


@CUT.on_response(Expected.RAISES, FaultLevel.SHOULD)
def close_delimited_early(actions: Actions) -> Actions:
    """The body has neither a length nor chunks, and the connection closes after half of the tokens."""
    return (*with_head(first_half(actions), delimited="close"), End())


@CUT.on_response(Expected.RAISES, FaultLevel.SHOULD, gzip=True)
def gzip_truncated(actions: Actions) -> Actions:
    """The HTTP body terminates cleanly after half of the tokens, but its gzip data is incomplete."""
    return (*zipped_until(first_half(actions)), End())


@CUT.on_response(Expected.RAISES, FaultLevel.SHOULD)
def truncated_json(actions: Actions) -> Actions:
    """The HTTP body terminates cleanly after half of the tokens and half of the next event."""
    return (*first_half(actions), Event(next_half(actions)), End())


@CUT.on_response(Expected.RAISES, FaultLevel.SHOULD)
def html_page(actions: Actions) -> Actions:
    """The response is an HTML page with status 200, as proxies and captive portals send it."""
    start, *_ = with_content_type(actions, "text/html; charset=utf-8")
    return (start, Event(_HTML_PAGE), End())


@CUT.on_response(Expected.RAISES, FaultLevel.MUST)
def fin_mid_stream(actions: Actions) -> Actions:
    """The provider closes the connection after half of the tokens, between two HTTP chunks."""
    return (*_half_with_full_length(actions), Close())


@CUT.on_response(Expected.RAISES, FaultLevel.MUST)
def rst_mid_stream(actions: Actions) -> Actions:
    """The provider resets the connection after half of the tokens."""
    return (*_half_with_full_length(actions), _UNTIL_READ, Reset())


@CUT.on_response(Expected.RAISES, FaultLevel.MUST)
def fin_in_chunk(actions: Actions) -> Actions:
    """The provider closes the connection after half of the tokens, inside an HTTP chunk."""
    part = chunk(next_half(actions) or b"{")
    return (*with_head(first_half(actions), delimited="chunked"), Send(part[: len(part) // 2 + 1]), Close())


# SHOULD, because aiohttp hangs if it is already reading at that point.
@CUT.on_response(Expected.RAISES, FaultLevel.SHOULD)
def bad_chunk_size(actions: Actions) -> Actions:
    """After half of the tokens, the provider sends an HTTP chunk whose size is not a number."""
    return (*with_head(first_half(actions), delimited="chunked"), _UNTIL_READ, Send(b"zz\r\n"), Close())


@CUT.on_response(Expected.RAISES, FaultLevel.MUST)
def length_too_long(actions: Actions) -> Actions:
    """`Content-Length` is larger than the body, and the provider closes the connection after half of the tokens."""
    return (*with_head(first_half(actions), delimited="length", missing=1000), Close())


@CUT.on_response(Expected.RAISES, FaultLevel.MUST)
def fin_before_headers(actions: Actions) -> Actions:  # noqa: ARG001 - the answer is not sent
    """The provider closes the connection without a response."""
    return (Close(),)


@CUT.on_response(Expected.RAISES, FaultLevel.MUST)
def rst_before_headers(actions: Actions) -> Actions:  # noqa: ARG001 - as above
    """The provider resets the connection without a response."""
    return (Reset(),)


@CUT.on_response(Expected.RAISES, FaultLevel.MUST)
def rst_after_headers(actions: Actions) -> Actions:
    """The provider resets the connection after the response headers."""
    return (*(_whole_length(action, actions) for action in actions[:1]), _UNTIL_READ, Reset())


def _half_with_full_length(actions: Actions) -> Actions:
    """The first half, under a head with the length of the whole body."""
    return tuple(_whole_length(action, actions) for action in first_half(actions))


def _whole_length(action: Action, actions: Actions) -> Action:
    if not isinstance(action, ResponseHead) or action.delimited != "length":
        return action
    return replace(action, missing=sum(len(event.data) for event in events(actions)))
