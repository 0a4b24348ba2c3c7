"""What a client and its simulated provider did, as far as the records keep it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from llm_conformance.records import (
    ControlledOutcome,
    Display,
    FaultResponse,
    GenerationRecord,
    Requests,
    first_difference,
)
from llm_conformance.report.html.wire_log import Response, response

_ENDS = {
    "": "it was still running at the end of the call",
    "closed": "it was closed",
    "cancelled": "it was cancelled",
    "unblocked": "the harness resumed it, to end the call",
}
_ENDS_OF_RESPONSES = {
    "finished": "the provider finished its response",
    "closed": "the client closed the connection",
    "": "the provider was still sending, or waiting, at the end of the call",
}
_EXPECTED = {
    "exact": "gives exactly the text that was sent",
    "raises": "raises an exception",
    "exact or raises": "gives exactly the text that was sent, or raises an exception",
}


@dataclass(frozen=True, slots=True)
class Exchange:
    """One call of a client, or of a scripted model.

    requests: each in words. facts: what else the record has, as pairs of name and text. wire: the provider had a fault.
    responses: the bytes of those that had it; none where the record keeps none.
    """

    requests: tuple[str, ...]
    facts: tuple[tuple[str, Display], ...]
    wire: bool = False
    responses: tuple[Response, ...] = ()


@dataclass(frozen=True, slots=True)
class Parameters:
    """Parameters, or header fields, of the requests of several calls. rows: name, texts, and which differ."""

    calls: tuple[str, ...]
    rows: tuple[tuple[str, tuple[str, ...], tuple[bool, ...]], ...]


def exchange(call: ControlledOutcome) -> Exchange:
    """What was sent, and what became of it."""
    requests = tuple(_generation(call, one) for one in call.generations)
    cut = (("body cut in two", f"at byte {call.cut_at}"),) if call.cut_at is not None else ()
    if not isinstance(call, FaultResponse) or not call.fault:
        return Exchange(requests, cut)
    facts: list[tuple[str, Display]] = [("fault", call.fault)]
    if call.tokens_sent:
        facts.append(("sent before the fault", f"{call.tokens_sent} token{'s' * (call.tokens_sent != 1)}"))
    expected = _EXPECTED.get(call.expected, call.expected)
    facts += [*cut, ("a correct client", expected), ("this client", f"{_given(call)}; {call.ended_with}")]
    if call.chunks:
        facts.append(("its chunks", call.display))
    return Exchange(requests, tuple(facts), wire=True, responses=tuple(map(response, call.sent)))


def _given(call: FaultResponse) -> str:
    """What the consumer got, compared with what was sent."""
    if call.exact:
        return "gave exactly the text of the answer"
    if not call.chunks:
        return "gave nothing"
    chunks = f"gave {len(call.chunks)} chunk{'s' * (len(call.chunks) != 1)}"
    sent = "".join(call.tokens)
    if sent.startswith(call.text):
        return f"{chunks}, the first {len(call.text)} of {len(sent)} characters of the answer"
    return f"{chunks}, which differ from the answer at character {first_difference(sent, call.text)} of {len(sent)}"


def sent(call: ControlledOutcome) -> int | None:
    """How many tokens were sent; None if that is not known. A provider counts also those that its fault holds back."""
    if isinstance(call, FaultResponse):
        return call.tokens_sent or None
    return call.generations[-1].sent if call.generations else None


def _generation(call: ControlledOutcome, one: GenerationRecord) -> str:
    end = _ENDS.get(one.outcome, one.outcome)
    if isinstance(call, FaultResponse):
        return _ENDS_OF_RESPONSES.get(one.outcome, end)
    return f"{one.sent} of {one.total} tokens were sent; {end}"


def parameters(by_call: Mapping[str, Mapping[str, str]]) -> Parameters | None:
    """Each parameter of each call, compared with that of the first call; None without any."""
    names = dict.fromkeys(name for one in by_call.values() for name in one)
    rows = []
    for name in names:
        texts = tuple(one.get(name, "") for one in by_call.values())
        rows.append((name, texts, tuple(text != texts[0] for text in texts)))
    return Parameters(tuple(by_call), tuple(rows)) if rows else None


def of_requests(requests: Requests) -> list[tuple[str, Parameters]]:
    """The bodies and the header fields that were recorded."""
    found = (("parameters of the body", parameters(requests.by_label)), ("header fields", parameters(requests.headers)))
    return [(title, one) for title, one in found if one is not None]
