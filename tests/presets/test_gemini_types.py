"""Every chunk of the golden streams in Gemini's form has the type that Google's SDK declares.

The SDK is in the environment of its classes alone. A change of the API that reaches it shows here.
"""

from __future__ import annotations

from typing import Any

import pytest

from llm_conformance.simulator import FAULTS, FORMATS, Case, Dialect
from llm_conformance.simulator.actions import Event
from llm_conformance.simulator.faults import RequestTraits
from llm_conformance.simulator.faults.gemini import document
from llm_fixtures import Finish, golden, names
from simulator.answers import a_golden, ask, documents

DIALECTS = [Dialect(), Dialect(usage="with-finish"), Dialect(calls="whole")]


def check_type(sent: Any) -> None:
    """The type keeps each field, with its value, and forbids fields that it does not declare."""
    types = pytest.importorskip("google.genai.types")
    parsed = types.GenerateContentResponse.model_validate(sent)
    kept = parsed.model_dump(mode="json", by_alias=True, exclude_none=True, exclude_unset=True)
    assert kept == sent


@pytest.mark.preset
@pytest.mark.parametrize("name", [name for name in names() if name.startswith("chat-")])
@pytest.mark.parametrize("finish", ["own-chunk", "with-last-text"])
@pytest.mark.parametrize("streamed", [True, False])
def test_every_chunk_has_its_type(name: str, finish: Any, *, streamed: bool) -> None:
    stream = golden(name)
    tools = [{"functionDeclarations": [{"name": call.name} for call in stream.calls]}]
    thinking = {"thinkingConfig": {"includeThoughts": True}}
    body = {"contents": [{"parts": [{"text": "n"}]}], "model": "m", "stream": streamed, "alt": "sse"}
    request = FORMATS["gemini"].read({**body, "tools": tools, "generationConfig": thinking})
    for dialect in DIALECTS:
        case = Case(nonce="n", golden=stream, format="gemini", finish=finish, dialect=dialect)
        for chunk in documents(request.answer([case], 7)):
            check_type(chunk)


@pytest.mark.preset
@pytest.mark.parametrize("fault", ["content_without_parts", "usage_without_candidates", "finish_in_every_chunk"])
def test_a_chunk_of_a_fault_has_its_type(fault: str) -> None:
    actions = FAULTS[fault].apply(ask("gemini").actions(), RequestTraits())

    for event in actions:
        if isinstance(event, Event):
            check_type(document(event))


@pytest.mark.preset
@pytest.mark.parametrize("texts", [(), ("a", "b")])
def test_what_is_blocked_has_its_type(texts: tuple[str, ...]) -> None:
    for chunk in documents(ask("gemini", a_golden(*texts, finish=Finish.CONTENT_FILTER))):
        check_type(chunk)
