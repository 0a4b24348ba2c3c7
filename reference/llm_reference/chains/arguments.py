"""Which of the things that a chain knows a function wants: it says so by the names of its parameters."""

from collections.abc import Callable
from inspect import signature
from typing import Any

from llm_reference.run_manager import CallbackManagerForChainRun


def wanted(function: Callable[..., Any], manager: CallbackManagerForChainRun) -> dict[str, Any]:
    """The keywords `config` and `run_manager`, as far as the function has such parameters."""
    try:
        names = signature(function).parameters
    except ValueError:  # some functions in C do not tell
        return {}
    known = {"config": manager.run.child_config(), "run_manager": manager}
    return {name: value for name, value in known.items() if name in names}
