"""The description of a tool is the one that langchain-core makes."""

from typing import Any

import pytest
from langchain_core.utils.function_calling import convert_to_openai_tool
from pydantic import BaseModel, Field

from llm_reference.models.tool import openai_tool


class Tell(BaseModel):
    """Tells the weather."""

    city: str = Field(description="The name of the city.")
    days: int = 1


def tell(city: str, days: int) -> str:
    """Tells the weather."""
    return f"{city} {days}"


@pytest.mark.parametrize("tool", [Tell, tell, Tell.model_json_schema()])
def test_a_tool_has_the_description_that_langchain_core_gives_it(tool: Any) -> None:
    expected = convert_to_openai_tool(tool)

    found = openai_tool(tool)

    assert found["function"]["name"] == expected["function"]["name"]
    assert found["function"]["description"] == expected["function"]["description"]
    if tool is Tell:
        assert found == expected
