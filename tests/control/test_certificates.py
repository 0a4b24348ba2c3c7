"""A client of the simulated provider reads no certificates for each instance, unless the environment names them."""

from __future__ import annotations

import os
import ssl
from pathlib import Path
from typing import Any

import pytest

from llm_conformance.control.wire.certificates import read_certificates_late
from llm_conformance.run import Run
from llm_conformance.run_spec import RunSpec
from llm_conformance.subject.spec import ImplSpec
from llm_reference import EchoLLM, OpenAICompletions

SEEN: list[str | None] = []


class SeesItsEnvironment(EchoLLM):
    def __init__(self) -> None:
        super().__init__()
        SEEN.append(os.environ.get("SSL_CERT_DIR"))


class SeesItsEnvironmentOnTheWire(OpenAICompletions):
    def __init__(self, base_url: str) -> None:
        super().__init__(base_url=base_url, model="m", api_key="no-real-key")
        SEEN.append(os.environ.get("SSL_CERT_DIR"))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of OpenSSL, with one certificate; the environment names none."""
    for name in ("SSL_CERT_FILE", "SSL_CERT_DIR"):
        # Set first: what the test sets is taken away again.
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)
    paths = ssl.get_default_verify_paths()._replace(capath=str(tmp_path))
    monkeypatch.setattr(ssl, "get_default_verify_paths", lambda: paths)
    (tmp_path / "4a6481c9.0").touch()
    return tmp_path


def test_a_client_looks_them_up_in_the_folder(folder: Path) -> None:
    read_certificates_late()

    assert os.environ["SSL_CERT_DIR"] == str(folder)


def test_a_folder_without_certificates_is_left_out(folder: Path) -> None:
    (folder / "4a6481c9.0").unlink()

    read_certificates_late()

    assert "SSL_CERT_DIR" not in os.environ


@pytest.mark.parametrize("name", ["SSL_CERT_FILE", "SSL_CERT_DIR"])
@pytest.mark.usefixtures("folder")
def test_the_environment_wins(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "of the user")

    read_certificates_late()

    assert {key: value for key, value in os.environ.items() if key.startswith("SSL_CERT_")} == {name: "of the user"}


@pytest.mark.parametrize(
    ("model", "options"),
    [
        (SeesItsEnvironment, {}),
        (SeesItsEnvironmentOnTheWire, {"kwargs": {"base_url": "{url}/v1"}, "wire": "openai-completions"}),
    ],
)
def test_only_a_client_of_the_provider_sees_it(model: type[Any], options: dict[str, Any], folder: Path) -> None:
    SEEN.clear()

    with Run(RunSpec.of(ImplSpec(model.__module__, model.__name__), **options)) as run:
        run.judge.verdict("close.finaliser")

        assert "SSL_CERT_DIR" not in os.environ
    assert set(SEEN) == ({str(folder)} if options else {None})
    assert len(SEEN) > 1
