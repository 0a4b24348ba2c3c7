"""Parses JSON that has not arrived completely: what is there so far is a value, too."""

import json
import re
from typing import Any

_CLOSING = {"{": "}", "[": "]"}
# A bracket, or a string; the last one may lack its end.
_MARK = re.compile(r'[{}\[\]]|"[^"\\]*(?:\\.[^"\\]*)*(?P<end>"?)', re.DOTALL)


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
            return parse_json(written + missing)
        except ValueError:
            written = written[:-1]
    return parse_json(text)


def _closed_string(text: str) -> tuple[str, str | None]:
    """The text with its last string closed, and the closing brackets that it lacks.

    These are None if a bracket does not match.
    """
    missing: list[str] = []
    for mark in _MARK.finditer(text):
        if mark[0] in _CLOSING:
            missing.append(_CLOSING[mark[0]])
        elif mark["end"] == "":
            # Half of an escape stands for nothing.
            text = f'{text[: mark.end()]}"'
        elif mark["end"] is None and (not missing or missing.pop() != mark[0]):
            return text, None
    return text, "".join(reversed(missing))
