"""In a workflow of GitHub: the summary of the step, and annotations that no output of a model can forge."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from llm_conformance.records import Level, Status
from llm_conformance.records.saved_run import SavedRun
from llm_conformance.report.github import workflow_commands
from llm_conformance.report.markdown import render
from llm_conformance.report.target import target_of
from report.hostile import HOSTILE, run, verdict


def test_a_finding_is_one_command_on_one_line() -> None:
    commands = list(workflow_commands(HOSTILE))

    assert [one.partition(" ")[0] for one in commands] == ["::error", "::warning", "::notice"]
    assert commands[0].startswith("::error title=acme%3AAcme`|<b> stream.concat::MUST stream.concat (STREAM-001): ")
    assert all("\n" not in one and "\r" not in one and "\x1b" not in one for one in commands)
    assert "%0A  code       text-differs" in commands[0]
    assert "::error::x%250A" in commands[0]


def test_an_annotation_is_at_the_class_of_the_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "python").mkdir()
    monkeypatch.chdir(tmp_path / "python")
    monkeypatch.setenv("GITHUB_WORKSPACE", str(tmp_path))
    (record,) = run(verdict()).subjects

    def place(source: str) -> str:
        about = replace(record.subject_info, source=source)
        found = SavedRun([replace(record, subject_info=about)], "must", interrupted=False)
        return next(workflow_commands(found)).partition("title=")[0]

    assert place("acme/l,ms.py:12") == "::error file=python/acme/l%2Cms.py,line=12,"
    assert place("") == place("acme:x") == "::error "


def test_there_are_no_more_commands_of_a_kind_than_are_shown() -> None:
    many = [verdict(f"stream.{number}") for number in range(15)]
    commands = [one for one in workflow_commands(run(*many)) if one.startswith("::error")]

    assert len(commands) == 10
    assert commands[-1] == "::error title=llm-conformance::6 more are in the summary of the step"


def test_a_step_gets_its_summary_behind_that_of_other_commands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    summary = tmp_path / "summary"
    summary.write_text("before\n", encoding="utf-8")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    found = run(verdict(level=Level.SHOULD), verdict("stream.exact", Status.PASSED))
    target = target_of("github", tmp_path)
    target.begin("must")
    target.write(found)

    assert summary.read_text(encoding="utf-8") == "before\n" + render(found)
    assert capsys.readouterr().out.startswith("\n::warning title=")


def test_nothing_is_written_outside_of_a_workflow(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    target_of("github", tmp_path).write(HOSTILE)

    assert capsys.readouterr().out == ""
    assert list(tmp_path.iterdir()) == []
