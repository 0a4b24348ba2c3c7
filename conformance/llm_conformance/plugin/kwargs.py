"""The constructor arguments that were given: read, refused where they make no sense, and shown without secrets."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from llm_conformance.run import redacted
from llm_conformance.subject.profile import Profile
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
    """What the text, or the file behind its @, says; pytest.UsageError if that is no JSON object."""
    if text is None:
        return {}
    source = "--llm-kwargs"
    if text.startswith("@"):
        source = f"--llm-kwargs={text}"
        try:
            text = (folder / text[1:]).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise pytest.UsageError(f"{source}: cannot be read: {error}") from None
    try:
        kwargs = json.loads(text)
    except ValueError as error:
        raise pytest.UsageError(f"{source}: not JSON: {error}; expected an object, such as '{{\"n\": 1}}'") from None
    if not isinstance(kwargs, dict):
        raise pytest.UsageError(f"{source}: expected a JSON object of constructor arguments, got {_JSON[type(kwargs)]}")
    return kwargs


def redacted_json(text: str) -> str:
    """The JSON text as given, its secrets replaced."""
    if text.startswith("@"):
        return text
    return json.dumps(redacted(json.loads(text)))


def check_url_and_wire(spec: ImplSpec, profile: Profile) -> None:
    """A simulated provider, and arguments that point at it, come together or not at all."""
    if profile.uses_url and profile.wire_format is None:
        raise pytest.UsageError(f"--llm-impl={spec}: {{url}} stands for a simulated provider; add --llm-wire=FORMAT")
    if profile.wire_format is not None and not profile.uses_url:
        raise pytest.UsageError(
            f"--llm-impl={spec}: nothing points it at the simulated provider; "
            f'give its address as {{url}}, such as --llm-kwargs=\'{{"base_url": "{{url}}/v1"}}\''
        )
