"""What the README and docs/ show is true. tests/test_regenerate.py compares the output of their commands."""

from __future__ import annotations

import datetime as dt
import doctest
import re
import shlex
import subprocess
import sys
import tomllib
from functools import cache
from pathlib import Path

import pytest

from llm_conformance import __main__ as commands
from llm_conformance import plugin
from llm_conformance.judge import deviations_file
from llm_conformance.records import Status
from llm_conformance.subject import profile
from regenerate import GENERATORS, shown_files

ROOT = Path(__file__).parents[1]
# By path, for people who use the harness.
PAGES = {
    path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
    for path in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
}
# And the pages for contributors, and those that either links to.
LINKED = PAGES | {
    path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
    for path in (
        *ROOT.glob("*.md"),
        *(ROOT / "conformance").glob("*.md"),
        ROOT / "conformance/llm_conformance/control/CONTROL.md",
        ROOT / "fixtures/README.md",
        ROOT / "reference/README.md",
    )
}
README = PAGES["README.md"]
FILES = shown_files(README)
COMMANDS = [
    (
        "python3 -m venv .venv && .venv/bin/pip install . && "
        ".venv/bin/pytest llm-conformance --llm-impl=llm_reference:EchoLLM"
    ),
    "python3 -m venv .venv && .venv/bin/pip install -e '.[test]' && .venv/bin/pytest -n auto",
]
# What the README may have beside the one output that it shows.
LINES = 120
SHELL = [
    line
    for page in PAGES.values()
    for block in re.findall(r"```sh\n(.*?)```", page, re.DOTALL)
    for line in block.replace("\\\n", " ").splitlines()
]
PARTIAL = [
    command.removeprefix("pytest ")
    for command in SHELL
    if re.match(r"pytest llm-conformance.* --llm-impl=verse:", command)
]
OPTIONS = set(re.findall(r'"(--llm-[a-z-]+)"', Path(plugin.__file__).read_text(encoding="utf-8"))) - {"--llm-nodes"}


def section(page: str, heading: str) -> str:
    return PAGES[page].partition(f"\n## {heading}\n")[2].partition("\n## ")[0]


def toml_of(page: str, heading: str) -> str:
    return section(page, heading).partition("```toml\n")[2].partition("```")[0]


def prose_of(page: str) -> str:
    """The page without its code blocks, in which `# ` is a comment."""
    return re.sub(r"^```.*?^```$", "", page, flags=re.DOTALL | re.MULTILINE)


@cache
def headings_of(page: str) -> set[str]:
    titles = re.findall(r"^#+ (.*)$", prose_of(LINKED[page]), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("command", COMMANDS, ids=["main-job", "tests"])
def test_the_readme_has_the_command_line_word_for_word(command: str) -> None:
    assert f"\n{command}\n" in README


def test_the_readme_has_two_screens_and_one_output() -> None:
    outputs = re.findall(r"```console\n.*?```\n", README, re.DOTALL)

    assert len(outputs) == 1
    assert len(README.replace(outputs[0], "").splitlines()) <= LINES


def test_the_readme_links_to_every_page() -> None:
    assert set(PAGES) - {"README.md"} == set(re.findall(r"\]\((docs/[^)#]+\.md)\)", README))


def test_the_picture_of_the_report_is_there_and_small() -> None:
    (picture,) = re.findall(r"!\[[^]]{20,}\]\((docs/[^)]+\.png)\)", README)

    assert 10_000 < (ROOT / picture).stat().st_size < 100_000


def test_there_is_a_partial_run_by_keyword_and_one_by_node_id() -> None:
    assert [" -k " in command or "::" in command for command in PARTIAL] == [True, True]


@pytest.mark.parametrize("command", PARTIAL)
def test_a_partial_run_of_the_pages_finds_the_violation(command: str, tmp_path: Path) -> None:
    for name, content in FILES.items():
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


@pytest.mark.parametrize("page", [name for name, text in PAGES.items() if "```pycon" in text])
def test_the_interpreter_prints_what_the_page_shows(page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, content in FILES.items():
        (tmp_path / name).write_text(content, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    examples = "\n".join(re.findall(r"```pycon\n(.*?)```", PAGES[page], re.DOTALL))
    test = doctest.DocTestParser().get_doctest(examples, {}, page, None, 0)

    result = doctest.DocTestRunner().run(test)

    assert (result.failed, result.attempted) == (0, len(test.examples))
    assert result.attempted > 0


def test_the_output_of_every_command_is_generated() -> None:
    assert {name for name, text in PAGES.items() if "```console" in text} <= set(GENERATORS)


def test_the_finding_that_is_explained_is_the_one_of_the_readme() -> None:
    finding = PAGES["docs/read-a-finding.md"].partition("```text\n")[2].partition("```")[0]

    assert finding.startswith("MUST stream.concat")
    assert f"\n{finding}" in README


def test_the_table_of_options_has_every_option_of_the_plugin() -> None:
    assert set(re.findall(r"`(--llm-[a-z-]+)", section("docs/judge-my-model.md", "Options"))) == OPTIONS


@pytest.mark.parametrize("page", PAGES)
def test_every_option_of_a_page_exists(page: str) -> None:
    assert set(re.findall(r"--llm-[a-z]+(?:-[a-z]+)*", PAGES[page])) <= OPTIONS


@pytest.mark.parametrize("command", [line for line in SHELL if line.startswith("python -m llm_conformance ")])
def test_a_command_without_a_model_is_understood(command: str) -> None:
    arguments = shlex.split(command)[3:]

    assert commands._parser(arguments).parse_args(arguments).perform


def test_every_verdict_is_explained() -> None:
    rows = re.findall(r"^\| ([a-z ]+) \|", section("docs/read-a-finding.md", "What the verdicts mean"), re.MULTILINE)

    assert set(rows) - {"verdict"} == set(Status)


def test_the_profile_can_be_read(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(toml_of("docs/gate-my-adapter.md", "The profile"), encoding="utf-8")

    common, other = (
        profile.read(tmp_path / "pyproject.toml", spec, table=("tool", "llm-conformance"))
        for spec in ("acme.llms:AcmeLLM", "acme.llms:Other")
    )

    assert common.claims == {"streams": True, "token-exact": True, "usage": False, "short-timeout": True}
    assert common.short_timeout == {"timeout": 1}
    assert other.claims["streams"] is False


def test_the_deviation_has_every_key_and_can_be_read(tmp_path: Path) -> None:
    example = toml_of("docs/gate-my-adapter.md", "Known deviations")
    (tmp_path / "deviations.toml").write_text(example, encoding="utf-8")
    (entry,) = tomllib.loads(example)["deviation"]
    versions = {"langchain-core": "0.3.1"}

    declarations = deviations_file.parse(tmp_path / "deviations.toml", dt.date(2026, 1, 1))
    (one,) = deviations_file.applicable(declarations, "acme.llms:AcmeLLM", versions)

    assert set(entry) == {"check", "reason", "code", "scenario", "when", "expires", "link", "mode", "unreachable"}
    assert one.check == "stop.cuts"


@pytest.mark.parametrize("page", LINKED)
def test_every_link_of_a_page_leads_to_a_file_and_a_heading(page: str) -> None:
    lost = []
    for target in re.findall(r"\]\((?!http)([^)\s]+)\)", prose_of(LINKED[page])):
        path, _, anchor = target.partition("#")
        file = (ROOT / page).parent.joinpath(path).resolve() if path else ROOT / page
        if not file.exists() or (anchor and anchor not in headings_of(file.relative_to(ROOT).as_posix())):
            lost.append(target)

    assert lost == []
