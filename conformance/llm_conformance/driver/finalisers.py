"""What a finaliser raises: Python can only print it, and pytest warns of it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FunctionType, MethodType
from typing import Any
from weakref import finalize

_CODE = {FunctionType, MethodType}


@contextmanager
def finalisers_noted(note: Callable[[BaseException], object]) -> Iterator[None]:
    """Within this block, what a finaliser raises goes to `note`; other stray exceptions go to the hook of before.

    A finaliser is a `__del__`, or the callback of a `weakref.finalize`.
    """
    before = sys.unraisablehook

    def hook(stray: Any) -> None:
        if stray.exc_value is not None and _is_finaliser(stray.object):
            note(stray.exc_value)
        else:
            before(stray)

    sys.unraisablehook = hook
    try:
        yield
    finally:
        if sys.unraisablehook is hook:
            sys.unraisablehook = before


def _is_finaliser(raising: object) -> bool:
    # Anything else may do anything when its name is looked up.
    return type(raising) is finalize or (type(raising) in _CODE and raising.__name__ == "__del__")  # type: ignore[attr-defined]
