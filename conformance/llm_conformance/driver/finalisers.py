"""What a `__del__` raises: Python can only print it, and pytest warns of it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FunctionType, MethodType
from typing import Any

_CODE = {FunctionType, MethodType}


@contextmanager
def finalisers_noted(note: Callable[[BaseException], object]) -> Iterator[None]:
    """Within this block, what a `__del__` raises goes to `note`; other stray exceptions go to the hook of before."""
    before = sys.unraisablehook

    def hook(stray: Any) -> None:
        # Anything else may do anything when its name is looked up.
        is_code = type(stray.object) in _CODE
        if is_code and stray.object.__name__ == "__del__" and stray.exc_value is not None:
            note(stray.exc_value)
        else:
            before(stray)

    sys.unraisablehook = hook
    try:
        yield
    finally:
        if sys.unraisablehook is hook:
            sys.unraisablehook = before
