"""The names that an error message proposes: those that may be meant, and no others."""

from __future__ import annotations

import pytest

from llm_conformance.catalogue.catalogue import CHECKS
from llm_conformance.simulator.formats import FORMATS
from llm_conformance.suggest import did_you_mean, nearest

GATES = ("must", "should", "fit:token-ui", "fit:pipeline", "fit:agent-loop")
PARAMETERS = ("temperature", "base_url", "model")


@pytest.mark.parametrize(
    ("name", "known", "meant"),
    [
        ("stream.conct", CHECKS, ["stream.concat"]),
        ("Stream.Concat", CHECKS, ["stream.concat"]),
        ("fit:pipe", GATES, ["fit:pipeline"]),
        ("openai-chats", FORMATS, ["openai-chat"]),
        ("openai", FORMATS, ["openai-chat", "openai-completions", "openai-responses"]),
        ("chat", FORMATS, ["ollama-chat", "openai-chat"]),
        ("anthropic", FORMATS, ["anthropic-messages"]),
        ("temprature", PARAMETERS, ["temperature"]),
        ("baseurl", PARAMETERS, ["base_url"]),
        ("model", PARAMETERS, []),
        ("hello", FORMATS, []),
        ("zz", FORMATS, []),
        ("2026", ("2026.12",), ["2026.12"]),
        ("langchain_groq", ("langchain_core", "langchain_groq"), []),
    ],
)
def test_the_names_that_may_be_meant(name: str, known: tuple[str, ...], meant: list[str]) -> None:
    assert nearest(name, known) == meant


def test_a_message_ends_with_them_or_says_nothing() -> None:
    assert did_you_mean("chat", FORMATS) == "; did you mean ollama-chat or openai-chat?"
    assert did_you_mean("zz", FORMATS) == ""
