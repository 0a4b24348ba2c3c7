"""An adapter whose provider misbehaves: it yields the exact text or raises, and never a part as the whole."""

from __future__ import annotations

from dataclasses import replace

from llm_conformance.checks.failures import call_failed
from llm_conformance.checks.hints import (
    END_NOT_CHECKED,
    ERROR_IGNORED,
    ERROR_STATUS_IGNORED,
    NO_READ_TIMEOUT,
    SECRET,
    TIMEOUT_OF_WHOLE,
    fault_failure_hint,
    fault_hint,
    replay_hint,
)
from llm_conformance.checks.reasons import ONE_CHUNK
from llm_conformance.checks.registry import MUST, SHOULD, Claim, check
from llm_conformance.checks.vacuity import nothing_raised
from llm_conformance.records import (
    Control,
    FaultResponse,
    Finding,
    Findings,
    NotJudged,
    Text,
    first_difference,
    inconclusive,
    not_applicable,
)

_STREAMS = ("stream_under", "astream_under")
_OTHER_CALLS = tuple(
    f"{style}_under[{fault}]"
    for fault in ("utf8_cuts", "crlf_cut", "quotes_backslashes", "error_mid_stream", "fin_mid_stream", "http_401")
    for style in ("invoke", "ainvoke", "events_v1", "events_v2")
)
_BREAKS_OFF = (
    "fin_mid_stream",
    "fin_in_chunk",
    "bad_chunk_size",
    "length_too_long",
    "error_mid_stream",
    "error_event_mid_stream",
    "clean_end_early",
    "close_delimited_early",
    "truncated_json",
)
_NO_ANSWER = ("http_401", "http_404", "http_429", "http_500", "http_500_html", "fin_before_headers")
_MID_STREAM = tuple(f"{style}[{fault}]" for fault in _BREAKS_OFF for style in _STREAMS)
_AT_START = tuple(f"{style}[{fault}]" for fault in _NO_ANSWER for style in _STREAMS)


@check("wire.delivery", MUST, clause="WIRE-001", for_each=_STREAMS, control=Control.WIRE, fault_family=True)
def the_text_does_not_depend_on_the_delivery(call: FaultResponse) -> Findings:
    """The text is exact however the bytes are delivered: in one piece or many, slowly, or compressed."""
    yield from _exact_or_raised(call)


@check("wire.syntax", MUST, clause="WIRE-002", for_each=_STREAMS, control=Control.WIRE, fault_family=True)
def valid_syntax_is_read(call: FaultResponse) -> Findings:
    """Every form that the standard of server-sent events allows is read as the standard says."""
    yield from _exact_or_raised(call)


@check("wire.content", MUST, clause="WIRE-003", for_each=_STREAMS, control=Control.WIRE, fault_family=True)
def any_content_is_read(call: FaultResponse) -> Findings:
    """Every text that the provider sends reaches the consumer, character for character."""
    yield from _exact_or_raised(call)


@check("wire.terminator", MUST, clause="WIRE-004", for_each=_STREAMS, control=Control.WIRE, fault_family=True)
def the_answer_ends_at_its_terminator(call: FaultResponse) -> Findings:
    """The answer ends at the terminator of its protocol, whatever comes beside or after the terminator."""
    yield from _exact_or_raised(call)


@check("wire.error", MUST, clause="WIRE-005", for_each=_STREAMS, control=Control.WIRE, fault_family=True)
def an_error_in_the_stream_raises(call: FaultResponse) -> Findings:
    """An error that the provider reports within its stream raises."""
    yield from _exact_or_raised(call, ended_early=ERROR_IGNORED)


@check("wire.cut", MUST, clause="WIRE-006", for_each=_STREAMS, control=Control.WIRE, fault_family=True)
def a_truncated_answer_raises(call: FaultResponse) -> Findings:
    """A truncated answer raises; a part of an answer is never returned as the whole."""
    yield from _exact_or_raised(call)


@check(
    "wire.stall",
    MUST,
    clause="WIRE-007",
    for_each=_STREAMS,
    control=Control.WIRE,
    claim=Claim("short-timeout"),
    fault_family=True,
)
def a_silent_provider_times_out(call: FaultResponse) -> Findings:
    """An adapter with a read timeout raises when the provider stops sending, and reads a slow stream to its end."""
    yield from _exact_or_raised(call, hung=NO_READ_TIMEOUT, cut_off=TIMEOUT_OF_WHOLE)


@check("wire.http", MUST, clause="WIRE-008", for_each=_STREAMS, control=Control.WIRE, fault_family=True)
def an_error_response_raises(call: FaultResponse) -> Findings:
    """An HTTP error response raises or is retried; it is never an answer, not even an empty one."""
    yield from _exact_or_raised(call, ended_early=ERROR_STATUS_IGNORED)


@check("wire.unspecified", MUST, clause="WIRE-009", for_each=_STREAMS, control=Control.WIRE, fault_family=True)
def unspecified_responses_give_no_wrong_text(call: FaultResponse) -> Findings:
    """For a response that no specification defines, the adapter yields the exact text or raises."""
    yield from _exact_or_raised(call)


@check("wire.other-calls", MUST, clause="WIRE-010", for_each=_OTHER_CALLS, control=Control.WIRE)
def other_calls_read_the_same_response(call: FaultResponse) -> Findings:
    """`invoke()`, `ainvoke()` and `astream_events()` handle faulty responses as `stream()` and `astream()` must."""
    yield from _exact_or_raised(call)


@check(
    "wire.keeps-text", MUST, clause="STREAM-010", vacuous=(nothing_raised,), for_each=_MID_STREAM, control=Control.WIRE
)
def text_before_the_fault_is_delivered(call: FaultResponse) -> Findings:
    """If a stream breaks off, the text before the break is delivered before the exception."""
    if not call.fault:
        yield _no_such_fault()
    elif not call.streamed:
        yield not_applicable(ONE_CHUNK)
    elif call.raised is not None:
        sent = "".join(call.tokens[: call.tokens_sent])
        # A look-ahead buffers one chunk, and joining tokens to words buffers one token.
        buffered = max(map(len, (*call.texts, *call.tokens, ""))) * 2
        if len(sent) - len(call.text) > buffered:
            at = first_difference(sent, call.text)
            yield Finding(Text(call.tokens[: call.tokens_sent]), call.display, code="chunks-lost", at=at)


@check("wire.no-replay", SHOULD, clause="WIRE-011", for_each=_MID_STREAM, control=Control.WIRE)
def a_request_is_not_repeated_after_text(call: FaultResponse) -> Findings:
    """After text has arrived, the request is not retried: the second answer may differ, and costs again."""
    if not call.fault:
        yield _no_such_fault()
    elif not call.text:
        yield inconclusive("no text arrived before the fault")
    elif len(call.generations) > 1:
        hint = "retry only until the first chunk has arrived"
        yield Finding("1 request", f"{len(call.generations)} requests", code="retried", hint=hint)


@check(
    "wire.ends-after-error",
    MUST,
    clause="STREAM-007",
    vacuous=(nothing_raised,),
    for_each=_MID_STREAM,
    control=Control.WIRE,
)
def a_broken_stream_has_ended(call: FaultResponse) -> Findings:
    """After its exception a stream has ended: one more `next()` raises `StopIteration`."""
    if not call.fault:
        yield _no_such_fault()
    elif call.raised is not None and call.after_end is not None:
        yield Finding("ends after the exception", call.after_end, code="goes-on-after-error")


@check(
    "wire.secrets",
    MUST,
    clause="WIRE-012",
    vacuous=(nothing_raised,),
    for_each=(*_MID_STREAM, *_AT_START),
    control=Control.WIRE,
)
def exceptions_contain_no_key(call: FaultResponse) -> Findings:
    """Exceptions and their causes contain no API key that the adapter was given or has sent, in any encoding."""
    if not call.fault:
        yield _no_such_fault()
    for raised in call.raised.chain if call.raised is not None else ():
        if raised.leaks_secret:
            exception = raised.bases[0]
            expected = "an exception without an API key"
            yield Finding(expected, raised.text, code="key-in-exception", exception=exception, hint=SECRET)


def _exact_or_raised(
    call: FaultResponse, *, ended_early: str = END_NOT_CHECKED, hung: str = "", cut_off: str = ""
) -> Findings:
    """Judge by what the fault expects: the exact text, an exception, or either.

    ended_early, hung, cut_off: the hints where a part of the text is given as the whole, where the call hangs, and
        where it raises instead of reading on.
    """
    if not call.fault:
        yield _no_such_fault()
    elif call.hung is not None:
        yield call_failed(_expected(call), call, hint=hung)
    elif call.raised is not None:
        yield from _raised(call, cut_off)
    elif not call.exact:
        yield from _ended(call, ended_early)
    elif call.expected == "raises":
        yield Finding("an exception", "ended without an exception", code="not-raised", hint=ended_early)


def _raised(call: FaultResponse, cut_off: str) -> Findings:
    text = "".join(call.tokens)
    if call.expected == "exact":
        found = call_failed("the exact text", call, hint=cut_off)
        yield replace(found, hint=fault_failure_hint(call.fault, call.raised) or found.hint)
    elif not call.exact and not text.startswith(call.text):
        at = first_difference(text, call.text)
        hint = replay_hint("".join(call.tokens[: call.tokens_sent]), call.text)
        yield Finding(Text(call.tokens), call.display, code="text-differs", at=at, hint=hint)


def _ended(call: FaultResponse, ended_early: str) -> Findings:
    text = "".join(call.tokens)
    if text.startswith(call.text):
        actual = f"ended without an exception after {len(call.text)} of {len(text)} characters (truncated)"
        hint = ended_early if call.expected == "raises" else fault_hint(call.fault, text, call.texts)
        yield Finding(_expected(call), actual, code="truncated", hint=hint)
    else:
        yield Finding(
            Text(call.tokens),
            call.display,
            code="text-differs",
            at=first_difference(text, call.text),
            hint=fault_hint(call.fault, text, call.texts),
        )


def _expected(call: FaultResponse) -> str:
    return {"exact": "the exact text", "raises": "an exception"}.get(call.expected, "the exact text or an exception")


def _no_such_fault() -> NotJudged:
    return not_applicable("the provider's format, or this kind of request, cannot have this fault")
