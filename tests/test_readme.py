"""What the README shows is true. The output of its commands is compared by tests/test_regenerate.py."""

from __future__ import annotations

import datetime as dt
import doctest
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from llm_conformance import plugin
from llm_conformance.judge import deviations_file
from llm_conformance.records import Status
from llm_conformance.subject import profile
from regenerate import readme_files

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMANDS = [
    (
        "python3 -m venv .venv && .venv/bin/pip install . && "
        ".venv/bin/pytest llm-conformance --llm-impl=llm_reference:EchoLLM"
    ),
    "python3 -m venv .venv && .venv/bin/pip install -e '.[test]' && .venv/bin/pytest -n auto",
]
PARTIAL = re.findall(r"^pytest (llm-conformance.* --llm-impl=verse:Verse.*)$", README, re.MULTILINE)


def section(heading: str) -> str:
    return README.partition(f"\n### {heading}\n")[2].partition("\n### ")[0]


def toml_of(heading: str) -> str:
    return section(heading).partition("```toml\n")[2].partition("```")[0]


@pytest.mark.parametrize("command", COMMANDS, ids=["main-job", "tests"])
def test_the_readme_has_the_command_line_word_for_word(command: str) -> None:
    assert f"\n{command}\n" in README


def test_there_is_a_partial_run_by_keyword_and_one_by_node_id() -> None:
    assert [" -k " in command or "::" in command for command in PARTIAL] == [True, True]


@pytest.mark.parametrize("command", PARTIAL)
def test_a_partial_run_of_the_readme_finds_the_violation(command: str, tmp_path: Path) -> None:
    for name, content in readme_files(README).items():
        (tmp_path / name).write_text(content, encoding="utf-8")
    plain = ["-p", "no:asyncio", "-p", "no:cacheprovider"]

    run = subprocess.run(
        [sys.executable, "-m", "pytest", *plain, *shlex.split(command)],
        cwd=tmp_path,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )

    assert run.returncode == 1
    assert "MUST stream.concat" in run.stdout


def test_the_interpreter_prints_what_the_readme_shows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, content in readme_files(README).items():
        (tmp_path / name).write_text(content, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    examples = "\n".join(re.findall(r"```pycon\n(.*?)```", README, re.DOTALL))
    test = doctest.DocTestParser().get_doctest(examples, {}, "README.md", None, 0)

    result = doctest.DocTestRunner().run(test)

    assert (result.failed, result.attempted) == (0, len(test.examples))
    assert result.attempted > 0


def test_the_readme_names_every_option_of_the_plugin() -> None:
    options = re.findall(r'"(--llm-[a-z-]+)"', Path(plugin.__file__).read_text(encoding="utf-8"))

    assert set(options) - {"--llm-nodes"} == set(re.findall(r"`(--llm-[a-z-]+)", section("Options")))


def test_the_readme_explains_every_verdict() -> None:
    rows = re.findall(r"^\| ([a-z ]+) \|", section("What the verdicts mean"), re.MULTILINE)

    assert set(rows) - {"verdict"} == set(Status)


def test_the_profile_of_the_readme_can_be_read(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(toml_of("The profile"), encoding="utf-8")

    common, other = (
        profile.read(tmp_path / "pyproject.toml", spec, table=("tool", "llm-conformance"))
        for spec in ("acme.llms:AcmeLLM", "acme.llms:Other")
    )

    assert common.claims == {"streams": True, "token-exact": True, "usage": False, "short-timeout": True}
    assert common.short_timeout == {"timeout": 1}
    assert other.claims["streams"] is False


def test_the_deviation_of_the_readme_has_every_key_and_can_be_read(tmp_path: Path) -> None:
    (tmp_path / "deviations.toml").write_text(toml_of("Known deviations"), encoding="utf-8")
    (entry,) = tomllib.loads(toml_of("Known deviations"))["deviation"]
    versions = {"langchain-core": "0.3.1"}

    declarations = deviations_file.parse(tmp_path / "deviations.toml", dt.date(2026, 1, 1))
    (one,) = deviations_file.applicable(declarations, "acme.llms:AcmeLLM", versions)

    assert set(entry) == {"check", "reason", "code", "scenario", "when", "expires", "link", "mode", "unreachable"}
    assert one.check == "stop.cuts"


def test_every_link_of_the_readme_leads_somewhere() -> None:
    links = re.findall(r"\]\((?!http)([^)#]+)(?:#[^)]*)?\)", README)

    assert all((ROOT / link).exists() for link in links if link)


def test_every_link_within_the_readme_leads_to_a_heading() -> None:
    titles = re.findall(r"^#+ (.*)$", README, re.MULTILINE)
    headings = {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}

    assert set(re.findall(r"\]\(#([^)]+)\)", README)) <= headings
