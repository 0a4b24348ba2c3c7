"""The constructor arguments of `--llm-kwargs`: read, validated, and shown without secrets."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from llm_conformance.records.document import DocumentError, read_json, read_text
from llm_conformance.simulator.formats import FORMATS
from llm_conformance.subject.profile import Profile
from llm_conformance.subject.secrets import redacted
from llm_conformance.subject.spec import ImplSpec

_JSON: dict[type, str] = {
    list: "an array",
    str: "a string",
    int: "a number",
    float: "a number",
    bool: "true or false",
    type(None): "null",
}


def read(text: str | None, folder: Path) -> dict[str, Any]:
    """The JSON object in the text, or in the file after its `@`; raises `pytest.UsageError` if there is none."""
    if text is None:
        return {}
    source = "--llm-kwargs"
    if text.startswith("@"):
        source = f"--llm-kwargs={text}"
    try:
        kwargs = read_json(read_text(folder / text[1:]) if text.startswith("@") else text)
    except DocumentError as error:
        raise pytest.UsageError(f"{source}: {error}; expected a JSON object, such as '{{\"n\": 1}}'") from None
    if not isinstance(kwargs, dict):
        raise pytest.UsageError(f"{source}: expected a JSON object of constructor arguments, got {_JSON[type(kwargs)]}")
    return kwargs


def redacted_json(text: str) -> str:
    """The JSON text with its secrets replaced; a file name is left as it is."""
    if text.startswith("@"):
        return text
    return json.dumps(redacted(json.loads(text)))


def check_url_and_wire(spec: ImplSpec, profile: Profile) -> None:
    """Require a simulated provider and arguments with its `{url}`: both or neither."""
    if problem := profile.url_problem:
        formats = f", one of {', '.join(FORMATS)}" if profile.wire_format is None else ""
        raise pytest.UsageError(f"--llm-impl={spec}: {problem}{formats}")
