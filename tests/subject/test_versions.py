from __future__ import annotations

import sys
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from langchain_core.language_models import FakeListChatModel
from langchain_openai import ChatOpenAI

from llm_conformance.subject.distributions import clients_of, distributions_of, is_client
from llm_conformance.subject.versions import versions_of
from llm_reference import EchoLLM

KEY: Any = "no-real-key"


class Ours(ChatOpenAI):
    """A class of a user."""


def added(module: str, instance: object) -> list[str]:
    """The distributions that the versions name beside those of every run."""
    return [name for name in versions_of(module, instance) if name not in {"python", "pytest-llm-conformance"}]


def test_the_versions_are_those_of_framework_bases_and_clients() -> None:
    found = added(__name__, Ours(api_key=KEY))

    assert found[:3] == ["langchain-core", "langchain-openai", "openai"]
    assert found[3] in {"httpx", "httpx2"}
    assert not {"tiktoken", "langsmith", "pydantic"} & set(found)


def test_a_class_of_the_framework_and_one_without_a_client_have_no_client() -> None:
    assert added("langchain_core.language_models", FakeListChatModel(responses=["a"])) == ["langchain-core"]
    assert added("llm_reference", EchoLLM()) == ["langchain-core"]


def test_a_client_that_an_instance_holds_is_named() -> None:
    class Private:
        __slots__ = ("__pydantic_private__",)

        def __init__(self, held: object) -> None:
            self.__pydantic_private__ = {"_client": held}

    with httpx.Client() as client:
        for holder in (SimpleNamespace(client=client, key="k"), Private(client)):
            assert "httpx" in added("builtins", holder)


def test_the_instance_is_not_asked() -> None:
    class Hostile:
        def __getattribute__(self, name: str) -> object:
            raise SystemExit(name)

    assert added("builtins", Hostile()) == ["langchain-core"]


def test_what_a_distribution_requires_is_followed_to_its_http_library() -> None:
    assert clients_of(["langchain-openai"], [])[0] == "openai"
    assert clients_of(["pytest-llm-conformance", "no-such-distribution"], []) == []
    assert [one for one in ("openai", "httpx", "tiktoken", "langchain-openai", "pydantic") if is_client(one)] == [
        "openai",
        "httpx",
    ]


def test_a_module_of_a_namespace_is_of_the_distribution_that_has_its_package(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("auth", "genai"):
        info = tmp_path / f"acme_{name}-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: acme-{name}\nVersion: 1.0\n")
        (info / "RECORD").write_text(f"acme6/{name}/__init__.py,,\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setitem(sys.modules, "acme6", SimpleNamespace())  # a namespace has no file

    assert distributions_of("acme6.genai.client") == ["acme-genai"]
