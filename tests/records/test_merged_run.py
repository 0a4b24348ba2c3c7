"""Runs that are merged keep everything of each subject."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from llm_conformance.__main__ import main
from llm_conformance.records import LOAD, Level, Status, SubjectInfo, Verdict
from llm_conformance.records.run_file import read
from llm_conformance.records.saved_run import SavedRun, SubjectRecord, begin, load, write_run

CELL = Path(__file__).parents[2] / "conformance" / "matrix" / "langchain_iointelligence-IOIntelligenceLLM.json.gz"


@pytest.fixture
def other(tmp_path: Path) -> Path:
    """The run of a model that could not be loaded, with the header of the cell."""
    verdict = Verdict(LOAD, Level.MUST, "", Status.FAILED)
    record = SubjectRecord(SubjectInfo.not_loaded("acme:Acme"), {}, {LOAD: verdict})
    cell = load(CELL)
    run = SavedRun([replace(record, recorded=cell.subjects[0].recorded)], "must", interrupted=True, date="2026-12-01")
    write_run(run, tmp_path / "other.json")
    return tmp_path / "other.json"


def test_everything_of_each_subject_is_in_the_merged_run(other: Path, tmp_path: Path) -> None:
    assert main(["merge", str(CELL), str(other), "-o", str(tmp_path / "all.json.gz")]) == 0
    one, two, both = map(read, (CELL, other, tmp_path / "all.json.gz"))

    assert both["subjects"] == [*one["subjects"], *two["subjects"]]
    assert both["header"] == {**one["header"], "date": "2026-12-01"}
    assert both["footer"]["subjects"] == 2
    assert both["footer"]["interrupted"] is True
    assert both["footer"]["verdicts"]["failed"] == one["footer"]["verdicts"]["failed"] + 1
    assert len(load(tmp_path / "all.json.gz").subjects) == 2


def test_each_subject_keeps_what_its_records_had(other: Path, tmp_path: Path) -> None:
    document = json.loads(other.read_text(encoding="utf-8"))
    document["header"]["records"] = {**document["header"]["records"], "Reply": ["value"]}
    other.write_text(json.dumps(document), encoding="utf-8")
    paths = [str(CELL), str(other)]
    for target, parts in (("all.json", paths), ("again.json", [str(tmp_path / "all.json")])):
        assert main(["merge", *parts, "-o", str(tmp_path / target)]) == 0
    merged = load(tmp_path / "again.json")
    write_run(merged, tmp_path / "written.json")

    assert read(tmp_path / "all.json")["header"]["records"]["Reply"] == ["value"]
    for run in (merged, load(tmp_path / "written.json")):
        assert [one.recorded for one in run.subjects] == [load(Path(path)).subjects[0].recorded for path in paths]


def test_a_run_that_does_not_go_with_the_others_is_refused_in_one_line(
    other: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    document = json.loads(other.read_text(encoding="utf-8"))
    gate, begun = (tmp_path / name for name in ("gate.json", "begun.json"))
    gate.write_text(json.dumps({**document, "header": {**document["header"], "gate": "should"}}), encoding="utf-8")
    begin(begun, gate="must")
    refused = {
        str(gate): f"is 'should', and that of {other} is 'must'; give the gate of the new run, such as --llm-gate=must",
        str(begun): "it has no footer",
        str(other): "acme:Acme is in ",
        "none.json": "cannot be read",
    }

    for name, why in refused.items():
        assert main(["merge", str(other), name, "-o", str(tmp_path / "all.json")]) == 4
        assert (line := capsys.readouterr().err).startswith(f"{name}: ")
        assert why in line
        assert line.count("\n") == 1
    assert main(["merge", str(other), "-o", str(tmp_path / "all.json"), "--llm-gate=mst"]) == 4
    assert "--llm-gate=mst: expected must, " in capsys.readouterr().err
    assert main(["merge", str(other), "-o", str(tmp_path / "all.txt")]) == 4
    assert main(["merge", str(other), "-o", str(tmp_path / "none" / "all.json")]) == 4
    assert not list(tmp_path.glob("all.*"))


def test_runs_with_different_gates_get_the_gate_that_is_given(other: Path, tmp_path: Path) -> None:
    document = json.loads(other.read_text(encoding="utf-8"))
    gated, target = tmp_path / "gated.json", tmp_path / "all.json"
    subject = {**document["subjects"][0], "arguments": ["--llm-impl=acme:Acme", "--llm-gate=should"]}
    header = {**document["header"], "gate": "should"}
    gated.write_text(json.dumps({**document, "header": header, "subjects": [subject]}), encoding="utf-8")

    assert main(["merge", str(other), str(gated), "-o", str(target), "--llm-gate=fit:pipeline"]) == 0
    assert load(target).gate == "fit:pipeline"
    assert len(load(target).subjects) == 2
