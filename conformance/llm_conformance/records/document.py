"""A TOML or JSON document that a user wrote or received: read, or refused in one line."""

from __future__ import annotations

import json
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

_DEEPEST = 100
# As many as Python converts by default. TOML has numbers of other bases, which Python reads and cannot print.
_MOST_DIGITS = 4300
_MOST_BITS = 14_284


class DocumentError(ValueError):
    """The document cannot be read; the message says why, in one line and without the name of the file."""


def read_toml(path: Path | Traversable) -> dict[str, Any]:
    """The content of a TOML file; DocumentError where it cannot be read."""
    import tomllib  # noqa: PLC0415 - judging a saved run does not pay for it

    text = read_text(path)
    try:
        content = tomllib.loads(text)
    except RecursionError:
        raise DocumentError(_too_deep()) from None
    except tomllib.TOMLDecodeError as error:
        raise DocumentError(f"not TOML: {error}") from None
    except ValueError:
        raise DocumentError(_too_long()) from None
    refuse_extremes(content)
    return content


def read_json(text: str) -> Any:
    """The value in a JSON text; DocumentError where there is none."""
    try:
        content = json.loads(text, parse_constant=_refuse_constant)
    except RecursionError:
        raise DocumentError(_too_deep()) from None
    except json.JSONDecodeError as error:
        raise DocumentError(f"not JSON: {error}") from None
    except DocumentError:
        raise
    except ValueError:
        raise DocumentError(_too_long()) from None
    refuse_extremes(content)
    return content


def read_text(path: Path | Traversable) -> str:
    """The text of a file in UTF-8; DocumentError where it cannot be read."""
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise DocumentError(f"cannot be read: {error.strerror}") from None
    except ValueError as error:  # not UTF-8, or a name with a null character
        raise DocumentError(f"cannot be read: {error}") from None


def refuse_extremes(content: Any) -> None:
    """Raise DocumentError for a content that its readers could not recurse into, such as itself, or could not print."""
    level, depth = [content], 0
    while level:
        if depth > _DEEPEST:
            raise DocumentError(_too_deep())
        if any(isinstance(one, int) and one.bit_length() > _MOST_BITS for one in level):
            raise DocumentError(_too_long())
        # What a program made may contain the same part often: each is looked at once.
        level = [*{id(part): part for one in level for part in _parts(one)}.values()]
        depth += 1


def _parts(value: Any) -> list[Any]:
    return list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else []


def _refuse_constant(name: str) -> Any:
    """Python reads `NaN` and `Infinity`, which no other reader of JSON takes."""
    raise DocumentError(f"not JSON: {name} is not a number of JSON")


def _too_long() -> str:
    return f"it has a number of more than {_MOST_DIGITS} digits"


def _too_deep() -> str:
    return f"it is nested more than {_DEEPEST} levels deep"
