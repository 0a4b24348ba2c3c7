"""The page of HTML: what a simulated provider sent, and what the client made of it."""

from __future__ import annotations

from typing import Any

import pytest

from checks.records import message
from llm_conformance.records import FaultResponse, GenerationRecord
from llm_conformance.report.html.environment import fill
from llm_conformance.report.html.figure import figure
from report.html_page import BYTES, Page


def test_bytes_that_were_sent_are_text_and_escapes_with_the_cuts_between_sends(page: Page) -> None:
    figure = page.unpacked("s0")["figures"]["stream_under[stall]"]
    text = Page(figure).text

    assert f"the provider sent {sum(map(len, BYTES))} bytes in 13 sends, | between two" in text
    assert "HTTP/1.1 200 OK\\r\\n\\r\\n\n|<script>alert(1)</script>|<img src=x" in text
    assert "|\\x1b[31mred\\x1b[0m\\x07\\x00\\n\n|\\xe2\\x80\\xaegnirts" in text
    assert text.rstrip().endswith("|\\xe2\\x82|\\xac\\xff")
    assert "<bdi>\u05e9\u05dc\u05d5\u05dd</bdi>" in figure


def under(sent: tuple[tuple[str, ...], ...], **more: Any) -> Page:
    """The figure of a call under a fault."""
    chunks = (message("Hello"), message("ox"))
    call = FaultResponse(
        tokens=("Hello", " you"), chunks=chunks, fault="utf8_cuts", expected="exact", sent=sent, **more
    )
    return Page(fill("figure.html", figure=figure(["stream_under[utf8_cuts]"], {"stream_under[utf8_cuts]": call}, ())))


def test_a_call_under_a_fault_is_beside_what_was_expected() -> None:
    page = under((("a",), ("b" * 700, "c")), generations=(GenerationRecord(sent=2, total=2, outcome="closed"),))

    assert "the client closed the connection" in page.text
    assert "the answer: 2 tokens" in page.text
    assert "a correct clientgives exactly the text that was sent" in page.text
    assert "gave 2 chunks, which differ from the answer at character 5 of 9; ended normally" in page.text
    assert "sent 1 byte in 1 send in response to request 1" in page.text
    assert "sent 701 bytes in 2 sends, | between two in response to request 2" in page.text
    assert [("open" in found) for tag, found in page.elements if tag == "details"] == [True, False]


def test_a_record_without_bytes_says_so() -> None:
    assert "this record has no bytes of the response" in under(()).text


@pytest.mark.parametrize("sends", [("x",) * 2**16, ("x" * 2**16,), ("\xff" * 64,) * 2**10, ("\n" * 9,) * 7282])
def test_long_responses_are_shown_by_their_beginning_and_end(sends: tuple[str, ...]) -> None:
    page = under((sends,))

    assert f"the provider sent at least {sum(map(len, sends))} bytes" in page.text
    assert "more bytes" in page.text
    assert len(page.text) < 100_000
