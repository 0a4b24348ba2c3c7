"""The file of a saved run: whole or not at all, and compressed by its name."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from llm_conformance.__main__ import main
from llm_conformance.records.run_file import read, write

DOCUMENT = {"header": {"format": 4}, "subjects": [{"observations": {"stream": ["a", "\ud83c"]}}], "footer": {}}
NAMES = ["run.json", "run.json.gz"]


@pytest.mark.parametrize("name", NAMES)
def test_a_file_has_what_was_written(name: str, tmp_path: Path) -> None:
    write(DOCUMENT, tmp_path / name)

    assert read(tmp_path / name) == DOCUMENT


def test_a_file_is_compressed_by_its_name_and_equal_runs_are_equal_files(tmp_path: Path) -> None:
    one, other, plain = (tmp_path / name for name in ("one.json.gz", "other.json.gz", "plain.json"))
    for path in (one, other, plain):
        write(DOCUMENT, path)

    assert gzip.decompress(one.read_bytes()) == plain.read_bytes()
    assert one.read_bytes() == other.read_bytes()
    assert json.loads(plain.read_bytes()) == DOCUMENT


@pytest.mark.parametrize("name", NAMES)
def test_a_file_that_cannot_be_written_stays_as_it_was(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / name
    write(DOCUMENT, path)
    before, write_bytes = path.read_bytes(), Path.write_bytes

    def full(self: Path, data: Any) -> None:
        write_bytes(self, data[:10])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OSError, match="No space"):
        write({**DOCUMENT, "footer": {"subjects": 1}}, path)

    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("content", [b"", b"no json", b"[]", b"3", b"\xff"])
@pytest.mark.parametrize("name", NAMES)
def test_a_file_of_another_kind_is_refused_in_one_line(
    name: str, content: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / name
    path.write_bytes(gzip.compress(content) if path.suffix == ".gz" else content)

    assert main(["judge", str(path)]) == 4
    assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda whole: b"no gzip", "cannot be read: Not a gzipped file"),
        (lambda whole: whole[:-20], "the compressed file is damaged"),
        (lambda whole: whole[:12] + b"\xff" * 20 + whole[32:], "the compressed file is damaged"),
    ],
    ids=["no gzip", "truncated", "other bytes"],
)
def test_a_damaged_compressed_file_is_refused_in_one_line(
    damage: Any, message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "run.json.gz"
    write(DOCUMENT, path)
    path.write_bytes(damage(path.read_bytes()))

    assert main(["judge", str(path)]) == 4
    assert message in (line := capsys.readouterr().err)
    assert line.count("\n") == 1


def test_a_missing_file_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["judge", str(tmp_path / "none.json")]) == 4
    assert "cannot be read" in capsys.readouterr().err
