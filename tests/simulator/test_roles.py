"""The role of a text in the requests of several formats."""

from typing import Any

import pytest

from llm_conformance.simulator.formats.roles import role_of

CHAT = {"messages": [{"role": "developer", "content": "Be brief."}, {"role": "assistant", "content": "Nine."}]}
ANTHROPIC = {
    "system": [{"type": "text", "text": "Be brief."}],
    "messages": [{"role": "assistant", "content": [{"type": "text", "text": "Nine."}]}],
}
GEMINI = {
    "systemInstruction": {"role": "user", "parts": [{"text": "Be brief."}]},
    "contents": [{"role": "model", "parts": [{"text": "Nine."}]}],
}
RESPONSES = {"instructions": "Be brief.", "input": [{"role": "assistant", "content": "Nine."}]}


@pytest.mark.parametrize("body", [CHAT, ANTHROPIC, GEMINI, RESPONSES])
def test_a_text_has_the_role_of_its_message(body: dict[str, Any]) -> None:
    assert (role_of(body, "brief"), role_of(body, "Nine"), role_of(body, "Ten")) == ("system", "assistant", "")


def test_a_text_without_messages_has_no_role() -> None:
    assert role_of({"prompt": "Be brief. Nine."}, "Nine") == ""
