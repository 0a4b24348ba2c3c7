#!/usr/bin/env python3
"""Makes every generated page and file again from what it is generated from.

python tests/regenerate.py            writes the files that are stale, and names them
python tests/regenerate.py --check    writes nothing; exits with 1 if a file is stale
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

# The catalogue cannot be imported while a file is stale that it reads. So each generator imports what it needs.
# ruff: noqa: PLC0415

ROOT = Path(__file__).parents[1]

_SECONDS = r" in \d+\.\d+s"

# From the content of a file as it is to its content as it should be.
Generator = Callable[[str], str]


def defects(_content: str) -> str:
    """defects.json: the defects of the zoo with their code, for --llm-explain."""
    from zoo.explain_defects import render

    return render()


def findings(_content: str) -> str:
    """findings.json: an example of each code of findings, for --llm-explain."""
    from checks.finding_codes import render

    return render()


def index(_content: str) -> str:
    """index.json: the facts of every scenario, so that a saved run is judged without importing the scenarios."""
    from llm_conformance.catalogue.index import render_registered

    return render_registered()


def requirement_sets(content: str) -> str:
    """requirement_sets.json: the set in which each check was added; a new check is in the set that is open."""
    from llm_conformance.catalogue.catalogue import CHECKS
    from llm_conformance.catalogue.requirement_sets import render

    return render(content, CHECKS)


def contract(_page: str) -> str:
    """CONTRACT.md: the clauses, and the checks that cover them."""
    from llm_conformance.catalogue.clauses import contract_page

    return "\n".join([*contract_page(), ""])


def matrix(_page: str) -> str:
    """MATRIX.md: the cells as `python tests/matrix` judged them last, and the causes of their findings."""
    from matrix.folder import Folder
    from matrix.page import page

    return page(Folder(ROOT / "conformance").cells())


def saved_run(page: str) -> str:
    """SAVED_RUN.md: the tables of records, the rest of the page as it is."""
    from records.saved_run_page import insert

    return insert(page)


def saved_run_schema(_content: str) -> str:
    """saved_run.schema.json: the JSON Schema of a saved run."""
    from records.saved_run_schema import render

    return render()


def faults(page: str) -> str:
    """SIMULATOR.md: the table of faults, the rest of the page as it is."""
    from llm_conformance.simulator.faults.table import table

    rows = "\n".join(table())
    header = re.escape(rows.partition("\n")[0])
    made, count = re.subn(rf"^{header}\n(?:\|.*\n)+", lambda _: f"{rows}\n", page, flags=re.MULTILINE)
    if count != 1:
        raise ValueError(f"SIMULATOR.md has {count} tables of faults")
    return made


def check_messages(_page: str) -> str:
    """messages.txt: all findings of the checks on their examples."""
    from checks.messages import messages

    return "".join(messages())


def console(page: str) -> str:
    """README.md, docs/: the output of each command that the page shows, the rest of the page as it is."""
    files = shown_files((ROOT / "README.md").read_text(encoding="utf-8"))

    def run_again(block: re.Match[str]) -> str:
        command, old = block.groups()
        new = shown_output(command, files)
        if times := re.findall(_SECONDS, old):
            new = re.sub(_SECONDS, times[-1], new)
        return f"```console\n$ {command}\n{old if settled(new) == settled(old) else new}```"

    return re.sub(r"```console\n\$ (.*?)\n(.*?)```", run_again, page, flags=re.DOTALL)


# Add a line here for each file that is generated; a file comes after those that its generator reads.
GENERATORS: Mapping[str, Generator] = {
    "conformance/llm_conformance/catalogue/index.json": index,
    "conformance/llm_conformance/catalogue/requirement_sets.json": requirement_sets,
    "conformance/llm_conformance/catalogue/defects.json": defects,
    "conformance/llm_conformance/catalogue/findings.json": findings,
    "conformance/CONTRACT.md": contract,
    "conformance/MATRIX.md": matrix,
    "conformance/SAVED_RUN.md": saved_run,
    "conformance/llm_conformance/records/saved_run.schema.json": saved_run_schema,
    "conformance/SIMULATOR.md": faults,
    "tests/checks/messages.txt": check_messages,
    "README.md": console,
    "docs/judge-my-model.md": console,
    "docs/learn-streaming.md": console,
}


def shown_files(page: str) -> dict[str, str]:
    """The programs that the page shows, by file name."""
    return dict(re.findall(r'```python title="([\w.]+)"\n(.*?)```', page, re.DOTALL))


def shown_output(command: str, files: Mapping[str, str]) -> str:
    """What the command prints in a folder with these files, in a terminal of 80 columns."""
    program, *arguments = shlex.split(command.removeprefix("python -m "))
    # The environment of a developer has plugins that a user's has not.
    plain = ["-p", "no:asyncio", "-p", "no:cacheprovider"] if program == "pytest" else []
    path = {key: os.environ[key] for key in ("PYTHONPATH",) if key in os.environ}
    with tempfile.TemporaryDirectory() as folder:
        for name, content in files.items():
            Path(folder, name).write_text(content, encoding="utf-8")
        run = subprocess.run(
            [sys.executable, "-m", program, *plain, *arguments],
            cwd=folder,
            env={**path, "PATH": "", "COLUMNS": "80", "PYTHONIOENCODING": "utf-8"},
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
    if run.returncode not in {0, 1}:
        raise RuntimeError(f"{command} ends with {run.returncode}: {run.stdout}{run.stderr}")
    return run.stdout


def settled(output: str) -> str:
    """The output without versions and times, which differ from machine to machine."""
    output = re.sub(r"python \d+\.\d+\.\d+", "python 3", output)
    output = re.sub(r"pytest-llm-conformance \S+", "pytest-llm-conformance", output)
    return re.sub(_SECONDS, "", output).strip()


def stale(name: str) -> str | None:
    """The content that the file should have; None where it has it."""
    path = ROOT / name
    content = path.read_text(encoding="utf-8") if path.exists() else ""
    made = GENERATORS[name](content)
    return None if made == content else made


def main(arguments: list[str]) -> int:
    """Write or name the stale files."""
    if arguments not in ([], ["--check"]):
        sys.stderr.write(f"{__doc__}")
        return 4
    found = False
    for name in GENERATORS:
        try:
            content = stale(name)
        except (TypeError, RuntimeError) as error:
            if not found:
                raise
            sys.stdout.write(f"not checked: {name}: {error}\n")
            continue
        if content is not None:
            found = True
            if not arguments:
                (ROOT / name).write_text(content, encoding="utf-8")
            sys.stdout.write(f"{'stale' if arguments else 'written'}: {name}\n")
    return 1 if arguments and found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
