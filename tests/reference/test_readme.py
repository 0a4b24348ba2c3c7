"""Runs every program of the README and compares its output."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

README = Path(__file__).parents[2] / "reference" / "README.md"
TEXT = README.read_text(encoding="utf-8")
SHOWN = re.findall(r"```(python|sh)\n(.*?)```\n\n```text\n(.*?)```\n", TEXT, re.DOTALL)


def test_every_program_is_shown_with_its_output() -> None:
    assert len(SHOWN) == len(re.findall("```(?:python|sh)", TEXT)) > 0


def test_the_reading_order_names_every_module() -> None:
    home = README.parent / "llm_reference"
    modules = {path.relative_to(home) for path in home.rglob("*.py") if path.name != "__init__.py"}

    shown = {Path(name) for name in re.findall(r"^\| `([\w/]+\.py)` \|", TEXT, re.MULTILINE)}
    assert shown == modules


@pytest.mark.parametrize(("language", "program", "output"), SHOWN, ids=range(len(SHOWN)))
def test_every_program_prints_the_output_of_the_readme(language: str, program: str, output: str) -> None:
    command = [sys.executable, "-c", program] if language == "python" else ["bash", "-c", program]
    environment = {"PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin"}

    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)

    assert done.stderr == ""
    assert done.stdout.rstrip("\n") == output.rstrip("\n")
