"""The acceptance test of one environment: `python tests/plugin/acceptance.py [OPTION ..]`, with options of pytest.

It needs only the plugin: the models are in this folder. With the plugins of the environment the verdicts must be the
same as without them.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from llm_conformance.records import saved_run

ALONE = "llm-conformance"
SUBJECTS = ["--llm-impl=llms:Conformant", "--llm-impl=llms:EmptyHanded"]
FINDING = "llm-conformance::llms:EmptyHanded::batch::empty"
LANGCHAIN = [
    "--llm-impl=langchain_core.language_models:FakeListLLM",
    '--llm-kwargs={"responses": ["one answer of some words"]}',
]
OWN = """
import pytest

@pytest.fixture(autouse=True, scope="module")
def mine(request):
    yield request.module.__name__

def test_mine(mine):
    assert mine
"""

Statuses = dict[str, dict[str, str]]


class NotAcceptedError(Exception):
    """An expectation that is not met; the message has both sides."""


def run(folder: Path, *arguments: str, code: int, bare: bool = False) -> str:
    """The output of pytest in that folder; raises NotAcceptedError if it ends with another code."""
    environment = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"} if bare else dict(os.environ)
    options = ["-p", "llm_conformance.plugin"] if bare else []
    process = subprocess.run(
        [sys.executable, "-m", "pytest", *options, *arguments],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        timeout=300,
        check=False,
    )
    if process.returncode != code:
        raise NotAcceptedError(f"{' '.join(arguments)}: exit {process.returncode}, expected {code}\n{process.stdout}")
    return process.stdout


def statuses_of(report: Path) -> Statuses:
    """The statuses of a saved run: by subject, by check."""
    subjects = saved_run.load(report).subjects
    return {
        one.subject_info.spec: {name: verdict.status.value for name, verdict in one.verdicts.items()}
        for one in subjects
    }


def expect(what: str, actual: object, expected: object) -> None:
    """Raise NotAcceptedError if the two differ."""
    if actual != expected:
        raise NotAcceptedError(f"{what}: {actual!r}, expected {expected!r}")


def accept(folder: Path, options: list[str]) -> None:
    """Check one environment; raises NotAcceptedError."""
    here = folder / "here.json"
    run(folder, ALONE, *SUBJECTS, f"--llm-report={folder / 'bare.json'}", code=1, bare=True)
    bare = statuses_of(folder / "bare.json")
    expect(
        "findings", [name for name, status in bare["llms:EmptyHanded"].items() if status == "failed"], ["batch.empty"]
    )

    run(folder, ALONE, *SUBJECTS, f"--llm-report={here}", *options, code=1)
    expect("verdicts of the suite alone", statuses_of(here), bare)
    run(folder, ALONE, *SUBJECTS, f"--llm-report={here}", "--lf", *options, code=1)
    expect("verdicts of --lf", statuses_of(here), {"llms:EmptyHanded": {"batch.empty": "failed"}})
    run(folder, FINDING, *SUBJECTS, f"--llm-report={here}", *options, code=1)
    expect("verdicts of a node id", statuses_of(here), {"llms:EmptyHanded": {"batch.empty": "failed"}})

    snapshots = [ALONE, SUBJECTS[0], "-k", "snapshots", *options]
    run(folder, *snapshots, code=5)
    run(folder, *snapshots, "--snapshot-update", code=0)
    run(folder, *snapshots, code=0)
    stream = folder / "llm_snapshots" / "llms.Conformant" / "stream.txt"
    stream.write_text("another answer\n", encoding="utf-8")
    run(folder, *snapshots, code=1)
    shutil.rmtree(folder / "llm_snapshots")

    (folder / "test_own.py").write_text(OWN, encoding="utf-8")
    out = run(folder, *SUBJECTS, f"--llm-report={here}", "-rp", *options, code=1)
    expect("verdicts beside a test", statuses_of(here), bare)
    expect("the test beside the suite", "PASSED test_own.py::test_mine" in out, expected=True)
    run(folder, ALONE, SUBJECTS[0], *options, code=0)
    run(folder, ALONE, SUBJECTS[0], "-k", "nonesuch", *options, code=5)
    run(folder, ALONE, "--llm-impl=nowhere:Model", *options, code=4)
    run(folder, ALONE, *options, code=4)


def judge_langchain(folder: Path, options: list[str]) -> None:
    """A fake of the installed langchain-core conforms."""
    run(folder, ALONE, *LANGCHAIN, f"--llm-report={folder / 'fake.json'}", *options, code=0)
    (statuses,) = statuses_of(folder / "fake.json").values()
    expect("harness errors", "harness error" in statuses.values(), expected=False)
    expect("verdicts", "passed" in statuses.values(), expected=True)


def main() -> int:
    """Print one line; the exit code is 0 if the environment is accepted."""
    installed = [f"{name} {version(name)}" for name in ("pytest", "pytest-llm-conformance")]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copy(Path(__file__).parent / "subjects" / "llms.py", folder)
        try:
            accept(folder, sys.argv[1:])
            if find_spec("langchain_core") is not None:
                judge_langchain(folder, sys.argv[1:])
        except NotAcceptedError as error:
            sys.stdout.write(f"refused: {', '.join(installed)}: {error}\n")
            return 1
    sys.stdout.write(f"accepted: {', '.join(installed)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
