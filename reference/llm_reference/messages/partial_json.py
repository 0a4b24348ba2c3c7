"""Parses JSON that has not arrived completely: what is there so far is a value, too."""

import json
from typing import Any

_CLOSING = {"{": "}", "[": "]"}


def parse_json(text: str) -> Any:
    """Return the value of a JSON text. A line break inside a string is allowed. Raises ValueError for anything else."""
    return json.loads(text, strict=False)


def parse_partial_json(text: str) -> Any:
    r"""Return the value of a JSON text, or of its longest start that becomes JSON once its brackets are closed.

    '{"city": "Par' is {"city": "Par"}, and '{"city": "Paris", "da' is {"city": "Paris"}. As in langchain-core,
    a bracket that does not match makes the value None.

    Raises ValueError if no start of the text is JSON.
    """
    try:
        return parse_json(text)
    except ValueError:
        pass
    written, missing = _closed_string(text)
    if missing is None:
        return None
    while written:
        try:
            return parse_json("".join((*written, *missing)))
        except ValueError:
            written.pop()
    return parse_json(text)


def _closed_string(text: str) -> tuple[list[str], list[str] | None]:
    """The characters of the text with its last string closed, and the closing brackets that it lacks.

    These are None if a bracket does not match.
    """
    written: list[str] = []
    missing: list[str] = []
    in_string = escaped = False
    for character in text:
        written.append("\\n" if in_string and character == "\n" and not escaped else character)
        if in_string:
            in_string = character != '"' or escaped
            escaped = character == "\\" and not escaped
        elif character == '"':
            in_string = True
        elif character in _CLOSING:
            missing.append(_CLOSING[character])
        elif character in _CLOSING.values() and (not missing or missing.pop() != character):
            return written, None
    if in_string:
        if escaped:
            written.pop()
        written.append('"')
    return written, missing[::-1]
