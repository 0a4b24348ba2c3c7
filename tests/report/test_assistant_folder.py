"""The folder for coding assistants: pages that stand alone, are small, and hold output of a model as data only."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from llm_conformance.records import Status
from llm_conformance.report.target import TargetError, target_of
from report.hostile import HOSTILE, run, verdict
from report.test_markdown import outside_of_blocks

NAMES = ["001-stream.concat.md", "002-stream.lazy.md", "events.jsonl", "index.md"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    target_of("out/", tmp_path).write(HOSTILE)
    return tmp_path / "out"


def names(folder: Path) -> list[str]:
    return sorted(one.name for one in folder.iterdir())


def test_there_is_an_index_and_a_page_for_each_finding(folder: Path) -> None:
    assert names(folder) == NAMES
    index = (folder / "index.md").read_text(encoding="utf-8")
    assert "| [001-stream.concat.md](001-stream.concat.md) | MUST | `stream.concat` | `text-differs` | yes |" in index
    assert "| [002-stream.lazy.md](002-stream.lazy.md) | SHOULD | `stream.lazy` | `text-differs` | no |" in index


def test_a_page_has_rule_finding_remedy_and_command_and_is_small(folder: Path) -> None:
    page = (folder / NAMES[0]).read_text(encoding="utf-8")

    headings = re.findall(r"^## (.*)$", "\n".join(outside_of_blocks(page)), re.MULTILINE)
    assert headings == ["Finding", "Run it again", "Why, and how to mend it"]
    assert "pytest 'llm-conformance::acme:Acme`|<b>::stream::concat' " in page
    assert len(page) < 5_000


def test_output_of_a_model_is_nowhere_but_in_code(folder: Path) -> None:
    for page in folder.glob("*.md"):
        text = page.read_text(encoding="utf-8")
        markup = "".join(re.sub(r"(`+)(?!`).*?(?<!`)\1(?!`)", "", line) for line in outside_of_blocks(text))
        assert not any(word in markup for word in ("script", "javascript", "@team", "<b>"))
        assert all(character.isprintable() or character == "\n" for character in text)


def test_every_verdict_is_a_line_of_json_between_a_beginning_and_an_end(folder: Path) -> None:
    events = [json.loads(line) for line in (folder / "events.jsonl").read_text(encoding="ascii").splitlines()]

    assert [one["event"] for one in events] == ["run", "subject", *["verdict"] * 5, "end"]
    assert [one["status"] for one in events[2:-1]] == [one.status for one in HOSTILE.subjects[0].verdicts.values()]


def test_what_was_observed_is_shown_where_a_finding_names_it(tmp_path: Path) -> None:
    one = verdict()
    about_one = replace(one, findings=(replace(one.findings[0], where="second: after close"),))
    found = run(about_one)
    labelled = {"kind": "streams", "by_label": {"first": {"chunks": ["a"]}, "second": {"chunks": ["b" * 2000]}}}
    found.subjects[0].observations["stream"] = labelled
    target_of("out/", tmp_path).write(found)

    page = (tmp_path / "out" / NAMES[0]).read_text(encoding="utf-8")
    assert "## What was observed: `stream`" in page
    assert 'second: chunks: ["bbb' in page
    assert "] (2004 characters)\n" in page
    assert "first: " not in page


def test_a_run_without_a_finding_has_none(tmp_path: Path) -> None:
    target_of("out/", tmp_path).write(run(verdict(status=Status.PASSED), interrupted=True))

    assert names(tmp_path / "out") == ["events.jsonl", "index.md"]
    assert "\nThe run was interrupted.\n" in (tmp_path / "out" / "index.md").read_text(encoding="utf-8")
    assert "\nNo finding.\n" in (tmp_path / "out" / "index.md").read_text(encoding="utf-8")


def test_a_run_that_has_begun_leaves_no_page_of_an_earlier_one(folder: Path) -> None:
    (folder / "notes.md").write_text("mine\n", encoding="utf-8")
    target = target_of("out/", folder.parent)
    target.begin("must")

    assert names(folder) == ["index.md", "notes.md"]
    assert "it stopped before its end" in (folder / "index.md").read_text(encoding="utf-8")
    target.write(HOSTILE)
    assert names(folder) == [*NAMES, "notes.md"]


@pytest.mark.parametrize("name", ["index.md", "main.py"])
def test_a_folder_of_somebody_else_is_left_alone(name: str, tmp_path: Path) -> None:
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / name).write_text("mine\n", encoding="utf-8")

    with pytest.raises(TargetError, match="files that are not of a report"):
        target_of("src/", tmp_path)
    with pytest.raises(TargetError, match=r"the folder .* does not exist"):
        target_of("none/src/", tmp_path)
    (tmp_path / "file").write_text("mine\n", encoding="utf-8")
    with pytest.raises(TargetError, match="a file has that name"):
        target_of("file/", tmp_path)
