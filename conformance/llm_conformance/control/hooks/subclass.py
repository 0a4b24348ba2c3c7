"""Makes a subclass of a black box with wrapped hooks, and with the names and signatures of the class."""

from __future__ import annotations

import functools
import inspect
import types
from collections.abc import Callable
from typing import Any

from llm_conformance.control.hooks.hooks import Hooks

# langchain-core gets the chunks of a model by these methods.
_NAMES = ("_stream", "_astream")


def hooks_of(kind: type[Any]) -> tuple[str, ...]:
    """The hooks that the class, or one of its bases, overrides.

    The framework's own method of that name means "not implemented": wrapping it would pretend that there is a hook.
    """
    return tuple(name for name in _NAMES if _overrides(kind, name))


def not_hookable_because(target: Any) -> str:
    """Why the hooks cannot be controlled; empty if they can."""
    if not inspect.isclass(target):
        return "it is not a class"
    if getattr(target, "__final__", False):
        return "it is a final class"
    if not hooks_of(target):
        return f"it overrides neither {' nor '.join(_NAMES)}"
    return ""


def hooked_subclass(kind: type[Any], hooks: Hooks) -> type[Any]:
    """The subclass. Raises whatever the class raises when it is subclassed, as in `__init_subclass__`."""
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
    def wrapper(self: Any, *args: Any, **kwargs: Any) -> Any:
        return hooks.wrap(hook(self, *args, **kwargs), (*args, *kwargs.values()))

    return wrapper
