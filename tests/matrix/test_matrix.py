"""The published matrix agrees with its saved runs, and a cell is added by one command."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from llm_conformance.records import run_file
from llm_conformance.records.saved_run import SavedRunError
from matrix.__main__ import main
from matrix.cell import Cell, digest
from matrix.folder import Folder
from matrix.page import badge_of, missing, unconfirmed
from presets.published import causes, untested

PUBLISHED = Folder(Path(__file__).parents[2] / "conformance")
CELLS = PUBLISHED.cells()
# The smallest saved run of each kind; `-m whole_matrix` judges all of them again.
SMALLEST = {CELLS[name].kind: name for name in sorted(CELLS, key=lambda one: -PUBLISHED.record(one).stat().st_size)}


def test_the_cells_are_those_of_the_saved_runs() -> None:
    assert {name: digest(PUBLISHED.record(name)) for name in CELLS} == {name: one.digest for name, one in CELLS.items()}
    assert PUBLISHED.left(CELLS) == []


def test_page_and_badges_follow_from_the_cells() -> None:
    assert PUBLISHED.stale(PUBLISHED.files(CELLS)) == [], "python tests/matrix"


def test_every_finding_has_a_confirmed_cause() -> None:
    assert unconfirmed(CELLS) == [], "confirm it, then name its cause in findings.toml"


def test_a_class_is_verified_or_untested() -> None:
    assert set(untested()) <= set(missing(CELLS))


def test_every_link_of_the_page_leads_somewhere() -> None:
    page = (PUBLISHED.root / "MATRIX.md").read_text(encoding="utf-8")
    headings = {
        re.sub(r"[^\w -]", "", line.lstrip("# ").lower()).replace(" ", "-")
        for line in re.findall("^#.*", page, re.MULTILINE)
    }
    links = re.findall(r"\]\((?!http)([^)]+)\)", page)

    assert {link[1:] for link in links if link.startswith("#")} <= headings
    files = {link.partition("#")[0] for link in links if not link.startswith("#")}
    assert [link for link in sorted(files) if not (PUBLISHED.root / link).exists()] == []
    assert len(causes()) == len(re.findall(r"^### \d+\. ", page, re.MULTILINE))


@pytest.mark.parametrize("kind", ["llm", "chat"])
def test_a_cell_judged_again_is_as_published(kind: str) -> None:
    name = SMALLEST[kind]

    assert Cell.judged(PUBLISHED.record(name)) == CELLS[name], "a check changed: python tests/matrix"


@pytest.mark.whole_matrix
def test_every_cell_judged_again_is_as_published() -> None:
    assert PUBLISHED.judged() == CELLS


def test_a_saved_run_becomes_the_cell_of_its_class(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    name, folder = SMALLEST["llm"], Folder(tmp_path)
    run = run_file.read(PUBLISHED.record(name))
    run["subjects"][0]["verdicts"][0]["details"] = 'File "/home/me/lib/python3.11/site-packages/acme/llms.py", line 7'
    run_file.write(run, tmp_path / "run.json")
    (tmp_path / "matrix" / "badges").mkdir(parents=True)
    (tmp_path / "matrix" / "badges" / "other.svg").write_text("")

    assert main(["--add", str(tmp_path / "run.json")], folder) == 0
    printed = capsys.readouterr().out
    assert printed.startswith(f"added: {name}\nwritten: matrix/cells.json\n")
    assert "of no cell: matrix/badges/other.svg\n" in printed
    details = run_file.read(folder.record(name))["subjects"][0]["verdicts"][0]["details"]
    assert details == 'File "site-packages/acme/llms.py", line 7'
    assert folder.cells()[name].must == CELLS[name].must

    (tmp_path / badge_of(name, ".svg")).write_text("old")
    assert main(["--check"], folder) == 1
    assert capsys.readouterr().out == f"stale: {badge_of(name, '.svg')}\n"


def test_a_cell_of_which_nothing_can_be_judged_is_refused(tmp_path: Path) -> None:
    run = run_file.read(PUBLISHED.record(SMALLEST["llm"]))
    run["header"]["records"]["Value"].remove("base")
    run_file.write(run, tmp_path / "run.json")

    with pytest.raises(SavedRunError, match=r"nothing can: it was recorded without Value\.base$"):
        Cell.judged(tmp_path / "run.json")


@pytest.mark.parametrize(
    ("key", "value", "line"),
    [
        ("arguments", ["--llm-impl=acme:Model"], "expected a run of a known class with its preset alone"),
        ("partial", "3 of 118 checks judged", "expected a run of every check, got: 3 of 118 checks judged"),
    ],
)
def test_another_run_is_refused_in_one_line(
    key: str, value: object, line: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = run_file.read(PUBLISHED.record(SMALLEST["llm"]))
    run["subjects"][0][key] = value
    run_file.write(run, tmp_path / "run.json")

    assert main(["--add", str(tmp_path / "run.json")], Folder(tmp_path)) == 4
    printed = capsys.readouterr()
    assert (printed.out, printed.err.count("\n")) == ("", 1)
    assert printed.err.startswith(f"{tmp_path / 'run.json'}: {line}")
