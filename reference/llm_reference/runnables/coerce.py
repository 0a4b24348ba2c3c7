"""Functions, generator functions and dicts as steps of a chain."""

from collections.abc import Mapping
from inspect import isasyncgenfunction, isgeneratorfunction
from typing import Any

from llm_reference.runnables.arguments import is_async
from llm_reference.runnables.runnable import Runnable


def coerce_to_runnable(thing: Any) -> Runnable[Any, Any]:
    """Return the runnable for a function, a generator function or a dict. A runnable is returned unchanged.

    Raises TypeError for anything else.
    """
    # Part of the import cycle that `runnable.py` explains.
    from llm_reference.runnables.function import RunnableLambda  # noqa: PLC0415
    from llm_reference.runnables.generator import RunnableGenerator  # noqa: PLC0415
    from llm_reference.runnables.parallel import RunnableParallel  # noqa: PLC0415

    if isinstance(thing, Runnable):
        return thing
    if isgeneratorfunction(thing) or is_async(isasyncgenfunction, thing):
        return RunnableGenerator(thing)
    if callable(thing):
        return RunnableLambda(thing)
    if isinstance(thing, Mapping):
        return RunnableParallel(thing)
    raise TypeError(f"in a chain: expected a runnable, a function or a dict of these, got {type(thing).__name__}")
