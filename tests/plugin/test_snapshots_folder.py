"""The folder of snapshots: its place, what an update removes from it, and that it is not the folder of the user."""

from __future__ import annotations

import pytest

from plugin.accepted import ALONE, GOOD, NAMES, ONLY, UPDATE, folder, names
from plugin.bench import Bench, impls

pytestmark = pytest.mark.usefixtures("changing")
OWN = """
def test_mine(snapshot):
    assert "mine" == snapshot
"""


def test_an_update_removes_unknown_files_from_the_folder_of_the_subject(bench: Bench) -> None:
    bench(ALONE, *impls("Conformant", "EmptyHanded"), *ONLY, UPDATE)
    for name in ("llms.Conformant", "llms.EmptyHanded"):
        (folder(bench, name) / "older.txt").write_text("", encoding="utf-8")
    (folder(bench, "llms.Conformant") / "notes.md").write_text("", encoding="utf-8")

    bench(ALONE, *GOOD, *ONLY, UPDATE, "--snapshot-no-cleanup")
    kept = names(folder(bench, "llms.Conformant"))
    bench(ALONE, *GOOD, *ONLY, UPDATE)

    assert "older" in kept
    assert names(folder(bench, "llms.Conformant")) == sorted([*NAMES, "notes"])
    assert "older" in names(folder(bench, "llms.EmptyHanded"))


def test_an_update_of_the_users_own_snapshots_leaves_ours_alone(bench: Bench) -> None:
    bench.pytester.makepyfile(test_own=OWN, test_other=OWN)
    bench(ALONE, *GOOD, *ONLY, UPDATE)
    bench(UPDATE)
    (bench.folder / "test_own.py").unlink()

    result = bench(UPDATE)

    assert result.ret == 0
    assert "test_other" in names(bench.folder / "__snapshots__")
    assert names(folder(bench, "llms.Conformant")) == NAMES
    assert bench(ALONE, *GOOD, *ONLY).parseoutcomes()["passed"] == 6


def test_an_update_of_ours_leaves_the_users_own_alone(bench: Bench) -> None:
    bench.pytester.makepyfile(test_own=OWN)
    bench(UPDATE)
    theirs = bench.folder / "__snapshots__" / "test_own.ambr"
    before = f"{theirs.read_text(encoding='utf-8')}# name: test_gone\n  'gone'\n# ---\n"
    theirs.write_text(before, encoding="utf-8")

    assert bench(ALONE, *GOOD, *ONLY, UPDATE).ret == 0
    assert theirs.read_text(encoding="utf-8") == before


def test_both_are_accepted_in_one_run(bench: Bench) -> None:
    bench.pytester.makepyfile(test_own=OWN)

    assert bench(*GOOD, UPDATE, "-k", "snapshots or mine").ret == 0
    assert names(folder(bench, "llms.Conformant")) == NAMES
    assert names(bench.folder / "__snapshots__") == ["test_own"]
    assert bench(*GOOD, "-k", "snapshots or mine").ret == 0


def test_a_file_that_cannot_be_read_is_named(bench: Bench) -> None:
    folder(bench, "llms.Conformant").mkdir(parents=True)
    (folder(bench, "llms.Conformant") / "stream.txt").write_bytes(b"\xff\xfe")

    result = bench(ALONE, *GOOD, *ONLY)

    assert result.ret == 1
    result.stdout.fnmatch_lines(
        ["  expected   a snapshot in llm_snapshots/llms.Conformant/stream.txt", "  actual     it cannot be read: *"]
    )
    assert bench(ALONE, *GOOD, *ONLY, UPDATE).ret == 0


def test_a_folder_that_cannot_be_made_is_named(bench: Bench) -> None:
    (bench.folder / "llm_snapshots").mkdir()
    (bench.folder / "llm_snapshots" / "llms.Conformant").touch()

    result = bench("llm-conformance::llms:Conformant::snapshots::stream", *GOOD, UPDATE)

    assert result.ret == 1
    result.stdout.fnmatch_lines(["  actual     it cannot be written: *"])


def test_another_folder_is_part_of_the_rerun_command(bench: Bench) -> None:
    other = ["-o", "llm_snapshot_dir=texts/before"]
    bench(ALONE, *GOOD, *ONLY, *other, UPDATE)
    file = bench.folder / "texts" / "before" / "llms.Conformant" / "stream.txt"
    file.write_text("", encoding="utf-8")

    result = bench(ALONE, *GOOD, *ONLY, *other)

    assert result.ret == 1
    result.stdout.fnmatch_lines(["  rerun *::stream --llm-impl=llms:Conformant -o llm_snapshot_dir=texts/before"])


def test_the_folder_of_the_users_own_snapshots_is_refused(bench: Bench) -> None:
    result = bench(ALONE, *GOOD, "-o", "llm_snapshot_dir=tests/__snapshots__")

    assert result.ret == 4
    result.stderr.fnmatch_lines(["ERROR: llm_snapshot_dir: *: __snapshots__ is for the snapshots of tests*"])
