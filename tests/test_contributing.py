"""The recipes of CONTRIBUTING.md work: their examples are put into a copy of the tree, and run there."""

from __future__ import annotations

import ast
import json
import os
import re
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
# By file, the code that a recipe adds to it.
ADDED = [
    (path, textwrap.dedent(code))
    for path, code in re.findall(r'^ *```python title="([^"]+)"\n(.*?)^ *```$', PAGE, re.DOTALL | re.MULTILINE)
]
CLAUSE = textwrap.dedent(re.findall(r"^ *```toml\n( *\[[A-Z].*?)```", PAGE, re.DOTALL | re.MULTILINE)[0])
# Run in the copy. It prints what the new check finds: in the records of its example, and of which defect.
PROGRAM = """
import json
from checks.messages import EXAMPLES
from llm_conformance.catalogue.catalogue import CHECKS
from llm_conformance.simulator import FAULTS
from llm_conformance.simulator.formats.acme import ACME
from llm_zoo import DEFECTS, text
from zoo.conforming import plain
from zoo.findings import found_in

ours = [example for example in EXAMPLES if example.check == "stream.few-empty-chunks"]
found = found_in(text.EmptyChunks, DEFECTS[text.EmptyChunks])
known = ["stream.fresh-instance" in CHECKS, "wire.delivery[unknown_header]" in CHECKS, hasattr(plain, "Buffered")]
print(json.dumps([len(ours), sorted(found), known, ACME.name]))
"""


def test_every_path_of_the_page_exists() -> None:
    made = {"conformance/llm_conformance/simulator/formats/acme.py"}
    named = set(re.findall(r"`((?:conformance|reference|tests|\.ci)/[\w/.-]+)`", PAGE)) | {path for path, _ in ADDED}

    assert [path for path in sorted(named - made) if not (ROOT / path).exists() and "DISTRIBUTION" not in path] == []


@pytest.mark.parametrize("code", [code for _, code in ADDED])
def test_every_example_is_python(code: str) -> None:
    ast.parse(code)


def test_the_examples_work_in_a_copy_of_the_tree(tmp_path: Path) -> None:
    for folder in ("conformance", "reference", "fixtures", "tests"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "README.md", tmp_path)
    with (tmp_path / "conformance/llm_conformance/catalogue/clauses.toml").open("a", encoding="utf-8") as clauses:
        clauses.write(f"\n{CLAUSE}")
    for path, code in ADDED:
        file = tmp_path / path
        content = file.read_text(encoding="utf-8") if file.exists() else ""
        example = code.startswith("Example(")
        whole = (
            content.replace("STREAM = (\n", f"STREAM = (\n{code.rstrip()},\n", 1) if example else f"{content}\n\n{code}"
        )
        file.write_text(whole, encoding="utf-8")

    printed = [run(tmp_path, "regenerate.py"), run(tmp_path, "-c", PROGRAM)]

    assert "written: conformance/CONTRACT.md\n" in printed[0]
    assert "written: conformance/SIMULATOR.md\n" in printed[0]
    assert json.loads(printed[1]) == [1, ["stream.few-empty-chunks"], [True, True, True], "acme"]


def run(copy: Path, *arguments: str) -> str:
    """The output of a command in the copy, which imports the copy."""
    path = os.pathsep.join(str(copy / folder) for folder in ("conformance", "reference", "fixtures", "tests"))
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=copy / "tests",
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
