"""What the provider sent is kept of a call that does not end as that of a correct client."""

from __future__ import annotations

from typing import Any

import pytest

from checks.records import stream
from llm_conformance.observe.fault_calls import to_fault_response
from llm_conformance.records import ControlledOutcome, Raised
from llm_conformance.records.codec import decode, encode
from llm_conformance.simulator.faults import fault_named

SENDS = ((b"HTTP/1.1 200 OK\r\n\r\n", b"3\r\na\xe2\x82", b"\xac\r\n"),)
KEPT = (("HTTP/1.1 200 OK\r\n\r\n", "3\r\na\xe2\x82", "\xac\r\n"),)
RAISED = Raised("acme.Error", "no", ("Error",), "acme.py:1 in stream")
WHOLE, CUT = stream("a", "b").chunks, stream("a").chunks


@pytest.mark.parametrize(
    ("fault", "facts", "kept"),
    [
        ("crlf", {"chunks": WHOLE}, ()),
        ("crlf", {"chunks": CUT}, KEPT),
        ("crlf", {"chunks": CUT, "raised": RAISED}, KEPT),
        ("clean_end_early", {"chunks": CUT}, KEPT),
        ("clean_end_early", {"chunks": CUT, "raised": RAISED}, ()),
    ],
)
def test_the_sends_are_kept_where_a_correct_client_does_something_else(
    fault: str, facts: dict[str, Any], kept: tuple[tuple[str, ...], ...]
) -> None:
    outcome = ControlledOutcome(tokens=("a", "b"), **facts)
    response = to_fault_response(outcome, fault_named(fault), SENDS)

    assert response.sent == kept
    assert decode(encode(response)) == response
