"""The forms of a tool: for which models they are documented, and that langchain-core makes one tool of them."""

from typing import Any

import pytest
from langchain_core.utils.function_calling import convert_to_openai_tool

from llm_conformance.observe import tool_forms
from llm_conformance.observe.tool_forms import A_CLASS, A_DICT, A_FUNCTION, AN_OBJECT, documented_forms, weather_in
from llm_reference import EchoChatModel
from zoo.conforming.chat_tools import CallsInFragments, bound_on_langchain


class TakesDicts:
    """A chat model of its own kind, whose `bind_tools()` documents dicts."""

    def bind_tools(self, tools: list[dict[str, Any]]) -> Any:
        """Return the model with these tools."""


def test_the_forms_are_documented_for_overrides_of_the_method_of_langchain_core() -> None:
    assert documented_forms(CallsInFragments()) == documented_forms(bound_on_langchain())
    assert documented_forms(CallsInFragments()) == (A_FUNCTION, A_CLASS, AN_OBJECT)
    assert documented_forms(EchoChatModel()) == (A_FUNCTION, A_CLASS)
    assert documented_forms(TakesDicts()) == ()


@pytest.mark.parametrize("form", [A_FUNCTION, A_CLASS, AN_OBJECT])
def test_langchain_core_makes_one_tool_of_each_form(form: str) -> None:
    expected, found = (convert_to_openai_tool(weather_in(one))["function"] for one in (A_DICT, form))

    assert found["name"] == expected["name"]
    assert found["description"].startswith(expected["description"])
    assert found["parameters"]["properties"]["city"]["type"] == "string"
    assert found["parameters"]["required"] == expected["parameters"]["required"]


def test_without_pydantic_there_is_no_class(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> Any:
        raise ImportError(name)

    monkeypatch.setattr(tool_forms, "import_module", missing)

    assert weather_in(A_CLASS) is None
    assert tool_forms.two_tools()[1] is tool_forms.get_time
