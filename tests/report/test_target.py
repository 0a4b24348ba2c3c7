"""The targets of a report: which form a name asks for, and what of an earlier run is left."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from llm_conformance.__main__ import main
from llm_conformance.records.saved_run import SavedRunError, load, write_run
from llm_conformance.report.target import TargetError, target_of
from report.hostile import HOSTILE, SPEC

FILES = {
    "run.json": '{\n"header": ',
    "run.json.gz": "",
    "run.ctrf.json": '{\n "reportFormat": "CTRF"',
    "run.html": "<!doctype html>\n",
    "run.md": "# LLM conformance\n",
    "run.svg": "<svg ",
    "run.badge.json": '{"schemaVersion": 1, "label": "llm conformance"',
}


@pytest.mark.parametrize(("name", "start"), FILES.items())
def test_the_name_of_a_file_says_what_is_in_it(name: str, start: str, tmp_path: Path) -> None:
    target = target_of(name, tmp_path)
    assert not target.exists()
    target.write(HOSTILE)

    assert target.exists()
    assert (tmp_path / name).read_bytes().startswith(start.encode())
    assert [one.name for one in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize("name", FILES)
def test_a_run_that_has_begun_leaves_nothing_of_an_earlier_one(name: str, tmp_path: Path) -> None:
    target = target_of(name, tmp_path)
    target.write(HOSTILE)
    target.begin("must")

    if name in {"run.json", "run.json.gz"}:
        with pytest.raises(SavedRunError, match="it has no footer"):
            load(tmp_path / name)
    elif name in {"run.html", "run.md"}:
        assert "The run is under way, or it stopped before its end." in (tmp_path / name).read_text(encoding="utf-8")
    else:
        assert (tmp_path / name).read_bytes() == b""


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("run.txt", r"expected a file name that ends in .*\.md"),
        ("folder.md", "a folder has that name"),
        ("none/run.md", "the folder .*none does not exist"),
        (f"{'x' * 300}.md", "File name too long"),
    ],
)
def test_a_wrong_name_is_refused(name: str, why: str, tmp_path: Path) -> None:
    (tmp_path / "folder.md").mkdir()

    with pytest.raises(TargetError, match=why):
        target_of(name, tmp_path)


def test_a_saved_run_that_is_written_again_is_the_same(tmp_path: Path) -> None:
    write_run(HOSTILE, tmp_path / "one.json")
    run = load(tmp_path / "one.json")
    write_run(run, tmp_path / "other.json")

    assert run.date == "2026-11-29"
    assert (tmp_path / "one.json").read_bytes() == (tmp_path / "other.json").read_bytes()


def test_reports_are_made_of_a_saved_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    write_run(HOSTILE, tmp_path / "run.json")

    assert main(["report", "run.json", "run.md", "run.ctrf.json"]) == 0
    assert SPEC in (tmp_path / "run.md").read_text(encoding="utf-8").replace("\\|", "|")
    assert json.loads((tmp_path / "run.ctrf.json").read_text(encoding="utf-8"))["reportFormat"] == "CTRF"
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["none.json", "run.md"], "none.json: cannot be read: No such file or directory\n"),
        (["run.json", "run.md", "run.txt"], "run.txt: expected a file name that ends in "),
        (["run.json", "run.md", "--llm-gate=may"], "--llm-gate=may: expected must, should, "),
        (["run.json", "\x1b.txt"], "\\x1b.txt: expected a file name that ends in "),
    ],
)
def test_what_cannot_be_done_is_refused_in_one_line_before_anything_is_written(
    arguments: list[str], why: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    write_run(HOSTILE, tmp_path / "run.json")

    assert main(["report", *arguments]) == 4
    assert (line := capsys.readouterr().err).startswith(why)
    assert line.count("\n") == 1
    assert [one.name for one in tmp_path.iterdir()] == ["run.json"]
