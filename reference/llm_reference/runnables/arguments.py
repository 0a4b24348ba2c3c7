"""What a function is like, and which of the things that a chain knows it wants: the names of its parameters say so."""

from collections.abc import Callable
from inspect import signature
from typing import Any

from llm_reference.runs.run_manager import CallbackManagerForChainRun


def wanted(function: Callable[..., Any], manager: CallbackManagerForChainRun) -> dict[str, Any]:
    """The keywords `config` and `run_manager`, as far as the function has such parameters."""
    try:
        names = signature(function).parameters
    except ValueError:  # some functions in C do not tell
        return {}
    # Tags and metadata are there, as in langchain-core, even where nobody said any.
    known = {"config": {"tags": [], "metadata": {}, **manager.run.child_config()}, "run_manager": manager}
    return {name: value for name, value in known.items() if name in names}


def is_async(kind: Callable[[Any], bool], function: Any) -> bool:
    """Whether it is an asynchronous function of that kind, or an object that is called like one."""
    return kind(function) or kind(getattr(type(function), "__call__", None))  # noqa: B004  # it is looked at, too
