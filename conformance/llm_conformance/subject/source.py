"""Where the code of a subject is."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import Any

_INSTALLED = {"site-packages", "dist-packages"}


def source_of(target: Any, folder: Path) -> str:
    """The file and the line of a class, a function or the class of an instance, such as "acme/llms.py:12".

    The file is relative to the folder; empty for code that is elsewhere, installed, or without a file.
    """
    try:
        code = inspect.unwrap(target) if callable(target) else target
        code = code if inspect.isclass(code) or inspect.isroutine(code) else type(code)
        file = Path(inspect.getsourcefile(code) or "").resolve().relative_to(folder.resolve())
        line = inspect.getsourcelines(code)[1]
    except (OSError, TypeError, ValueError, AttributeError):
        return ""
    return "" if _INSTALLED & set(file.parts) else f"{file.as_posix()}:{max(line, 1)}"
