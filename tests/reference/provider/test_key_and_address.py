"""The key and the URL of the client: where they come from, which are invalid; errors do not contain the key."""

import pytest

from llm_reference import OpenAICompletions
from llm_reference.models.openai.answer import request_headers
from reference.provider.answers import A
from reference.provider.client import SECRET, a_model, call_model
from reference.provider.scripted import END, HEAD, answer, piece, scripted, stream


def test_key_and_url_come_from_the_environment_unless_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "from-there")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://there/v1")

    found, given = OpenAICompletions(), OpenAICompletions(api_key="k", base_url="http://here/v1")

    assert (found.api_key, found.base_url) == ("from-there", "http://there/v1")
    assert (given.api_key, given.base_url) == ("k", "http://here/v1")


def test_the_default_is_openai_without_a_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)

    model = OpenAICompletions()

    assert model._url() == "https://api.openai.com/v1/completions"
    assert "Authorization" not in request_headers(model.api_key)


@pytest.mark.parametrize("key", [f"{SECRET}\n", f"{SECRET} ", f" {SECRET}", f"{SECRET}\x7f", f"{SECRET}é"])
def test_a_key_that_cannot_be_sent_raises_without_showing_it(key: str) -> None:
    with pytest.raises(ValueError, match="api_key: expected printable ASCII") as refused:
        OpenAICompletions(api_key=key)

    assert SECRET not in str(refused.value)


ADDRESSES = {
    "a password": f"http://user:{SECRET}@here/v1",
    "a password alone": f"http://:{SECRET}@here/v1",
    "a password with a slash": f"http://user:{SECRET}/x@here/v1",
    "a key": f"http://here/v1?api-key={SECRET}",
    "a fragment": f"http://here/v1#{SECRET}",
    "no scheme": f"here/v1/{SECRET}",
    "another scheme": f"ftp://here/{SECRET}",
    "no host": f"http:///{SECRET}",
    "no port": f"http://here:{SECRET}/v1",
}


@pytest.mark.parametrize("address", ADDRESSES.values(), ids=ADDRESSES)
def test_an_invalid_url_or_one_with_a_secret_raises_without_showing_it(address: str) -> None:
    with pytest.raises(ValueError, match="base_url: expected an http") as refused:
        OpenAICompletions(base_url=address)

    assert SECRET not in f"{refused.value} {refused.value.__cause__} {refused.value.__context__}"


@pytest.mark.parametrize("address", ["http://[::1]:8000/v1", "https://api.example:443/openai/v1/", "http://here"])
def test_a_url_may_have_a_port_and_a_path(address: str) -> None:
    assert OpenAICompletions(base_url=address)._url() == f"{address.rstrip('/')}/completions"


@pytest.mark.parametrize(
    "steps",
    [
        answer(401, {"error": {"message": f"Incorrect API key provided: {SECRET}."}}),
        answer(401, {"error": {"message": "x" * 490 + SECRET}}),
        answer(401, ("x" * 490 + SECRET).encode()),
        answer(200, f"not JSON: {SECRET}".encode()),
        answer(200, ("x" * 490 + SECRET).encode()),
        stream(b"data: " + SECRET.encode() + b"\n\n"),
        (HEAD, piece(A)),
        (HEAD, END),
        (),
    ],
)
def test_errors_do_not_contain_the_key(steps: tuple[bytes, ...], call: str) -> None:
    with scripted(steps) as provider:
        _, error = call_model(a_model(provider, max_retries=0), call)

    assert error is not None
    while error is not None:
        assert SECRET[:10] not in f"{error} {error!r}"
        error = error.__cause__ or error.__context__
