from __future__ import annotations

from pathlib import Path

import pytest

import regenerate


@pytest.mark.parametrize("name", regenerate.GENERATORS)
def test_a_generated_file_is_up_to_date(name: str) -> None:
    assert regenerate.stale(name) is None, f"{name} is stale: python tests/regenerate.py"


@pytest.fixture
def one_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(regenerate, "ROOT", tmp_path)
    monkeypatch.setattr(regenerate, "GENERATORS", {"page.md": lambda _: "new\n"})
    return tmp_path / "page.md"


def test_a_stale_file_is_named_by_a_check_and_left_alone(one_page: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one_page.write_text("old\n", encoding="utf-8")

    assert regenerate.main(["--check"]) == 1
    assert (capsys.readouterr().out, one_page.read_text(encoding="utf-8")) == ("stale: page.md\n", "old\n")


def test_a_stale_file_is_written_and_then_fresh(one_page: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert (regenerate.main([]), capsys.readouterr().out) == (0, "written: page.md\n")
    assert (regenerate.main(["--check"]), capsys.readouterr().out) == (0, "")
    assert one_page.read_text(encoding="utf-8") == "new\n"
