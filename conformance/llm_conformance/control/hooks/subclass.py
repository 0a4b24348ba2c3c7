"""A subclass of a black box whose hooks are held, and which nobody else can tell from its class."""

from __future__ import annotations

import functools
import inspect
import types
from collections.abc import Callable
from typing import Any

from llm_conformance.control.hooks.hooks import Hooks

# By these names langchain-core asks a model for its chunks.
_NAMES = ("_stream", "_astream")


def hooks_of(kind: type[Any]) -> tuple[str, ...]:
    """The hooks that the class, or one that it inherits from, writes over those of its framework.

    What a framework itself has of that name says that there is no such hook: overridden, it would pretend there is.
    """
    return tuple(name for name in _NAMES if _overrides(kind, name))


def not_hookable_because(target: Any) -> str:
    """Why its hooks cannot be held; empty where they can."""
    if not inspect.isclass(target):
        return "it is no class"
    if getattr(target, "__final__", False):
        return "it is a final class"
    if not hooks_of(target):
        return f"it overrides neither {' nor '.join(_NAMES)}"
    return ""


def hooked_subclass(kind: type[Any], hooks: Hooks) -> type[Any]:
    """The subclass; whatever the class does where it is subclassed may raise."""
    body = {
        "__module__": kind.__module__,
        "__qualname__": kind.__qualname__,
        "__doc__": kind.__doc__,
        **{name: _wrapped(getattr(kind, name), hooks) for name in hooks_of(kind)},
    }
    return types.new_class(kind.__name__, (kind,), exec_body=lambda namespace: namespace.update(body))


def _overrides(kind: type[Any], name: str) -> bool:
    definitions = [one.__dict__[name] for one in kind.__mro__ if name in one.__dict__]
    return len(definitions) > 1 and isinstance(definitions[0], types.FunctionType)


def _wrapped(hook: Callable[..., Any], hooks: Hooks) -> Callable[..., Any]:
    @functools.wraps(hook)
    def held(self: Any, *args: Any, **kwargs: Any) -> Any:
        return hooks.wrap(hook(self, *args, **kwargs), (*args, *kwargs.values()))

    return held
