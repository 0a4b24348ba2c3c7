"""The JSON object in the text of a model: the arguments of a tool call."""

import json
from typing import Any


def json_object(text: str) -> dict[str, Any] | None:
    """The object; None if the text is not a whole one."""
    try:
        value = json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _refuse(name: str) -> Any:
    """Python reads and writes `NaN`, which is not JSON."""
    raise ValueError(name)
