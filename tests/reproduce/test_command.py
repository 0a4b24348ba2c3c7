"""`python -m llm_conformance export` as a user types it."""

from __future__ import annotations

import contextlib
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from llm_conformance.__main__ import main
from llm_conformance.records.saved_run import SavedRun, write_run
from reproduce.test_zoo import run_of

CHECK, SPEC = "stream.concat", "llm_zoo.text:FirstChunkDropped"


@pytest.fixture(scope="module")
def run() -> SavedRun:
    return run_of(CHECK, SPEC)


def saved(run: SavedRun, folder: Path) -> Path:
    """The run in a file."""
    write_run(run, folder / "run.json")
    return folder / "run.json"


def test_the_script_and_the_issue_are_written_beside_each_other(run: SavedRun, tmp_path: Path) -> None:
    code = main(["export", str(saved(run, tmp_path)), CHECK, "-o", str(tmp_path / "repro.py")])

    page = (tmp_path / "repro.md").read_text(encoding="utf-8")
    assert code == 0
    assert page.startswith("# `FirstChunkDropped.stream()`: text differs from that of invoke()\n")
    assert "## The rule" in page
    assert (tmp_path / "repro.py").read_text(encoding="utf-8").rstrip("\n") in page


def test_the_script_runs_without_the_harness(run: SavedRun, tmp_path: Path) -> None:
    main(["export", str(saved(run, tmp_path)), CHECK, "-o", str(tmp_path / "repro.py")])

    shown = subprocess.run([sys.executable, "repro.py"], cwd=tmp_path, capture_output=True, text=True, check=False)

    assert shown.returncode == 1, shown.stderr
    assert shown.stdout.splitlines() == [
        "expected: 'Write me a 1 verse song about sparkling water.'",
        "actual:   ' me a 1 verse song about sparkling water.'",
    ]


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["nothing.at-all", "-o", "repro.py"], "nothing.at-all: not the id of a check"),
        (["stream.conca", "-o", "repro.py"], "stream.conca: not the id of a check; did you mean stream.concat"),
        (["stream.exact", "-o", "repro.py"], "stream.exact: nothing to export: it is not in the run"),
        ([CHECK, "-o", "repro.txt"], "repro.txt: expected a file name that ends in .py"),
        ([CHECK, "-o", "none/repro.py"], "none/repro.py: cannot be written: No such file or directory"),
        ([CHECK, "-o", "repro.py", "--llm-impl=a:B"], "--llm-impl=a:B: not in the run"),
    ],
)
def test_what_cannot_be_exported_gets_one_line(
    run: SavedRun, arguments: list[str], line: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    saved(run, tmp_path)

    with contextlib.chdir(tmp_path):
        code = main(["export", "run.json", *arguments])

    said = capfd.readouterr()
    assert (code, said.out, said.err.count("\n")) == (4, "", 1)
    assert said.err.startswith(line)


def test_one_of_several_models_is_chosen(run: SavedRun, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    record = run.subjects[0]
    other = replace(record, subject_info=replace(record.subject_info, spec="acme:Other"))
    path = saved(run._replace(subjects=[record, other]), tmp_path)

    assert main(["export", str(path), CHECK, "-o", str(tmp_path / "repro.py")]) == 4
    assert f"choose one with --llm-impl: {SPEC}, acme:Other" in capsys.readouterr().err
    assert main(["export", str(path), CHECK, "-o", str(tmp_path / "repro.py"), "--llm-impl=acme:Other"]) == 0
    assert "from acme import Other" in (tmp_path / "repro.py").read_text(encoding="utf-8")


def test_a_finding_without_a_script_says_why(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = saved(run_of("isolation.own-handlers", "llm_zoo.isolation:RunManagerOnInstance"), tmp_path)

    assert main(["export", str(path), "isolation.own-handlers", "-o", str(tmp_path / "repro.py")]) == 4
    assert capsys.readouterr().err == (
        "isolation.own-handlers: cannot be exported: no script is known for its finding 'text-differs'; attach the "
        "saved run and its HTML report instead\n"
    )
    assert not (tmp_path / "repro.py").exists()


def test_a_secret_is_not_in_the_script(tmp_path: Path) -> None:
    path = saved(run_of("wire.cut[clean_end_early]", "llm_zoo.sse_terminator:CutTakenForWhole"), tmp_path)

    main(["export", str(path), "wire.cut[clean_end_early]", "-o", str(tmp_path / "repro.py")])

    text = (tmp_path / "repro.py").read_text(encoding="utf-8")
    assert "key-of-the-kill-matrix" not in text + path.read_text(encoding="utf-8")
    assert 'api_key="placeholder-key"' in text
