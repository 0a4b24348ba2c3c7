"""Secrets are masked in every encoding, also where a record cuts them, and nothing else is."""

import base64
import json
from typing import Any
from urllib.parse import quote, quote_plus

import pytest

from llm_conformance.driver.recorder import Recorder
from llm_conformance.driver.redactor import Redactor

KEY = 'sk-\u00e9 "x"/7+\\9='
PLAIN = "sk-0123456789"


def basic(user: str, key: str) -> str:
    return base64.b64encode(f"{user}:{key}".encode()).decode()


@pytest.mark.parametrize(
    "text",
    [
        KEY,
        json.dumps(KEY),
        json.dumps(KEY, ensure_ascii=False),
        repr(KEY),
        repr({"key": KEY}),
        quote(KEY),
        quote(KEY, safe=""),
        quote(KEY, safe="").lower(),
        quote_plus(KEY),
        *(basic("u" * length, KEY) for length in range(4)),
        *(base64.urlsafe_b64encode(f"{'u' * length}{KEY}, more".encode()).decode() for length in range(3)),
    ],
)
def test_a_secret_is_found_in_every_encoding(text: str) -> None:
    redactor = Redactor([KEY])

    assert redactor.leaks(f"401 for {text}")
    assert "***" in redactor.redact(f"401 for {text}")
    assert not redactor.leaks(redactor.redact(f"401 for {text}"))


@pytest.mark.parametrize("text", ["", "0.7", "sk-012345678", "an ordinary answer", "=" * 10_000])
def test_other_texts_stay_as_they_are(text: str) -> None:
    assert Redactor([PLAIN]).redact(text) == text
    assert not Redactor([PLAIN]).leaks(text)


@pytest.mark.parametrize("key", ["openai", "unlocked", "api-key"])
def test_what_is_in_a_message_by_chance_is_no_leak(key: str) -> None:
    assert not Redactor((), lambda: [key]).leaks(f"raised {key}.Error")


def test_a_key_that_arrives_later_is_known_at_once() -> None:
    received: list[str] = []
    redactor = Redactor((), lambda: received)
    before = redactor.redact(PLAIN)
    received.append(PLAIN)

    assert (before, redactor.redact(PLAIN)) == (PLAIN, "***")


def test_a_token_for_each_request_does_not_make_each_text_dearer() -> None:
    tokens = [f"eyJhbGciOiJIUzI1NiJ9.{number:032x}" for number in range(1000)]
    received: list[str] = []
    redactor = Redactor((), lambda: received)
    beginnings = set()
    for token in tokens:
        received.append(token)
        assert redactor.redact("an answer") == "an answer"
        beginnings.add(len(redactor._masked._by_beginning))

    assert len(beginnings) == 1
    assert redactor.redact(f"401 for {tokens[0]} and {tokens[-1]}") == "401 for *** and ***"


@pytest.mark.parametrize(
    ("data", "masked"),
    [
        ({"message": f"it is {PLAIN}."}, {"message": "it is *************."}),
        ({"chunks": ["it is sk-", "01234", "56789", "."]}, {"chunks": ["it is ***", "*****", "*****", "."]}),
        (
            {"events": [{"data": {"chunk": "sk-0"}}, {"data": {}}, {"data": {"chunk": "123456789"}}]},
            {"events": [{"data": {"chunk": "****"}}, {"data": {}}, {"data": {"chunk": "*********"}}]},
        ),
        ({"chunks": ["a", "b"], "seconds": 0.5, "hung": None}, {"chunks": ["a", "b"], "seconds": 0.5, "hung": None}),
        ({"chunks": [{"codepoints": [55357]}, "x"]}, {"chunks": [{"codepoints": [55357]}, "x"]}),
    ],
)
def test_a_record_keeps_its_form(data: Any, masked: Any) -> None:
    assert Redactor([PLAIN]).redact_record(data) == masked


def test_a_note_of_an_exception_can_leak() -> None:
    error = ValueError("refused")
    error.add_note(f"the key was {PLAIN}")

    assert Recorder(Redactor([PLAIN])).exception(error).leaks_secret
