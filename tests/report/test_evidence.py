from __future__ import annotations

from typing import Any

import pytest

from checks.records import message, value_of
from llm_conformance.records.json_form import to_json
from llm_conformance.report.evidence import evidence_lines, plain


@pytest.mark.parametrize("data", ["a", None, True, 3, 0.5, ["a", 1], {"a": [None, {"b": "c"}]}, []])
def test_a_value_is_shown_as_what_it_holds(data: Any) -> None:
    assert plain(to_json(value_of(data))) == data


def test_a_message_is_shown_by_its_parts() -> None:
    assert plain(to_json(message("hello"))) == {"text": "hello"}


def test_of_several_calls_those_are_shown_that_the_place_names() -> None:
    observation = {"kind": "replies", "by_label": {"": {"value": "z"}, "a": {"value": "x"}, "b": {"value": "y" * 900}}}

    assert list(evidence_lines(observation, "")) == ['kind: "replies"', ': value: "z"']
    assert list(evidence_lines(observation, "b"))[1:] == [f'b: value: "{"y" * 499} .. {"y" * 299}" (902 characters)']
