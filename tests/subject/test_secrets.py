"""Secrets among arguments and in the environment are found; ordinary values are shown."""

from typing import Any

import pytest
from pydantic import SecretStr

from llm_conformance.subject.secrets import held_secrets, is_secret, redacted, secrets_of

VAULT = "held-in-a-list"
TOKEN = "a1b2c3d4e5f6g7h8i9j0"  # noqa: S105 - an example


@pytest.mark.parametrize(
    "name",
    ["api_key", "apiKey", "openai_api_key", "OPENAI_API_KEY", "X-Api", "x-api-key", "Authorization", "password", "dsn",
     "access_token", "accessToken", "client_secret", "DB_PASSWORD", "hf_token", "sig", "cookie", "credentials", "auth"],
)  # fmt: skip
def test_a_name_of_a_secret(name: str) -> None:
    assert is_secret(name)


@pytest.mark.parametrize(
    "name",
    ["model", "max_tokens", "num_tokens", "tokenizer", "TOKENIZERS_PARALLELISM", "stop_token", "author", "keywords",
     "api_base", "api_version", "SSH_AUTH_SOCK", "temperature", "token_limit", "auth_type", "key_file"],
)  # fmt: skip
def test_a_name_of_something_else(name: str) -> None:
    assert not is_secret(name)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ({"api_key": "k"}, {"api_key": "***"}),
        ({"headers": {"X-Api": "1234", "Accept": "text/plain"}}, {"headers": {"X-Api": "***", "Accept": "text/plain"}}),
        ({"password": 123456, "temperature": 0.7, "n": 100000}, {"password": "***", "temperature": 0.7, "n": 100000}),
        ({"token": ["a", "b"]}, {"token": ["***", "***"]}),
        ({"secret": True, "key": None}, {"secret": True, "key": None}),
        ({"extra": "sk-0123456"}, {"extra": "***"}),
        ({"extra": TOKEN}, {"extra": "***"}),
        ({"model": "gpt-4o-mini-2024-07-18", "id": "my-model"}, {"model": "gpt-4o-mini-2024-07-18", "id": "my-model"}),
        ({"url": "https://u:p@host:1/v1?sig=s&n=1"}, {"url": "https://u:***@host:1/v1?sig=***&n=1"}),
        ({"url": "https://key@host/7"}, {"url": "https://***@host/7"}),
        ({"base_url": "{url}/v1", "other": "http://host/v1?n=1"}, {"base_url": "{url}/v1", "other": "http://host/v1?n=1"}),
        ({"url": "http://[broken"}, {"url": "http://[broken"}),
        ({"url": "jdbc:postgresql://u:p@h/d?password=q"}, {"url": "jdbc:postgresql://u:***@h/d?password=***"}),
        ({"urls": ["a://u:p@h", "b://u:p@q@h/c@d"]}, {"urls": ["a://u:***@h", "b://u:***@h/c@d"]}),
        ({"dsn_of": "host=h password=p"}, {"dsn_of": "host=h password=***"}),
        ({"to": "Server=h;User ID=u;Pwd=p;"}, {"to": "Server=h;User ID=u;Pwd=***;"}),
        ({"prompt": "the key = answer, a=b"}, {"prompt": "the key = answer, a=b"}),
    ],
)  # fmt: skip
def test_arguments_are_shown_without_secrets(value: Any, shown: Any) -> None:
    assert redacted(value) == shown


def test_the_values_to_look_for_are_long_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ACME_DSN", "https://abcdef123@host/7")
    monkeypatch.setenv("ACME_URL", "postgres://user:hunter2-db@host/db")
    monkeypatch.setenv("ACME_PATH_TOKEN", "/run/secrets/token")
    monkeypatch.setenv("ACME_AUTH", "github")
    monkeypatch.setenv("ACME_KEY", "v1.0")
    arguments = {"api_key": "Bearer sk-long-enough", "token": "abc", "pin_password": 1234567, "extra": TOKEN, "t": 0.7}
    arguments |= {"key": "q7Zx", "to": "h=1 password=connected", "urls": ("x://u:p%40ss-word@h", "x://u:secret+one@h")}

    found = secrets_of(arguments)

    assert {"Bearer sk-long-enough", "sk-long-enough", "1234567", TOKEN, "abcdef123", "hunter2-db"} <= set(found)
    assert {"q7Zx", "p%40ss-word", "p@ss-word", "secret+one"} <= set(found)
    assert not {"abc", "github", "v1.0", "connected", "/run/secrets/token", "0.7"} & set(found)


class Client:
    def __init__(self, **attributes: Any) -> None:
        self.__dict__.update(attributes)


class Odd:
    """Everything that is asked of it raises."""

    __slots__ = ()

    def __getattribute__(self, name: str) -> Any:
        raise RuntimeError(name)


def test_the_keys_that_an_instance_holds_are_known() -> None:
    inner = Client(openai_api_key=SecretStr("from-the-vault"), headers={"Authorization": "Bearer held-in-headers"})
    held = Client(
        client=inner,
        odd=Odd(),
        others=[Client(app_secret=VAULT), Odd],
        extra="sk-known-by-its-form",
        itself={},
    )
    held.__dict__["itself"] = held

    assert set(held_secrets(held)) == {
        "from-the-vault", "Bearer held-in-headers", "held-in-headers", VAULT, "sk-known-by-its-form",
    }  # fmt: skip


def test_what_a_fake_model_answers_is_no_secret() -> None:
    assert held_secrets(Client(tokens=["Hello world", "and more"], key="the key of a song", eos="a token")) == ()


def test_a_large_instance_is_searched_in_part() -> None:
    chain: Any = Client(api_key="sk-at-the-very-end")
    for _ in range(10_000):
        chain = Client(inner=chain)

    assert held_secrets(chain) == ()
