from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from checks.records import about
from llm_conformance.__main__ import main
from llm_conformance.records import Level, Status, Verdict
from llm_conformance.records.saved_run import SavedRun, SubjectRecord, save
from llm_conformance.report.badge import Badge, badge_of, badge_of_run, shields, svg


def record(*statuses: Status, level: Level = Level.MUST, partial: str = "") -> SubjectRecord:
    verdicts = [Verdict(f"stream.{number}", level, "STREAM-001", status) for number, status in enumerate(statuses)]
    return SubjectRecord(about(), {}, {one.check: one for one in verdicts}, partial=partial)


@pytest.mark.parametrize(
    ("subject", "message"),
    [
        (record(Status.PASSED, Status.PASSED), "conformant, must 2/2"),
        (record(Status.PASSED, Status.FAILED), "not conformant, must 1/2"),
        (record(Status.PASSED, Status.EXPECTED), "declared deviations, must 1/1"),
        (record(Status.PASSED, Status.STALE), "not conformant, must 1/2"),
        (record(Status.PASSED, partial="1 of 3 checks judged"), "partial, must 1/1"),
        (record(Status.NOT_TESTABLE), "no verdict, must 0/0"),
        (record(Status.PASSED, Status.HARNESS_ERROR), "harness error, must 1/1"),
    ],
)
def test_a_badge_says_conformant_only_if_no_must_deviates(subject: SubjectRecord, message: str) -> None:
    assert badge_of(subject).message == message


def test_a_badge_of_several_subjects_counts_the_conformant_ones() -> None:
    good, bad, declared = (record(one) for one in (Status.PASSED, Status.FAILED, Status.EXPECTED))

    assert badge_of_run(SavedRun([good, good], "must", interrupted=False)) == ("2 of 2 conformant", "#3a7d0a")
    assert badge_of_run(SavedRun([good, bad], "must", interrupted=False)) == ("1 of 2 conformant", "#c0392b")
    assert badge_of_run(SavedRun([good, declared], "must", interrupted=False)) == ("1 of 2 conformant", "#6a6a6a")
    assert badge_of_run(SavedRun([], "must", interrupted=False)).message == "0 of 0 conformant"


def test_outcomes_differ_in_their_colors_and_in_their_words() -> None:
    found = [badge_of(record(Status.PASSED, one)) for one in (Status.PASSED, Status.FAILED, Status.EXPECTED)]

    assert len({one.color for one in found}) == len({one.message for one in found}) == 3


def test_the_image_is_xml_and_has_the_text_for_a_screen_reader() -> None:
    root = ET.fromstring(svg(Badge('a <b> & "c"', "#000")))  # noqa: S314 - it is our own

    assert root.attrib["aria-label"] == 'llm conformance: a <b> & "c"'
    assert [one.text for one in root.iter() if one.tag.endswith("}text")] == ["llm conformance", 'a <b> & "c"']


def test_the_json_is_that_of_an_endpoint_badge() -> None:
    assert shields(Badge("conformant, must 2/2", "#3a7d0a")) == {
        "schemaVersion": 1,
        "label": "llm conformance",
        "message": "conformant, must 2/2",
        "color": "#3a7d0a",
    }


def test_a_saved_run_has_a_badge_and_a_line_to_copy(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    save({"m": record()}, tmp_path / "run.json.gz", gate="must")

    for name, begin in (("badge.svg", "<svg "), ("badge.json", '{"schemaVersion": 1')):
        assert main(["badge", str(tmp_path / "run.json.gz"), str(tmp_path / name)]) == 0
        assert (tmp_path / name).read_text(encoding="utf-8").startswith(begin)
        assert capsys.readouterr().out.endswith(f"\n![llm conformance]({tmp_path / name})\n")


@pytest.mark.parametrize(("subjects", "end"), [(["a", "b"], {}), (["a"], {"interrupted": True})])
def test_a_run_without_one_outcome_has_no_badge(
    subjects: list[str], end: dict[str, bool], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "run.json"
    save({name: record() for name in subjects}, path, gate="must", **end)

    assert main(["badge", str(path), str(tmp_path / "badge.svg")]) == 4
    assert f"{path}: expected " in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    ("name", "why"), [("badge.png", "expected a name that ends in .svg or .json"), ("run.json", "would replace")]
)
def test_a_wrong_name_of_a_badge_is_refused(
    name: str, why: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "run.json"
    save({"m": record()}, path, gate="must")
    before = path.read_bytes()

    for command in (["badge", str(path), str(tmp_path / name)], ["report", str(path), str(path)]):
        assert main(command) == 4
    assert why in capsys.readouterr().err
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]
