from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest

import llm_conformance
from llm_conformance.__main__ import main
from llm_conformance.judge.rejudge import judge_again
from llm_conformance.records import LOAD, Finding, Level, Status, SubjectInfo, Verdict
from llm_conformance.records.saved_run import SavedRunError, SubjectRecord, begin, load, save


@pytest.fixture(scope="module")
def live() -> SubjectRecord:
    return llm_conformance.check_llm("llm_reference:EchoLLM").record


@pytest.fixture
def saved(live: SubjectRecord, tmp_path: Path) -> Path:
    path = tmp_path / "run.json"
    save({live.subject_info.spec: live}, path, gate="must")
    return path


def edit(path: Path, **changes: Any) -> None:
    document = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**document, **changes}), encoding="utf-8")


def test_a_saved_run_is_judged_as_it_was(live: SubjectRecord, saved: Path) -> None:
    run = load(saved)
    (subject,) = run.subjects

    assert run.gate == "must"
    assert run.date == f"{dt.datetime.now(dt.UTC):%Y-%m-%d}"
    assert judge_again(subject).verdicts == live.verdicts


def test_a_saved_run_without_its_verdicts_is_judged_as_it_was(live: SubjectRecord, saved: Path) -> None:
    document = json.loads(saved.read_text(encoding="utf-8"))
    for subject in document["subjects"]:
        del subject["verdicts"]
    saved.write_text(json.dumps(document), encoding="utf-8")

    (subject,) = load(saved).subjects

    assert judge_again(subject).verdicts == live.verdicts


def test_one_changed_chunk_turns_the_judge_red(saved: Path, capsys: pytest.CaptureFixture[str]) -> None:
    document = json.loads(saved.read_text(encoding="utf-8"))
    document["subjects"][0]["observations"]["stream"]["chunks"][3] = " b"
    saved.write_text(json.dumps(document), encoding="utf-8")

    status = main(["judge", str(saved)])

    printed = capsys.readouterr().out
    assert status == 1
    assert "MUST stream.concat (STREAM-001)" in printed
    assert "not conformant: " in printed


@pytest.mark.parametrize(("record", "field"), [("Stream", "after_end"), ("Raised", "leaks_secret"), ("Value", "base")])
def test_a_run_that_was_saved_before_a_field_existed_does_not_pass_by_its_default(
    saved: Path, record: str, field: str
) -> None:
    document = json.loads(saved.read_text(encoding="utf-8"))
    document["header"]["records"][record].remove(field)
    saved.write_text(json.dumps(document), encoding="utf-8")

    (subject,) = load(saved).subjects
    verdict = judge_again(subject).verdicts["stream.single-use"]

    assert (verdict.status, verdict.reason) == (Status.NOT_TESTABLE, f"it was recorded without {record}.{field}")


def test_a_run_that_was_saved_before_a_field_of_words_alone_is_judged(saved: Path) -> None:
    document = json.loads(saved.read_text(encoding="utf-8"))
    document["header"]["records"]["Hung"].remove("blocks_loop")
    saved.write_text(json.dumps(document), encoding="utf-8")

    (subject,) = load(saved).subjects

    assert judge_again(subject).verdicts == subject.verdicts


def test_a_run_that_was_saved_before_a_fact_about_the_subject_existed_is_refused(
    saved: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    document = json.loads(saved.read_text(encoding="utf-8"))
    document["header"]["records"]["SubjectInfo"].remove("hooks")
    saved.write_text(json.dumps(document), encoding="utf-8")

    assert main(["judge", str(saved)]) == 4
    assert "it was recorded without SubjectInfo.hooks; record it again" in capsys.readouterr().err


def test_judging_a_saved_run_imports_neither_scenarios_nor_simulator_nor_what_it_does_not_need(saved: Path) -> None:
    program = (
        "import sys; from llm_conformance.__main__ import main; status = main(sys.argv[1:]); "
        "print(status, sorted(name for name in sys.modules if name.partition('.')[0] in ('hypothesis', 'jinja2') "
        "or name.startswith(('llm_conformance.scenarios', 'llm_conformance.simulator', 'llm_conformance.driver', "
        "*(f'llm_conformance.report.{form}' for form in ('assistant', 'ctrf', 'github', 'html', 'markdown'))))))"
    )

    command = [sys.executable, "-c", program, "judge", str(saved)]
    output = subprocess.run(command, capture_output=True, encoding="utf-8", check=True).stdout

    assert output.splitlines()[-1] == "0 []"


def test_a_whole_saved_run_is_judged_green(saved: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status = main(["judge", str(saved)])

    assert status == 0
    assert "\nconformant: must " in capsys.readouterr().out


def test_what_was_not_recorded_is_not_testable(live: SubjectRecord) -> None:
    observations = {name: data for name, data in live.observations.items() if name != "transform"}
    without = SubjectRecord(live.subject_info, observations, live.verdicts)

    verdict = judge_again(without).verdicts["stream.transform"]

    assert verdict.status is Status.PASSED, "atransform() was recorded"
    del observations["atransform"]
    verdict = judge_again(SubjectRecord(live.subject_info, observations, live.verdicts)).verdicts["stream.transform"]
    assert (verdict.status, verdict.reason) == (Status.NOT_TESTABLE, "not recorded")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"footer": None}, "no footer"),
        ({"footer": {"subjects": 2}}, "with another number of subjects"),
        ({"header": {"format": 99}}, "format 99; this version reads format 4"),
        ({"header": None}, "no header"),
        ({"footer": {"subjects": 1}}, "does not say whether the run was interrupted; record it again"),
        ({"subjects": [{"observations": {}}], "footer": {"subjects": 1, "interrupted": False}}, "subject"),
    ],
)
def test_a_file_that_is_no_whole_run_is_refused_in_one_line(
    saved: Path, capsys: pytest.CaptureFixture[str], changes: dict[str, Any], message: str
) -> None:
    edit(saved, **changes)

    status = main(["judge", str(saved)])

    refusal = capsys.readouterr().err
    assert status == 4
    assert message in refusal
    assert refusal.count("\n") == 1


DAMAGED: dict[str, tuple[Callable[[Any], Any], str]] = {
    "kind": (
        lambda one: one["observations"]["stream"].update(kind=[]),
        "observation 'stream': an observation of kind []*",
    ),
    "another record": (
        lambda one: one["observations"].update(stream=one["observations"]["invoke"]),
        "observation 'stream': expected a record of kind 'stream', got 'reply'",
    ),
    "observations": (lambda one: one.update(observations=[]), "observations: expected an object, got []"),
    "prompts": (lambda one: one["subject"].update(prompts=[]), "expected 3 prompts, got 0"),
    "records": (lambda one: one.update(records=3), "records: expected an object of lists of names, got 3"),
}


@pytest.mark.parametrize(("damage", "message"), DAMAGED.values(), ids=DAMAGED)
def test_a_damaged_subject_is_refused_in_one_line(
    saved: Path, capsys: pytest.CaptureFixture[str], damage: Callable[[Any], Any], message: str
) -> None:
    document = json.loads(saved.read_text(encoding="utf-8"))
    damage(document["subjects"][0])
    saved.write_text(json.dumps(document), encoding="utf-8")

    status = main(["judge", str(saved)])
    printed = capsys.readouterr()

    assert (status, printed.out) == (4, "")
    assert fnmatch(printed.err, f"*: {message}\n".replace("[", "[[]"))


def test_a_subject_that_is_named_with_control_characters_is_printed_escaped(
    saved: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    document = json.loads(saved.read_text(encoding="utf-8"))
    subject = document["subjects"][0]["subject"]
    subject.update(spec="a:B\nconformant: must 1/1", profile="\x1b[2J", versions={"\r": "\n"})
    saved.write_text(json.dumps(document), encoding="utf-8")

    main(["judge", str(saved)])
    printed = capsys.readouterr().out

    assert printed.startswith("a:B\\nconformant: must 1/1 (")
    assert "\x1b" not in printed
    assert "\r" not in printed


@pytest.mark.parametrize("date", ["2026-99-01", "today", 3])
def test_a_date_that_is_not_a_day_is_refused_in_one_line(
    saved: Path, capsys: pytest.CaptureFixture[str], date: object
) -> None:
    document = json.loads(saved.read_text(encoding="utf-8"))
    edit(saved, header={**document["header"], "date": date})

    assert main(["judge", str(saved)]) == 4
    assert capsys.readouterr().err == f"{saved}: its date: expected a day such as 2026-11-29, got {date!r}\n"


def test_a_run_that_is_under_way_has_no_end(saved: Path, capsys: pytest.CaptureFixture[str]) -> None:
    begin(saved, gate="must")

    assert main(["judge", str(saved)]) == 4
    assert capsys.readouterr().err.endswith("it has no footer: it is under way, or it stopped before its end\n")


def test_an_interrupted_run_is_not_judged_conformant(
    live: SubjectRecord, saved: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one = {"stream.concat": live.verdicts["stream.concat"]}
    record = replace(live, verdicts=one, partial="1 of 118 checks judged before the run was interrupted")
    save({"m": record}, saved, gate="must", interrupted=True)

    assert main(["judge", str(saved)]) == 2
    last = " ".join(capsys.readouterr().out.split())
    assert last.endswith(
        "partial: must 1/1, should 0/0 (control: blackbox; 1 of 118 checks judged before the run was interrupted)"
    )


def test_a_subject_that_was_not_loaded_is_not_conformant(saved: Path, capsys: pytest.CaptureFixture[str]) -> None:
    finding = Finding(
        "an instance of the model", "constructing it raised ValueError: no key", code="constructor-raised"
    )
    verdict = Verdict(LOAD, Level.MUST, "", Status.FAILED, findings=(finding,), details="ValueError: no key")
    save({"m": SubjectRecord(SubjectInfo.not_loaded("acme:Acme"), {}, {LOAD: verdict})}, saved, gate="must")

    assert main(["judge", str(saved)]) == 1
    printed = capsys.readouterr().out
    assert "MUST load: The model can be imported and constructed." in printed
    assert " ".join(printed.split()).endswith("not conformant: must 0/1 (1 failed), should 0/0 (control: blackbox)")


def test_a_check_that_is_newer_than_a_whole_run_is_not_left_out(live: SubjectRecord) -> None:
    observations = {name: data for name, data in live.observations.items() if name != "transform"}
    observations.pop("atransform")
    verdicts = {name: one for name, one in live.verdicts.items() if name != "stream.transform"}

    newer = judge_again(SubjectRecord(live.subject_info, observations, verdicts)).verdicts["stream.transform"]

    assert newer.status is Status.NOT_TESTABLE
    assert newer.reason == "the check is newer than the saved run, which lacks its observations"


def test_a_method_that_only_a_newer_check_calls_was_not_looked_for(live: SubjectRecord) -> None:
    owners = {name: one for name, one in live.subject_info.method_owners.items() if "transform" not in name}
    subject = replace(live.subject_info, method_owners=owners)
    older = {name: one for name, one in live.verdicts.items() if name != "stream.transform"}

    newer = judge_again(SubjectRecord(subject, live.observations, older)).verdicts["stream.transform"]
    known = judge_again(SubjectRecord(subject, live.observations, live.verdicts)).verdicts["stream.transform"]

    assert newer.status is Status.NOT_TESTABLE
    assert newer.reason == "the check is newer than the saved run, which lacks its observations"
    assert known.status is Status.NOT_APPLICABLE


def test_a_check_that_was_not_selected_is_left_out(live: SubjectRecord) -> None:
    record = replace(live, verdicts={"stream.concat": live.verdicts["stream.concat"]}, partial="1 of 2 checks judged")

    assert list(judge_again(record).verdicts) == ["stream.concat"]


@pytest.mark.parametrize("option", ["--gate", "--llm-gate"])
def test_the_gate_has_the_name_of_the_live_run_too(saved: Path, option: str) -> None:
    assert main(["judge", str(saved), option, "should"]) == 0
    assert main(["judge", str(saved), option, "may"]) == 4


def test_the_section_of_a_subject_ends_with_the_verdict_and_has_rerun_commands(
    live: SubjectRecord, saved: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    failed = replace(live, arguments=("--llm-impl=llm_reference:EchoLLM",))
    save({"m": failed, "n": live}, saved, gate="must")
    document = json.loads(saved.read_text(encoding="utf-8"))
    document["subjects"][0]["observations"]["stream"]["chunks"][3] = " b"
    saved.write_text(json.dumps(document), encoding="utf-8")

    assert main(["judge", str(saved)]) == 1
    printed = capsys.readouterr().out
    lines = printed.splitlines()
    assert lines[-1].endswith("(control: blackbox)")
    rerun = "rerun pytest llm-conformance::llm_reference:EchoLLM::stream::concat --llm-impl=llm_reference:EchoLLM"
    assert rerun in " ".join(printed.split())


def test_a_damaged_observation_is_refused_with_its_name(saved: Path) -> None:
    document = json.loads(saved.read_text(encoding="utf-8"))
    document["subjects"][0]["observations"]["stream"]["chunks"] = 3
    saved.write_text(json.dumps(document), encoding="utf-8")

    (subject,) = load(saved).subjects

    with pytest.raises(SavedRunError, match="llm_reference:EchoLLM: observation 'stream'"):
        judge_again(subject)


@pytest.mark.parametrize("command", [["judge"], ["badge", "b.svg"], ["report", "r.md"]])
def test_a_saved_run_whose_gate_is_none_is_refused_in_one_line(
    saved: Path, command: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    document = json.loads(saved.read_text(encoding="utf-8"))
    edit(saved, header={**document["header"], "gate": "no\x1bgate"})

    assert main([command[0], str(saved), *command[1:]]) == 4
    assert f"{saved}: its gate: expected must, should, " in capsys.readouterr().err
