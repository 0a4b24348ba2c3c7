"""Secrets are masked in every encoding, also where a record cuts them, and nothing else is."""

import base64
import html
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
        *(quote(basic("u" * length, KEY), safe="") for length in range(2)),
        quote(quote(KEY)),
        json.dumps(json.dumps(KEY)),
        json.dumps(json.dumps({"key": KEY}, ensure_ascii=False)),
        html.escape(KEY),
        repr(KEY.encode()),
        KEY.encode().hex(),
        KEY.encode().hex().upper(),
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
        ({"args": {PLAIN: {"n": 1}, "b": PLAIN}}, {"args": {"*" * 13: {"n": 1}, "b": "*" * 13}}),
        ({PLAIN: 1, f"{PLAIN}": 2, "*" * 13: 3}, {"*" * 13: 2, "*" * 14: 3}),
        ({"chunks": [f"{PLAIN}{PLAIN}"[:20], PLAIN[7:]]}, {"chunks": ["*" * 20, "*" * 6]}),
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


def test_a_number_stays_a_number() -> None:
    call = {"args": {"pin": 84736251, "n": 8473625}, "text": json.dumps({"pin": 84736251}), "seconds": 84736251.0}

    masked = Redactor(["84736251"]).redact_record(call)

    assert masked["args"] == {"pin": 11111111, "n": 8473625}
    assert json.loads(masked["text"]) == {"pin": 11111111}


@pytest.mark.parametrize("secret", [KEY, "abcdef\\", '"quoted"', "\u4f60\u597d-key", "84736251", "001234567"])
def test_the_arguments_of_a_call_stay_equal_as_json_and_as_objects(secret: str) -> None:
    arguments = {secret: [secret, {"more": f"it is {secret}."}], "n": 1}
    for ascii_only in (True, False):
        text = json.dumps(arguments, ensure_ascii=ascii_only)
        whole = Redactor([secret]).redact_record({"args": json.loads(text), "text": text})
        cut = Redactor([secret]).redact_record({"chunks": [*text]})

        assert secret not in json.dumps(whole, ensure_ascii=ascii_only)
        assert json.loads(whole["text"]) == whole["args"]
        assert "".join(cut["chunks"]) == whole["text"]


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("401 for q7Zx", "401 for ***"),
        ("q7Zx, 'q7Zx'", "***, '***'"),
        ("q7Zxa aq7Zx 1q7Zx", "q7Zxa aq7Zx 1q7Zx"),
        ("0x71375a78", "0x***"),
    ],
)
def test_a_short_key_is_masked_as_a_word_of_its_own(text: str, masked: str) -> None:
    assert Redactor(["q7Zx"]).redact(text) == masked


@pytest.mark.parametrize("length", [100, 100_000])
def test_many_tokens_are_found_in_a_text_of_any_length(length: int) -> None:
    tokens = [f"{number:031x}x"[::-1] for number in range(1000)]
    text = f"{' ' * length}{tokens[7]} and {tokens[999]}"

    assert Redactor(tokens).redact(text) == f"{' ' * length}*** and ***"
    assert Redactor(tokens).redact_record({"chunks": [*text]})["chunks"][length:] == [*("*" * 32 + " and " + "*" * 32)]


def test_secrets_that_overlap_are_one() -> None:
    assert Redactor(["Bearer sk-01234", "sk-01234", "01234-rest"]).redact("Bearer sk-01234-rest.") == "***."


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("refused: sk-proj-0123456789abcdef_x.", "refused: ***."),
        ("Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.sig", "Bearer ***"),
        ("key=hf_AbCdEfGhIjKlMnOpQrSt&x", "key=***&x"),
        ("'ghp_0123456789abcdefghij', 'AKIA0123456789ABCDEF'", "'***', '***'"),
        ("File hub.py in hf_hub_download_from_cache", "File hub.py in hf_hub_download_from_cache"),
        ("sk-learn-based-pipelines, task-0123456789abcdef", "sk-learn-based-pipelines, task-0123456789abcdef"),
    ],
)
def test_what_has_the_form_of_a_key_is_masked_though_it_is_unknown(text: str, masked: str) -> None:
    assert Redactor().redact(text) == masked
    assert not Redactor().leaks(text)
