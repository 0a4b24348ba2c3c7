"""Keys from every place, told by a model in every form and place, are in nothing that the suite writes."""

from __future__ import annotations

import base64
import gzip
import html
import json
import re
import shutil
import tomllib
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path
from urllib.parse import quote

import pytest

from llm_conformance.__main__ import main
from plugin.bench import Starter, impls
from plugin.conftest import SUBJECTS
from plugin.subjects.leaky import forms

_STRING = re.compile(r'"(?:[^"\\]|\\.)*"')
PROFILE = """
[kwargs]
api_key = 'sk-"\u00e9/7+\\9= x1'
pin_password = 84736251
dsn = "host=h user=u password=connected-7"
"""
ARGUMENTS = {
    "headers": {"Authorization": "Bearer header-31415", "X-Api": "in-a-header"},
    "url": f"https://u:in-the-url-1@host/?sig={quote('signed+n/d', safe='')}",
    "extra": "a1b2c3d4e5f6g7h8i9j0",
    "short_token": "q7Zx",
}
ENVIRONMENT = {"ACME_API_KEY": "variable-99-x", "ACME_DATABASE": "postgres://u:hunter2-db@h/db"}
VAULT = "from-the-vault-27"
SECRETS = (
    tomllib.loads(PROFILE)["kwargs"]["api_key"], "84736251", "connected-7", "header-31415", "in-a-header",
    "in-the-url-1", "signed+n/d", "a1b2c3d4e5f6g7h8i9j0", "q7Zx", "variable-99-x", "hunter2-db", VAULT,
)  # fmt: skip
SENT = ("sent-in-x-api-7", "sent-as-bearer-7", "sent-in-url-7", "signed/in-url-7", "sent-in-body-7")
REPORTS = ("run.json", "run.json.gz", "run.html", "run.md", "run.ctrf.json", "run.svg", "run.badge.json", "findings/")
COMMANDS = (
    ("judge", "run.json", "-v"),
    ("compare", "run.json", "run.json.gz"),
    ("report", "run.json.gz", "again.html", "again.md", "again.json", "again.ctrf.json", "again/"),
    ("merge", "run.json", "-o", "merged.json"),
    ("badge", "adapter.json", "again.svg"),
)
SHOWN = ("-p", "no:asyncio", "-rA", "-vv", "--showlocals", "-o", "junit_logging=all")
FEW = ("-k", "completes or concat or harmless or keeps-text or secrets or snapshots and stream")
GIVEN = {"leaky.py", "profile.toml", "vault.txt", "tokens.txt"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which three models and an adapter were judged."""
    folder = tmp_path_factory.mktemp("planted")
    shutil.copy(SUBJECTS / "leaky.py", folder)
    (folder / "profile.toml").write_text(PROFILE, encoding="utf-8")
    (folder / "vault.txt").write_text(VAULT, encoding="utf-8")
    start = Starter(folder)
    reports = [f"--llm-report={name}" for name in (*REPORTS, "github")]
    given = ["--llm-profile=profile.toml", f"--llm-kwargs={json.dumps(ARGUMENTS)}"]
    models = [*impls("Leaky", "Refuses", "LeakyChat", module="leaky"), *given, *reports, "--junit-xml=run.xml"]
    adapter = [*impls("LeakyAdapter", module="leaky"), "--llm-report=adapter.json", "--junit-xml=adapter.xml"]
    wire = ["--llm-wire=openai-completions", '--llm-kwargs={"base_url": "{url}/v1"}']
    workflow = {"GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": str(folder / "summary.txt"), **ENVIRONMENT}
    out = [
        start("llm-conformance", *models, *SHOWN, *FEW, "--snapshot-update", **workflow).out,
        start("llm-conformance", *adapter, *wire, *SHOWN, "-k", "secrets or same-request").out,
    ]
    (folder / "terminal.txt").write_text("\n".join(out), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def written(folder: Path) -> dict[str, str]:
    """What is in the files and on the terminal, as it is and as a reader of JSON, XML or HTML sees it."""
    patch = pytest.MonkeyPatch()
    patch.chdir(folder)
    for command in COMMANDS:
        with redirect_stdout(StringIO()) as out, redirect_stderr(out):
            assert main(command) in {0, 1}
        Path(f"{command[0]}.txt").write_text(out.getvalue(), encoding="utf-8")
    patch.undo()
    return dict(_texts(folder))


def _texts(folder: Path) -> Iterator[tuple[str, str]]:
    for path in folder.rglob("*"):
        if path.is_file() and path.name not in GIVEN and path.suffix != ".pyc":
            content = path.read_bytes()
            text = (gzip.decompress(content) if path.suffix == ".gz" else content).decode()
            inside = [json.loads(one) for one in _STRING.findall(text)] if ".json" in path.name else []
            shown = [html.unescape(text)] if path.suffix in {".html", ".xml", ".svg"} else []
            yield path.relative_to(folder).as_posix(), "\n".join([text, *inside, *shown])


def test_everything_was_written(written: dict[str, str]) -> None:
    named = {
        *REPORTS,
        "run.xml",
        "summary.txt",
        "terminal.txt",
        "adapter.json",
        "judge.txt",
        "again.html",
        "merged.json",
    }

    assert named - {"findings/"} <= {*written}
    assert {"findings/index.md", "again/index.md", "llm_snapshots/leaky.Leaky/stream.txt"} <= {*written}
    assert "Captured stderr call" in written["terminal.txt"]
    assert "Captured log call" in written["terminal.txt"]
    assert "MUST wire.secrets" in written["terminal.txt"]
    assert "::error " in written["terminal.txt"]
    assert written["terminal.txt"].count("***") > 1000


@pytest.mark.parametrize("secret", [*SECRETS, *SENT])
def test_a_planted_secret_is_in_nothing_that_is_written(secret: str, written: dict[str, str]) -> None:
    # Too little of a short key is certain behind the name of a user.
    told = [form for form in forms(secret) if len(secret) > 5 or form != base64.b64encode(b"user:q7Zx").decode()]

    assert [name for name, text in written.items() for form in told if form in text] == []


def test_a_token_for_each_request_is_in_nothing_that_is_written(folder: Path, written: dict[str, str]) -> None:
    tokens = (folder / "tokens.txt").read_text(encoding="utf-8").split()

    assert len(tokens) > 20
    assert [
        name
        for name, text in written.items()
        for one in (*tokens[:10], *tokens[-10:])
        for form in forms(one)
        if form in text
    ] == []
