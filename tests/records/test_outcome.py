"""What a call that raised is described with."""

from __future__ import annotations

import pytest

from llm_conformance.records import CallOutcome, Raised, headline

VALIDATION = """1 validation error for AIMessage
tool_calls.0.args
  Input should be a valid dictionary [type=dict_type, input_value='secret', input_type=str]
    For further information visit https://errors.pydantic.dev/2.11/v/dict_type"""


@pytest.mark.parametrize(
    ("message", "line"),
    [
        (VALIDATION, "1 validation error for AIMessage: tool_calls.0.args: Input should be a valid dictionary"),
        ("2 validation errors for A\na\n  Field required", "2 validation errors for A: a: Field required"),
        ("1 validation error for A", "1 validation error for A"),
        ("no provider\nsee the log\n  of today", "no provider"),
        ("", ""),
    ],
)
def test_the_line_of_an_exception_names_the_field_that_is_wrong(message: str, line: str) -> None:
    assert headline(message) == line
    assert line in Raised("pydantic.ValidationError", message, ("ValidationError",), "acme.py:1 in invoke").text


def test_calls_that_a_provider_refuses_fail_alike_wherever_they_are_made() -> None:
    def failing(message: str, location: str) -> CallOutcome:
        return CallOutcome(raised=Raised("httpx.HTTPStatusError", message, ("HTTPStatusError",), location))

    refused = failing("Client error '401 Unauthorized'", "acme.py:1 in _acall")

    assert refused.failure_signature == failing("status 401", "acme.py:9 in _astream").failure_signature
    assert refused.failure_signature != failing("status 500", "acme.py:1 in _acall").failure_signature
