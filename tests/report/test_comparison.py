"""What changed between two runs, and whether that is worse."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from checks.records import about
from llm_conformance.__main__ import main
from llm_conformance.records import Finding, Level, Need, Status, Verdict
from llm_conformance.records.saved_run import SavedRun, SubjectRecord, load, write_run
from llm_conformance.report.comparison import Direction, compare

MATRIX = Path(__file__).parents[2] / "conformance" / "matrix"


def verdict(status: Status, *codes: str, level: Level = Level.MUST, reason: str = "") -> Verdict:
    findings = tuple(Finding("a", "b", code=one) for one in codes)
    return Verdict("stream.concat", level, "STREAM-001", status, reason, findings)


def record(*verdicts: Verdict, **facts: Any) -> SubjectRecord:
    return SubjectRecord(replace(about(), **facts), {}, {one.check: one for one in verdicts})


FAILED, PASSED = verdict(Status.FAILED, "text-differs"), verdict(Status.PASSED)
NEWER = replace(verdict(Status.NOT_TESTABLE), needs=Need.NEW_RUN)


@pytest.mark.parametrize(
    ("old", "new", "direction"),
    [
        (PASSED, FAILED, Direction.WORSE),
        (verdict(Status.BLOCKED), FAILED, Direction.WORSE),
        (FAILED, verdict(Status.FAILED, "text-differs", "raised"), Direction.WORSE),
        (verdict(Status.EXPECTED, "text-differs"), FAILED, Direction.WORSE),
        (PASSED, verdict(Status.EXPECTED, "text-differs"), Direction.WORSE),
        (FAILED, PASSED, Direction.MENDED),
        (verdict(Status.FAILED, "text-differs", "raised"), FAILED, Direction.MENDED),
        (FAILED, verdict(Status.EXPECTED, "text-differs"), Direction.OTHER),
        (verdict(Status.EXPECTED, "text-differs"), verdict(Status.STALE), Direction.MENDED),
        (PASSED, verdict(Status.HARNESS_ERROR), Direction.NOT_JUDGED),
        (PASSED, verdict(Status.INCONCLUSIVE), Direction.NOT_JUDGED),
        (verdict(Status.INCONCLUSIVE), PASSED, Direction.NOW_JUDGED),
        (NEWER, FAILED, Direction.NOW_JUDGED),
        (PASSED, replace(FAILED, not_scored="it is newer than 2026.12"), Direction.OTHER),
    ],
)
def test_a_change_has_a_direction(old: Verdict, new: Verdict, direction: Direction) -> None:
    (found,) = compare([record(old)], [record(new)])

    assert [one.direction for one in found.changes] == [direction]
    assert found.worse is (direction is Direction.WORSE)


@pytest.mark.parametrize(
    ("old", "new"),
    [(PASSED, PASSED), (FAILED, FAILED), (verdict(Status.BLOCKED), verdict(Status.INCONCLUSIVE))],
)
def test_what_is_as_it_was_is_no_change(old: Verdict, new: Verdict) -> None:
    (found,) = compare([record(old)], [record(new)])

    assert (found.changes, found.lines(80)) == ((), [f"{about().spec}: no difference"])


def test_a_may_makes_nothing_worse() -> None:
    (found,) = compare([record(PASSED)], [record(replace(FAILED, level=Level.MAY))])

    assert found.changes
    assert not found.worse


def test_a_check_of_one_run_alone_is_named() -> None:
    (gone,), (added,) = compare([record(PASSED)], [record()]), compare([record()], [record(FAILED)])

    assert [one.direction for one in gone.changes] == [Direction.NOT_JUDGED]
    assert [one.direction for one in added.changes] == [Direction.NOW_JUDGED]


def test_versions_and_changes_are_shown() -> None:
    old, new = record(PASSED, versions={"a": "1", "b": "1"}), record(FAILED, versions={"a": "2", "b": "1", "c\n": "3"})
    (found,) = compare([old], [new])

    assert found.lines(None) == [
        f"{about().spec}: 1 worse",
        "  versions         a 1 -> 2",
        "  versions         c\\n none -> 3",
        "  worse            MUST stream.concat: passed -> failed (text-differs)",
    ]


def test_subjects_are_new_or_gone_and_those_of_one_name_are_compared_in_order() -> None:
    old = [record(PASSED, spec="a:A"), record(FAILED, spec="a:A"), record(PASSED, spec="b:B")]
    new = [record(PASSED, spec="c:C"), record(PASSED, spec="a:A"), record(PASSED, spec="a:A")]

    assert [one.lines(80)[0] for one in compare(old, new)] == [
        "c:C: new",
        "a:A: no difference",
        "a:A (2): 1 mended",
        "b:B: gone",
    ]
    assert [one.worse for one in compare(old, new)] == [False, False, False, True]


RAISED = {"type": "ValueError", "message": "no", "bases": ["ValueError"], "location": "acme.py:1 in stream"}


def saved(path: Path, *, interrupted: bool = False, **changes: Any) -> Path:
    """A run of two calls, with these changes of the observation of `stream`."""
    subject = load(MATRIX / "langchain_iointelligence-IOIntelligenceLLM.json.gz").subjects[0]
    names = ("invoke.completes", "stream.completes")
    observations = {name: subject.observations[name] for name in ("invoke", "stream")}
    observations["stream"] = {**observations["stream"], **changes}
    verdicts = {name: subject.verdicts[name] for name in names}
    part = replace(subject, observations=observations, verdicts=verdicts, partial="2 of 4 checks selected")
    write_run(SavedRun([part], "must", interrupted, "2026-11-29"), path)
    return path


def test_the_command_ends_with_1_if_something_is_worse(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good, bad = str(saved(tmp_path / "good.json")), str(saved(tmp_path / "bad.json.gz", raised=RAISED))

    assert (main(["compare", good, bad]), capsys.readouterr().out.splitlines()[-1]) == (1, "worse: 1 of 1")
    assert (main(["compare", bad, good]), capsys.readouterr().out.splitlines()[-1]) == (0, "not worse")
    stopped = str(saved(tmp_path / "stopped.json", interrupted=True))
    assert main(["compare", good, stopped]) == 2
    assert main(["compare", good, str(tmp_path / "none.json")]) == 4
