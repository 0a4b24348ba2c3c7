"""Inspects the functions in a chain: whether they are asynchronous, and which arguments they want."""

from collections.abc import Callable
from inspect import signature
from typing import Any

from llm_reference.runs.run_manager import CallbackManagerForChainRun


def injected_arguments(function: Callable[..., Any], manager: CallbackManagerForChainRun) -> dict[str, Any]:
    """Return the keyword arguments `config` and `run_manager`, if the function has parameters of these names."""
    try:
        names = signature(function).parameters
    except ValueError:  # some functions in C do not have a signature
        return {}
    # As in langchain-core, `tags` and `metadata` are always present.
    available = {"config": {"tags": [], "metadata": {}, **manager.run.child_config()}, "run_manager": manager}
    return {name: value for name, value in available.items() if name in names}


def is_async(kind: Callable[[Any], bool], function: Any) -> bool:
    """Whether `kind` is true for the function itself, or for the `__call__` of its class."""
    return kind(function) or kind(getattr(type(function), "__call__", None))  # noqa: B004  # not a test for callable()
