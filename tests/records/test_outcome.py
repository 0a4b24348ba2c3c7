"""What a call that raised is described with."""

from __future__ import annotations

import pytest

from llm_conformance.records import Raised, headline

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
