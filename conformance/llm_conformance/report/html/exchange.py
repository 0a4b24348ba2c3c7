"""What a client and its simulated provider did, as far as the records keep it: no bytes of a body are kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from llm_conformance.records import ControlledOutcome, FaultResponse, GenerationRecord, Requests

_ENDS = {
    "": "it was still running at the end of the call",
    "closed": "it was closed",
    "cancelled": "it was cancelled",
    "unblocked": "the harness resumed it, to end the call",
}


@dataclass(frozen=True, slots=True)
class Exchange:
    """One call under a fault. requests: each in words. facts: what else the record has, as pairs of name and text."""

    requests: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Parameters:
    """Parameters, or header fields, of the requests of several calls. rows: name, texts, and which differ."""

    calls: tuple[str, ...]
    rows: tuple[tuple[str, tuple[str, ...], tuple[bool, ...]], ...]


def exchange(call: ControlledOutcome) -> Exchange:
    """What was sent, and what became of it."""
    facts: list[tuple[str, str]] = []
    if isinstance(call, FaultResponse):
        facts += [("fault", call.fault), ("a correct client", call.expected)]
        if call.tokens_sent:
            facts.append(("sent before the fault", f"{call.tokens_sent} tokens"))
        if call.exact:
            facts.append(("text", "exactly the text that was sent"))
    if call.cut_at is not None:
        facts.append(("body cut in two", f"at byte {call.cut_at}"))
    return Exchange(tuple(_generation(call, one) for one in call.generations), tuple(facts))


def sent(call: ControlledOutcome) -> int | None:
    """How many tokens were sent; None if that is not known. A provider counts also those that its fault holds back."""
    if isinstance(call, FaultResponse) and call.tokens_sent and "raises" in call.expected:
        return call.tokens_sent
    return call.generations[-1].sent if call.generations else None


def _generation(call: ControlledOutcome, one: GenerationRecord) -> str:
    end = _ENDS.get(one.outcome, one.outcome)
    if isinstance(call, FaultResponse):
        return "the provider finished its response" if one.outcome == "finished" else end
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
