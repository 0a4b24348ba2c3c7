"""A template that becomes a prompt."""

from typing import Any

import pytest

from llm_reference import PromptTemplate, StringPromptValue
from reference.deadline import run
from reference.models import Streams


def test_names_in_braces_are_filled_in() -> None:
    prompt = PromptTemplate.from_template("Tell me a {kind} joke about {topic}.")

    assert prompt.input_variables == ["kind", "topic"]
    assert prompt.invoke({"kind": "good", "topic": "bears"}).to_string() == "Tell me a good joke about bears."
    assert prompt.format(kind="bad", topic="fish") == "Tell me a bad joke about fish."


def test_it_returns_a_prompt_value_that_a_model_accepts() -> None:
    prompt = PromptTemplate.from_template("{q}")

    assert prompt.invoke({"q": "hi"}) == run(prompt.ainvoke({"q": "hi"})) == StringPromptValue(text="hi")
    assert list(prompt.stream({"q": "hi"})) == [StringPromptValue(text="hi")]
    assert Streams().invoke(prompt.invoke({"q": "hi"})) == Streams().invoke("hi")


def test_with_one_name_its_value_alone_is_enough() -> None:
    assert PromptTemplate.from_template("{q} and {q}").invoke("hi").text == "hi and hi"
    assert PromptTemplate.from_template("{q}").invoke(3).text == "3"


def test_a_template_may_have_formats_and_literal_braces() -> None:
    prompt = PromptTemplate.from_template("{n:>3} {q!r} {{x}}")

    assert prompt.invoke({"n": 1, "q": "hi"}).text == "  1 'hi' {x}"
    assert prompt.input_variables == ["n", "q"]


def test_additional_values_are_ignored() -> None:
    assert PromptTemplate.from_template("{q}").invoke({"q": "hi", "more": 1}).text == "hi"
    assert PromptTemplate.from_template("no names").invoke({}).text == "no names"


def test_braces_in_a_value_are_text() -> None:
    assert PromptTemplate.from_template("{q}").invoke({"q": "{q} {0}"}).text == "{q} {0}"


def test_an_error_names_the_missing_values() -> None:
    with pytest.raises(KeyError, match=r"PromptTemplate: expected \['a', 'b'\], missing \['b'\]"):
        PromptTemplate.from_template("{a} {b}").invoke({"a": 1})


@pytest.mark.parametrize("value", ["hi", 3, ["a", "b"]])
def test_two_names_need_a_dict(value: Any) -> None:
    with pytest.raises(TypeError, match=r"PromptTemplate: expected a dict with \['a', 'b'\], got"):
        PromptTemplate.from_template("{a} {b}").invoke(value)


@pytest.mark.parametrize("template", ["{q.__class__}", "{q[0]}", "{}", "{0}", "{q:{width}}"])
def test_a_name_cannot_access_attributes_or_items(template: str) -> None:
    with pytest.raises(ValueError, match="template: expected names in braces, got"):
        PromptTemplate.from_template(template)


@pytest.mark.parametrize("template", ["{", "{q", "}"])
def test_a_single_brace_is_rejected_by_the_constructor(template: str) -> None:
    with pytest.raises(ValueError, match=r"Single '.' encountered|expected '}'"):
        PromptTemplate.from_template(template)


def test_a_template_is_required() -> None:
    with pytest.raises(TypeError, match="template"):
        PromptTemplate()  # type: ignore[call-arg]  # the test passes a wrong argument on purpose
