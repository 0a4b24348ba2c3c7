"""The credentials of a request are found, redacted in the log, and demanded where the simulator requires them."""

import json
from typing import Any

import pytest

from llm_conformance.simulator import FORMATS, Case, Simulator
from llm_conformance.simulator.http.credentials import credentials, credentials_in_body, is_credential
from llm_conformance.simulator.http.request import Head
from llm_conformance.simulator.provider_error import ProviderError
from llm_conformance.simulator.server.registered import RegisteredCases
from llm_conformance.simulator.server.respond import Decision, respond
from llm_fixtures import golden
from simulator.wire import BODY, HELLO, a_client, error_of, post


def head(query: str = "", path: str = "/v1/completions", **headers: str) -> Head:
    fields = {name.replace("_", "-"): value for name, value in headers.items()}
    return Head("POST", path, fields, query)


@pytest.mark.parametrize(
    ("request_head", "expected"),
    [
        (head(), ()),
        (head(content_type="application/json", idempotency_key="1"), ()),
        (head(authorization="Bearer sk-1"), ("sk-1",)),
        (head(authorization="sk-1"), ("sk-1",)),
        (head(authorization="Basic dTpzZXNhbWU="), ("dTpzZXNhbWU=", "sesame")),
        (head(authorization="Basic ?"), ("?",)),
        (
            head(authorization="AWS4-HMAC-SHA256 Credential=a, Signature=b"),
            ("AWS4-HMAC-SHA256 Credential=a, Signature=b",),
        ),
        (head(x_api_key="k", x_goog_api_key="g"), ("k", "g")),
        (head(**{"x-acme-token": "t"}), ("t",)),
        (head(cookie="a=1; b=2"), ("1", "2")),
        (head(query="api-version=1&key=a%20b&sig=c"), ("a b", "c")),
        (head(authorization=""), ()),
    ],
)
def test_credentials_are_found_by_name(request_head: Head, expected: tuple[str, ...]) -> None:
    assert credentials(request_head) == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (None, ()),
        ({"model": "m", "max_tokens": 9, "prompt_cache_key": "id", "key": "a song", "tokens": ["a"]}, ()),
        (
            {"api_key": "k", "extra": [{"accessToken": "t", "client_secret": ["s"], "apiKey": 7, "password": ""}]},
            ("k", "t", "s"),
        ),
        ({"deep": [[]] * 5000, "api_key": "first"}, ("first",)),
    ],
)
def test_credentials_in_a_body_are_found_by_name(body: Any, expected: tuple[str, ...]) -> None:
    assert credentials_in_body(body) == expected


@pytest.mark.parametrize("name", ["X-Api", "Api-Key", "access_token", "apikey", "X-Amz-Signature"])
def test_a_name_of_a_credential(name: str) -> None:
    assert is_credential(name)


@pytest.mark.parametrize("name", ["X-Monkey", "User-Agent", "api-version", "X-Author", "tokenizer", "Idempotency-Key"])
def test_a_name_that_only_looks_like_one(name: str) -> None:
    assert not is_credential(name)


def test_the_keys_that_were_received_are_known_and_not_logged(provider: Simulator) -> None:
    provider.register(HELLO)
    with a_client(provider) as client:
        body = json.dumps({**BODY, "api_key": "in-the-body"})
        client.request("POST", "/v1/completions?key=in-the-url", body, {"X-Acme-Token": "in-a-header"})
        client.getresponse().read()

    assert provider.received_keys == ("in-a-header", "in-the-url", "in-the-body")
    assert "in-the-url" not in repr(provider.requests)
    assert "in-a-header" not in repr(provider.requests)


def test_a_required_key_is_required() -> None:
    with Simulator(key="required") as provider, a_client(provider) as client:
        provider.register(HELLO)

        assert error_of(client, BODY) == (401, "the request has no API key")
        assert post(client, BODY, **{"X-Api-Key": "any"}).status == 200


def test_a_key_that_was_sent_once_is_required_from_then_on() -> None:
    with Simulator(key="once-sent") as provider, a_client(provider) as client:
        provider.register(HELLO)
        statuses = []
        for headers in ({}, {"Authorization": "Bearer k"}, {}):
            response = post(client, BODY, **headers)
            statuses.append(response.status)
            response.read()

    assert statuses == [200, 200, 401]


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("stream", [True, False], ids=["stream", "whole"])
def test_every_format_refuses_a_request_without_a_key_in_its_own_way(form: str, *, stream: bool) -> None:
    content = {**BODY, "inputs": "n1", "input": "n1", "messages": [{"role": "user", "content": "n1"}], "max_tokens": 9}
    content["contents"] = [{"parts": [{"text": "n1"}]}]
    cases = RegisteredCases((Case(nonce="n1", golden=golden("plain-ascii"), format=form),), needs_key=True)
    path = FORMATS[form].stream_path().partition("?")[0]

    def decide(**headers: str) -> Decision:
        return respond(head(**headers, path=path), json.dumps({**content, "stream": stream}).encode(), cases, 1)

    refused, answered = decide(), decide(x_api_key="k")

    assert (refused.status, answered.status) == (401, 200)
    assert refused.actions == FORMATS[form].refuse(ProviderError(401, "the request has no API key"), 1).actions()
    assert [prompt for prompt in answered.prompts if "n1" in prompt] == list(answered.prompts) != []
