"""What an adapter makes of a provider that goes wrong: the exact text, or an exception, never a part as the whole."""

from llm_conformance.checks.registry import MUST, SHOULD, check
from llm_conformance.records import (
    Control,
    ControlledOutcomes,
    FaultResponse,
    Finding,
    Findings,
    NotJudged,
    Text,
    first_difference,
    not_applicable,
)

_UNDER = ("stream_under", "astream_under")
_ELSEWHERE = tuple(
    f"{way}_under[{fault}]"
    for fault in ("utf8_cuts", "crlf_cut", "quotes_backslashes", "error_mid_stream", "fin_mid_stream", "http_401")
    for way in ("invoke", "ainvoke", "events_v1", "events_v2")
)
_BROKEN_OFF = (
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
_REFUSED = ("http_401", "http_404", "http_429", "http_500", "http_500_html", "fin_before_headers")
_MIDWAY = tuple(f"{way}[{fault}]" for fault in _BROKEN_OFF for way in _UNDER)
_OUTSET = tuple(f"{way}[{fault}]" for fault in _REFUSED for way in _UNDER)


@check("wire.delivery", MUST, clause="WIRE-001", for_each=_UNDER, control=Control.WIRE, fault_family=True)
def the_text_does_not_depend_on_packets(call: FaultResponse) -> Findings:
    """However the bytes come, whole or in pieces, slow or compressed, the text is exact."""
    yield from _judged(call)


@check("wire.syntax", MUST, clause="WIRE-002", for_each=_UNDER, control=Control.WIRE, fault_family=True)
def the_stream_may_be_written_in_any_valid_way(call: FaultResponse) -> Findings:
    """Whatever the standard of server-sent events allows is read as it says."""
    yield from _judged(call)


@check("wire.content", MUST, clause="WIRE-003", for_each=_UNDER, control=Control.WIRE, fault_family=True)
def any_content_comes_through(call: FaultResponse) -> Findings:
    """Whatever the model says comes through, character for character."""
    yield from _judged(call)


@check("wire.terminator", MUST, clause="WIRE-004", for_each=_UNDER, control=Control.WIRE, fault_family=True)
def the_answer_ends_where_the_protocol_says(call: FaultResponse) -> Findings:
    """The answer ends with the event that ends it, whatever stands beside or behind that."""
    yield from _judged(call)


@check("wire.error", MUST, clause="WIRE-005", for_each=_UNDER, control=Control.WIRE, fault_family=True)
def an_error_in_the_stream_is_raised(call: FaultResponse) -> Findings:
    """An error that the provider tells within its stream is raised."""
    yield from _judged(call)


@check("wire.cut", MUST, clause="WIRE-006", for_each=_UNDER, control=Control.WIRE, fault_family=True)
def an_answer_that_breaks_off_is_raised(call: FaultResponse) -> Findings:
    """An answer that breaks off raises: a part of it is never given as the whole."""
    yield from _judged(call)


@check(
    "wire.stall",
    MUST,
    clause="WIRE-007",
    for_each=_UNDER,
    control=Control.WIRE,
    claim="short-timeout",
    fault_family=True,
)
def a_silent_provider_is_given_up(call: FaultResponse) -> Findings:
    """An adapter with a read timeout raises when nothing more comes."""
    yield from _judged(call)


@check("wire.http", MUST, clause="WIRE-008", for_each=_UNDER, control=Control.WIRE, fault_family=True)
def a_refusal_is_raised(call: FaultResponse) -> Findings:
    """A response that is an error raises, or is asked for again; it is never an empty answer."""
    yield from _judged(call)


@check("wire.unspecified", MUST, clause="WIRE-009", for_each=_UNDER, control=Control.WIRE, fault_family=True)
def what_nothing_settles_gives_no_wrong_text(call: FaultResponse) -> Findings:
    """Where no specification settles it, the text is exact or an exception is raised."""
    yield from _judged(call)


@check("wire.other-calls", MUST, clause="WIRE-010", for_each=_ELSEWHERE, control=Control.WIRE)
def every_way_of_asking_reads_the_same_wire(call: FaultResponse) -> Findings:
    """invoke(), ainvoke() and astream_events() make of a fault what streams must make of it."""
    yield from _judged(call)


@check(
    "wire.golden",
    MUST,
    clause="WIRE-003",
    for_each=("golden_invoke", "golden_ainvoke", "golden_stream", "golden_astream", "golden_v1", "golden_v2"),
    requires=("wire.content[u2028]", "wire.content[u2029]", "wire.content[u0085]", "wire.content[zero_tokens]"),
    control=Control.WIRE,
)
def every_golden_stream_comes_through(trials: ControlledOutcomes) -> Findings:
    """Every golden stream comes through by every way of asking, character for character."""
    for name, trial in trials.by_label.items():
        said = "".join(trial.tokens)
        if trial.failed:
            yield Finding(Text(trial.tokens), trial.ended_with, where=name)
        elif trial.text != said:
            yield Finding(Text(trial.tokens), trial.display, at=first_difference(said, trial.text), where=name)


@check("wire.keeps-text", MUST, clause="STREAM-010", for_each=_MIDWAY, control=Control.WIRE)
def what_came_before_is_given_first(call: FaultResponse) -> Findings:
    """The text that came before a stream broke off is given before the exception."""
    if not call.fault:
        yield _inapplicable()
    elif not call.streamed:
        yield not_applicable("the answer comes in one piece")
    elif call.raised is not None:
        sent = "".join(call.tokens[: call.tokens_sent])
        # A look-ahead holds back a chunk, and whoever makes words of tokens holds back one.
        held = max(map(len, (*call.texts, *call.tokens, ""))) * 2
        if len(sent) - len(call.text) > held:
            at = first_difference(sent, call.text)
            yield Finding(Text(call.tokens[: call.tokens_sent]), call.display, at=at)


@check("wire.no-replay", SHOULD, clause="WIRE-011", for_each=_MIDWAY, control=Control.WIRE)
def nothing_is_asked_again_once_text_has_come(call: FaultResponse) -> Findings:
    """Once tokens have come the request is not made again: a second answer is another one, and costs again."""
    if not call.fault:
        yield _inapplicable()
    elif call.text and len(call.generations) > 1:
        yield Finding(expected="one request", actual=f"{len(call.generations)} requests")


@check("wire.ends-after-error", MUST, clause="STREAM-007", for_each=_MIDWAY, control=Control.WIRE)
def a_stream_that_broke_off_has_ended(call: FaultResponse) -> Findings:
    """After its exception a stream has ended: one more next stops, and neither raises again nor gives more."""
    if not call.fault:
        yield _inapplicable()
    elif call.raised is not None and call.after_end is not None:
        yield Finding(expected="nothing after the exception", actual=call.after_end)


@check("wire.secrets", SHOULD, clause="WIRE-012", for_each=(*_MIDWAY, *_OUTSET), control=Control.WIRE)
def no_exception_tells_a_key(call: FaultResponse) -> Findings:
    """What is raised, and what caused it, tells no key: exceptions are logged, and reported to strangers."""
    if not call.fault:
        yield _inapplicable()
    for raised in call.raised.chain if call.raised is not None else ():
        if raised.leaks_secret:
            yield Finding(expected="an exception without a secret in it", actual=raised.text)


def _judged(call: FaultResponse) -> Findings:
    if not call.fault:
        yield _inapplicable()
    elif call.hung is not None:
        yield Finding(expected=_wanted(call), actual=call.hung.text)
    elif call.raised is not None:
        yield from _raised(call)
    elif not call.exact:
        yield from _ended(call)
    elif call.expected == "raises":
        yield Finding(expected="an exception", actual="a normal end")


def _raised(call: FaultResponse) -> Findings:
    said = "".join(call.tokens)
    if call.expected == "exact":
        yield Finding(expected="the exact text", actual=call.ended_with)
    elif not call.exact and not said.startswith(call.text):
        yield Finding(Text(call.tokens), call.display, at=first_difference(said, call.text))


def _ended(call: FaultResponse) -> Findings:
    said = "".join(call.tokens)
    if said.startswith(call.text):
        seen = f"a normal end after {len(call.text)} of {len(said)} characters"
        yield Finding(expected=_wanted(call), actual=seen)
    else:
        yield Finding(Text(call.tokens), call.display, at=first_difference(said, call.text))


def _wanted(call: FaultResponse) -> str:
    return {"exact": "the exact text", "raises": "an exception"}.get(call.expected, "the exact text, or an exception")


def _inapplicable() -> NotJudged:
    return not_applicable(
        "there is no such fault in the provider's format, or in answers of the form that is asked for"
    )
