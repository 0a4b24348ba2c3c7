"""One tool in each form that langchain-core documents: a dict, a function, a pydantic class, a tool object."""

# Without `from __future__ import annotations`: a model reads the annotations of the functions.

import sys
from copy import deepcopy
from importlib import import_module
from typing import Any

from llm_conformance.observe.tools import TIME, TYPES, WEATHER, Tool

A_DICT, A_FUNCTION, A_CLASS, AN_OBJECT = "a dict", "a function", "a pydantic class", "a tool object"
# Beside a dict, the forms that `BaseChatModel.bind_tools()` of a package is documented to take.
_DOCUMENTED = {
    "langchain_core": (A_FUNCTION, A_CLASS, AN_OBJECT),
    "llm_reference": (A_FUNCTION, A_CLASS),
}


def get_weather(city: str) -> str:
    """The weather in a city.

    Args:
        city: The name of the city.

    """
    return city


def get_time(zone: str) -> str:
    """The time in a zone.

    Args:
        zone: The name of the zone.

    """
    return zone


def documented_forms(llm: Any) -> tuple[str, ...]:
    """The forms of a tool, beside a dict, for the model and its `bind_tools()`; none of a model of its own kind."""
    return _DOCUMENTED.get(framework_of(llm), ())


def framework_of(llm: Any) -> str:
    """The package whose `BaseChatModel` the model has, itself or within a binding; empty for one of its own kind."""
    model = getattr(getattr(llm, "bind_tools", None), "__self__", llm)
    bases = (kind.__module__.partition(".")[0] for kind in type(model).__mro__ if kind.__name__ == "BaseChatModel")
    return next((package for package in bases if package in _DOCUMENTED), "")


def weather_in(form: str) -> Any:
    """The tool in this form; None without the package that the form needs."""
    makes = {A_DICT: lambda: deepcopy(WEATHER), A_FUNCTION: lambda: get_weather, A_CLASS: _class, AN_OBJECT: _object}
    return makes[form]()


def two_tools() -> list[Any]:
    """Two tools, the first as a function, the other as a class if pydantic is installed."""
    return [get_weather, class_of(TIME) or get_time]


def class_of(tool: Tool) -> Any:
    """The pydantic class with the name, the description and the parameters of the tool; None without pydantic."""
    try:
        pydantic = import_module("pydantic")
    except ImportError:
        return None
    function = tool["function"]
    types = {name: kind for kind, name in TYPES.items()}
    fields = {
        name: (types[one["type"]], pydantic.Field(description=one["description"]))
        for name, one in function["parameters"]["properties"].items()
    }
    made = pydantic.create_model(function["name"], **fields)
    made.__doc__ = function["description"]
    return made


def _class() -> Any:
    return class_of(WEATHER)


def _object() -> Any:
    # A `bind_tools()` that converts a function with langchain-core has loaded it.
    tools = sys.modules.get("langchain_core.tools")
    return None if tools is None else tools.StructuredTool.from_function(get_weather)
