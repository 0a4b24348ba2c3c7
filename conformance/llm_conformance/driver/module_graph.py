"""Which module made an object, and which modules make use of which."""

from __future__ import annotations

import sys
from types import FunctionType, ModuleType


def maker_of(value: object) -> str:
    """The module that made a function or a class; empty for that of the standard library, and if it is not known."""
    name = getattr(value, "__module__", None)
    outside = isinstance(name, str) and name.partition(".")[0] not in sys.stdlib_module_names
    return name if outside and isinstance(name, str) and name in sys.modules else ""


def used_by(module: str) -> set[str]:
    """The module, and those whose objects it has, and so on; not those of the standard library."""
    found: set[str] = set()
    waiting = [module]
    while waiting:
        name = waiting.pop()
        one = sys.modules.get(name)
        if name in found or not issubclass(type(one), ModuleType) or name.partition(".")[0] in sys.stdlib_module_names:
            continue
        found.add(name)
        # vars() would load a lazy module. isinstance() looks at `__class__`: that of a lazy object imports what it
        # stands for, and a proxy may do anything.
        for value in tuple(object.__getattribute__(one, "__dict__").values()):
            shows = issubclass(type(value), type | FunctionType)
            of = value.__name__ if issubclass(type(value), ModuleType) else (value if shows else type(value)).__module__
            waiting += [of] if isinstance(of, str) else []
    return found
