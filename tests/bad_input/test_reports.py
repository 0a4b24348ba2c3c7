"""The files that are written: names that no file can have, folders that are not there, a full disk."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bad_input.answer import of_command, of_suite
from bad_input.small_run import small_run

ENDINGS = ".badge.json, .ctrf.json, .html, .md, .svg, .json.gz, .json"
FORM = f"expected a file name that ends in {ENDINGS}, a folder that ends in /, or github*"
# By name: what --llm-report and `report` say.
NAMES = {
    "": FORM,
    "x": FORM,
    "x.txt": FORM,
    "x.JSON": FORM,
    "x.json.gz.bak": FORM,
    "..": FORM,
    "folder": FORM,
    "Github": f"{FORM}; did you mean github?",
    "\x1b[2J.txt": FORM,
    "folder.json": "a folder has that name",
    "nowhere/x.json": "the folder */nowhere does not exist",
    "nowhere/x/": "the folder */nowhere does not exist",
    "file/x.json": "the folder */file does not exist",
    "file/": "a file has that name",
    "foreign/": "the folder has files that are not of a report; name an empty one, or a new one",
    "a\0b.json": "no file can have that name: embedded null byte",
    "a\0b/": "no file can have that name: embedded null byte",
    "\ud800.md": "no file can have that name: *surrogates not allowed",
    f"{'x' * 300}.json": "File name too long; choose another name",
    f"{'x' * 300}/": "File name too long; choose another name",
    f"{'x' * 300}/x.md": "File name too long; choose another name",
    f"{'x/' * 3000}x.md": "File name too long; choose another name",
}
MERGED = {
    "x.txt": "x.txt: expected a file name that ends in .json or .json.gz",
    "x": "x: expected a file name that ends in .json or .json.gz",
    "folder.json": "folder.json: cannot be written: Is a directory",
    "nowhere/x.json": "nowhere/x.json: cannot be written: No such file or directory",
    "file/x.json": "file/x.json: cannot be written: Not a directory",
    "a\0b.json": "a\\x00b.json: cannot be written: no file can have that name: embedded null byte",
    f"{'x' * 300}.json": "xxx*: cannot be written: File name too long",
    "/proc/x.json": "/proc/x.json: cannot be written: No such file or directory",
}
BADGES = {
    "x.png": "x.png: expected a name that ends in .svg or .json",
    "x": "x: expected a name that ends in .svg or .json",
    "run.json": "run.json: the badge would replace the saved run; choose another name",
    "folder.json": "folder.json: cannot be written: Is a directory",
    "nowhere/x.svg": "nowhere/x.svg: cannot be written: No such file or directory",
    "file/x.svg": "file/x.svg: cannot be written: Not a directory",
    "a\0b.svg": "a\\x00b.svg: cannot be written: no file can have that name: embedded null byte",
    f"{'x' * 300}.svg": "xxx*: cannot be written: File name too long",
}
FORMS = ("x.json", "x.json.gz", "x.html", "x.md", "x.svg", "x.badge.json", "x.ctrf.json", "x/")


@pytest.fixture(autouse=True)
def files(folder: Path) -> None:
    (folder / "run.json").write_text(json.dumps(small_run()), encoding="utf-8")
    (folder / "folder.json").mkdir()
    (folder / "folder").mkdir()
    (folder / "foreign").mkdir()
    (folder / "foreign" / "note.txt").touch()
    (folder / "file").touch()


@pytest.fixture
def full_disk(folder: Path) -> Iterator[Path]:
    """A folder on a file system of its own without any room."""
    disk = folder / "disk"
    disk.mkdir()
    options = ["-t", "tmpfs", "-o", "size=16k", "none", str(disk)]
    if os.geteuid() or subprocess.run(["mount", *options], capture_output=True, check=False).returncode:
        pytest.skip("a file system cannot be mounted here")
    try:
        (disk / "x").mkdir()
        (disk / "x.json").write_text("{}", encoding="utf-8")
        with pytest.raises(OSError, match="No space left on device"):
            (disk / "filler").write_bytes(bytes(1 << 16))
        yield disk
    finally:
        subprocess.run(["umount", str(disk)], check=True)


@pytest.mark.parametrize("name", NAMES, ids=lambda name: f"{name[:30]}{len(name)}{name[-5:]}")
def test_a_report_without_a_place_is_refused(name: str) -> None:
    given = repr(name)[1:-1] if len(name) < 200 else "*"

    of_suite(f"--llm-report={name}").assert_refused(f"--llm-report={given}: {NAMES[name]}")
    of_command("report", "run.json", name).assert_refused(f"{given}: {NAMES[name]}")


@pytest.mark.parametrize("name", MERGED, ids=lambda name: f"{name[:30]}{len(name)}{name[-5:]}")
def test_a_merged_run_without_a_place_is_refused(name: str) -> None:
    of_command("merge", "run.json", "-o", name).assert_refused(MERGED[name])


@pytest.mark.parametrize("name", BADGES, ids=lambda name: f"{name[:30]}{len(name)}{name[-5:]}")
def test_a_badge_without_a_place_is_refused(name: str) -> None:
    document = small_run()
    document["subjects"][0]["partial"] = ""
    Path("run.json").write_text(json.dumps(document), encoding="utf-8")

    of_command("badge", "run.json", name).assert_refused(BADGES[name])


@pytest.mark.parametrize("form", FORMS)
def test_a_full_disk_is_reported(form: str, full_disk: Path) -> None:
    answer = of_command("report", "run.json", f"disk/{form}")

    answer.assert_refused(f"disk/{form}: cannot be written: No space left on device")
    assert (full_disk / "x.json").read_text(encoding="utf-8") == "{}"
    assert sorted(one.name for one in full_disk.iterdir()) == ["filler", "x", "x.json"]


def test_a_run_is_not_begun_on_a_full_disk(full_disk: Path) -> None:
    line = "--llm-report=disk/x.json: cannot be written: No space left on device"

    of_suite("--llm-report=disk/x.json").assert_refused(line)


@pytest.mark.skipif(sys.version_info >= (3, 13), reason="this Python replaces a link to itself")
def test_a_link_to_itself_is_refused() -> None:
    Path("loop.json").symlink_to("loop.json")
    line = "no file can have that name: Symlink loop from *"

    of_suite("--llm-report=loop.json").assert_refused(f"--llm-report=loop.json: {line}")
    of_command("report", "run.json", "loop.json").assert_refused(f"loop.json: {line}")
    of_command("merge", "run.json", "-o", "loop.json").assert_refused(f"loop.json: cannot be written: {line}")


def test_a_report_does_not_replace_the_run_it_is_made_of() -> None:
    line = "run.json: the report would replace the saved run; choose another name"

    of_command("report", "run.json", "run.md", "run.json").assert_refused(line)
    assert not Path("run.md").exists()


def test_nothing_is_written_if_one_of_the_names_is_wrong() -> None:
    of_command("report", "run.json", "run.md", "run.txt").assert_refused(f"run.txt: {FORM}")

    assert not Path("run.md").exists()
