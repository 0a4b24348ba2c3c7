"""The README shows commands and their true output; here they are run."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from llm_conformance import plugin

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
FILES = re.findall(r'```python title="([\w.]+)"\n(.*?)```', README, re.DOTALL)
CONSOLE = [
    pytest.param(command, output, id=f"command-{number}")
    for number, (command, output) in enumerate(re.findall(r"```console\n\$ (.*?)\n(.*?)```", README, re.DOTALL))
]
COMMANDS = [
    (
        "python3 -m venv .venv && .venv/bin/pip install . && "
        ".venv/bin/pytest llm-conformance --llm-impl=llm_reference:EchoLLM"
    ),
    "python3 -m venv .venv && .venv/bin/pip install -e '.[test]' && .venv/bin/pytest -n auto",
]


def settled(output: str) -> str:
    """The output without what differs from machine to machine, and from run to run."""
    output = re.sub(r"python \d+\.\d+\.\d+", "python 3", output)
    output = re.sub(r"pytest-llm-conformance \S+", "pytest-llm-conformance", output)
    return re.sub(r" in \d+\.\d+s", "", output).strip()


@pytest.mark.parametrize(("command", "output"), CONSOLE)
def test_a_command_prints_what_the_readme_shows(command: str, output: str, tmp_path: Path) -> None:
    for name, content in FILES:
        (tmp_path / name).write_text(content, encoding="utf-8")
    program, *arguments = shlex.split(command)
    plain = ["-p", "no:asyncio", "-p", "no:cacheprovider"] if program == "pytest" else []

    run = subprocess.run(
        [sys.executable, "-m", program, *plain, *arguments],
        cwd=tmp_path,
        env={"PATH": "", "COLUMNS": "80", "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )

    assert settled(run.stdout) == settled(output)


@pytest.mark.parametrize("command", COMMANDS, ids=["main-job", "tests"])
def test_the_readme_has_the_command_line_word_for_word(command: str) -> None:
    assert f"\n{command}\n" in README


def test_the_readme_names_every_option_of_the_plugin() -> None:
    options = re.findall(r'"(--llm-[a-z]+)"', Path(plugin.__file__).read_text(encoding="utf-8"))

    assert set(options) - {"--llm-nodes"} <= set(re.findall(r"--llm-[a-z]+", README))


def test_every_link_of_the_readme_leads_somewhere() -> None:
    links = re.findall(r"\]\((?!http)([^)]+)\)", README)

    assert all((ROOT / link).exists() for link in links)
