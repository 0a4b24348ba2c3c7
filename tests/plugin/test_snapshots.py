"""Snapshots: accepted once, they fail on every change, and nobody else's are touched."""

from __future__ import annotations

import json
import shutil
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from llm_conformance.catalogue import SNAPSHOTS
from llm_conformance.record import load
from plugin.bench import Bench, failed, impls, words
from plugin.conftest import SUBJECTS

ALONE = "llm-conformance"
ONLY = ["-k", "snapshots"]
UPDATE = "--snapshot-update"
GOOD = impls("Conformant")
CHANGING = "changing:Pieces"
NAMES = ["astream", "events-v1", "events-v2", "nested-v1", "nested-v2", "stream"]
OWN = """
def test_mine(snapshot):
    assert "mine" == snapshot
"""


@pytest.fixture(autouse=True)
def changing(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    # By this syrupy takes a run inside a worker for a worker's, which deletes nothing.
    monkeypatch.delenv("PYTEST_XDIST_WORKER", raising=False)
    shutil.copy(SUBJECTS / "changing.py", bench.folder)


def model(name: str, **kwargs: object) -> list[str]:
    return [*impls(name, module="changing"), f"--llm-kwargs={json.dumps(kwargs)}"]


def folder(bench: Bench, name: str) -> Path:
    return bench.folder / "llm_snapshots" / name


def names(path: Path) -> list[str]:
    return sorted(one.stem for one in path.glob("*"))


def test_nothing_applies_before_it_is_accepted(bench: Bench) -> None:
    result = bench.saved(ALONE, *GOOD, *ONLY)

    assert result.ret == pytest.ExitCode.NO_TESTS_COLLECTED
    result.stdout.fnmatch_lines(["*= * deselected, 6 not applicable in *"])
    ((saved,), _) = load(bench.report)
    reasons = {verdict.reason for verdict in saved.verdicts.values()}
    assert reasons == {"not accepted yet: --snapshot-update accepts what was seen"}
    assert saved.observations == {}
    assert not (bench.folder / "llm_snapshots").exists()


def test_what_was_seen_is_accepted_and_holds(bench: Bench) -> None:
    first = bench.saved(ALONE, *GOOD, *ONLY, UPDATE)
    said = bench.said
    again = bench(ALONE, *GOOD, *ONLY)

    assert first.ret == again.ret == 0
    assert said == {"llms:Conformant": dict.fromkeys(SNAPSHOTS, "passed")}
    assert names(folder(bench, "llms.Conformant")) == NAMES
    first.stdout.fnmatch_lines(["  snapshots   6/6", "  accepted   llm_snapshots/llms.Conformant/stream.txt"])
    assert again.parseoutcomes()["passed"] == 6
    assert "  accepted   " not in again.stdout.str()


def test_a_changed_tokenisation_fails_once_and_shows_the_chunks(bench: Bench) -> None:
    bench(ALONE, *model("Pieces", size=4), *ONLY, UPDATE)

    result = bench.saved(ALONE, *model("Pieces", size=9), *ONLY)

    assert result.ret == 1
    assert failed(bench.said[CHANGING]) == ["snapshots.stream"]
    assert set(bench.said[CHANGING].values()) == {"failed", "blocked"}
    options = "--llm-impl=changing:Pieces '--llm-kwargs={\"size\": 9}'"
    result.stdout.fnmatch_lines(
        [
            "MUST snapshots.stream: stream() gives the chunks that were accepted.",
            "  --- llm_snapshots/changing.Pieces/stream.txt",
            "  +++ seen",
            "  @@ -1,2 +1,2 @@",
            "  -12 chunks of str",
            "  -Writ|e me| a 1| ver|se s|ong |abou|t sp|arkl|ing |wate|r.",
            "  +6 chunks of str",
            "  +Write me |a 1 verse| song abo|ut sparkl|ing water|.",
            f"  repeat     pytest llm-conformance::changing:Pieces::snapshots::stream {options}",
            f"  accept     pytest llm-conformance::changing:Pieces::snapshots {options} --snapshot-update",
        ],
        consecutive=True,
    )


def test_a_changed_event_shape_shows_an_event_a_line(bench: Bench) -> None:
    bench(ALONE, *model("Titled", title="first"), *ONLY, UPDATE)

    result = bench.saved(ALONE, *model("Titled", title="second"), *ONLY)

    assert result.ret == 1
    assert failed(bench.said["changing:Titled"]) == ["snapshots.events-v1", "snapshots.events-v2"]
    result.stdout.fnmatch_lines(
        [
            '  -on_llm_start "first" run 1 input: "Write me a 1 verse song about sparkling water."',
            '  -on_llm_stream "first" run 1 chunk: "Write"',
            '  +on_llm_start "second" run 1 input: "Write me a 1 verse song about sparkling water."',
        ]
    )


def test_a_change_is_accepted_with_the_command_that_is_shown(bench: Bench) -> None:
    bench(ALONE, *model("Pieces", size=4), *ONLY, UPDATE)
    now = model("Pieces", size=9)

    update = bench("llm-conformance::changing:Pieces::snapshots", *now, UPDATE)

    assert update.ret == 0
    assert bench(ALONE, *now, *ONLY).ret == 0
    assert (folder(bench, "changing.Pieces") / "stream.txt").read_text(encoding="utf-8").startswith("6 chunks")


def test_new_ones_alone_are_accepted_where_that_is_asked_for(bench: Bench) -> None:
    bench(ALONE, *model("Pieces", size=4), "-k", "snapshots and stream", UPDATE)

    result = bench.saved(ALONE, *model("Pieces", size=9), *ONLY, "--snapshot-update-new-only")

    assert result.ret == 1
    assert failed(bench.said[CHANGING]) == ["snapshots.stream"]
    assert bench.said[CHANGING]["snapshots.events-v1"] == "passed"


def test_a_model_that_samples_is_not_testable_and_nothing_is_accepted(bench: Bench) -> None:
    result = bench.saved(ALONE, *impls("Samples", module="changing"), *ONLY, UPDATE)

    assert result.ret == pytest.ExitCode.NO_TESTS_COLLECTED
    assert set(bench.said["changing:Samples"].values()) == {"not testable"}
    assert not folder(bench, "changing.Samples").exists()


def test_events_that_differ_each_time_are_not_accepted(bench: Bench) -> None:
    bench.saved(ALONE, *impls("Stamped", module="changing"), *ONLY, UPDATE)

    said = bench.said["changing:Stamped"]
    assert said["snapshots.events-v1"] == said["snapshots.events-v2"] == "not testable"
    assert names(folder(bench, "changing.Stamped")) == ["astream", "nested-v1", "nested-v2", "stream"]


def test_events_that_differ_each_time_are_not_accused(bench: Bench) -> None:
    bench(ALONE, *GOOD, *ONLY, UPDATE)
    folder(bench, "llms.Conformant").rename(folder(bench, "changing.Stamped"))

    bench.saved(ALONE, *impls("Stamped", module="changing"), "-k", "snapshots and events")

    assert set(bench.said["changing:Stamped"].values()) == {"not testable"}


def test_a_broken_stream_blocks_and_keeps_what_was_accepted(bench: Bench) -> None:
    bench(ALONE, *model("Pieces", size=4), *ONLY, UPDATE)
    broken = model("Pieces", size=0)

    result = bench.saved(ALONE, *broken)
    said = bench.said[CHANGING]
    bench(ALONE, *broken, *ONLY, UPDATE)

    assert result.ret == 1
    assert {word for name, word in said.items() if name in SNAPSHOTS} == {"blocked"}
    assert names(folder(bench, "changing.Pieces")) == NAMES


def test_what_is_accepted_and_cannot_be_seen_any_more_fails_until_it_is_removed(bench: Bench) -> None:
    silent = impls("Silent", module="changing")
    place = folder(bench, "changing.Silent")
    bench(ALONE, *silent, *ONLY, UPDATE)
    (place / "events-v2.txt").write_text("on_llm_start\n", encoding="utf-8")

    result = bench.saved(ALONE, *silent, *ONLY)
    said = bench.said["changing:Silent"]
    update = bench(ALONE, *silent, *ONLY, UPDATE)

    assert result.ret == 1
    assert failed(said) == ["snapshots.events-v2"]
    result.stdout.fnmatch_lines(["  seen       it has no astream_events()"])
    assert update.ret == 0
    assert "events-v2" not in names(place)


def test_an_update_removes_what_no_snapshot_is_named_like_in_the_subjects_own_folder(bench: Bench) -> None:
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

    assert bench(*GOOD, UPDATE).ret == 0
    assert names(folder(bench, "llms.Conformant")) == NAMES
    assert names(bench.folder / "__snapshots__") == ["test_own"]
    assert bench(*GOOD).ret == 0


def test_a_pasted_node_id_runs_one_snapshot(bench: Bench) -> None:
    bench(ALONE, *GOOD, *ONLY, UPDATE)

    result = bench.saved("llm-conformance::llms:Conformant::snapshots::stream", *GOOD)

    assert result.ret == 0
    assert bench.said == {"llms:Conformant": {"snapshots.stream": "passed"}}


def test_a_node_id_that_is_none_is_refused(bench: Bench) -> None:
    result = bench("llm-conformance::llms:Conformant::snapshots::steam", *GOOD)

    assert result.ret == 4
    result.stderr.fnmatch_lines(["*no check 'snapshots.steam'; did you mean snapshots.*"])


def test_only_what_failed_runs_again(bench: Bench) -> None:
    bench(ALONE, *GOOD, *ONLY, UPDATE)
    (folder(bench, "llms.Conformant") / "nested-v2.txt").write_text("", encoding="utf-8")
    bench(ALONE, *GOOD)

    result = bench.saved(ALONE, *GOOD, "--lf")

    assert result.ret == 1
    assert bench.said == {"llms:Conformant": {"snapshots.nested-v2": "failed"}}


def test_collecting_lists_them_and_makes_nothing(bench: Bench) -> None:
    result = bench(ALONE, *GOOD, "--collect-only", "-q", UPDATE)

    assert result.ret == 0
    assert result.outlines.count("llm-conformance::llms:Conformant::snapshots::stream") == 1
    assert not (bench.folder / "llm_snapshots").exists()


@pytest.mark.parametrize("how", [[], ["--dist", "load"]], ids=["by-subject", "anyhow"])
def test_workers_accept_and_compare(bench: Bench, how: list[str]) -> None:
    subjects = impls("Conformant", "EmptyHanded")

    update = bench.saved(ALONE, *subjects, *ONLY, UPDATE, "-n", "2", *how)
    said = bench.said
    again = bench(ALONE, *subjects, *ONLY, "-n", "2", *how)

    assert update.ret == again.ret == 0
    assert said == dict.fromkeys(("llms:Conformant", "llms:EmptyHanded"), dict.fromkeys(SNAPSHOTS, "passed"))
    assert names(folder(bench, "llms.Conformant")) == names(folder(bench, "llms.EmptyHanded")) == NAMES
    update.stdout.fnmatch_lines(["  accepted   llm_snapshots/llms.EmptyHanded/stream.txt"])


def test_a_difference_is_short_and_harmless(bench: Bench) -> None:
    bench(ALONE, *GOOD, *ONLY, UPDATE)
    file = folder(bench, "llms.Conformant") / "stream.txt"
    file.write_text("".join(f"\x1b[31m{number} {'long ' * 50}\n" for number in range(90)), encoding="utf-8")

    result = bench("llm-conformance::llms:Conformant::snapshots::stream", *GOOD)

    lines = result.stdout.str().split("MUST snapshots.stream")[1].split("  repeat ")[0].splitlines()
    assert result.ret == 1
    assert len(lines) <= 31
    assert max(map(len, lines)) <= 120
    assert lines[14:16] == ["  -and 80 lines more", "  +9 chunks of str"]
    assert "\x1b" not in result.stdout.str()


def test_junit_and_the_saved_run_say_what_was_said(bench: Bench) -> None:
    bench(ALONE, *GOOD, *ONLY, UPDATE)
    (folder(bench, "llms.Conformant") / "stream.txt").write_text("", encoding="utf-8")

    bench.saved(ALONE, *GOOD, "--junit-xml=run.xml")

    cases = ET.parse(bench.folder / "run.xml").iter("testcase")  # noqa: S314
    case = next(one for one in cases if one.get("name") == "stream" and "snapshots" in str(one.get("classname")))
    properties = {one.get("name"): one.get("value") for one in case.iter("property")}
    assert properties == {"check": "snapshots.stream", "level": "must", "verdict": "failed"}
    ((saved,), _) = load(bench.report)
    assert saved.judged().verdicts == saved.verdicts
    assert words(bench.report)["llms:Conformant"]["snapshots.stream"] == "failed"


def test_a_file_that_cannot_be_read_is_named(bench: Bench) -> None:
    folder(bench, "llms.Conformant").mkdir(parents=True)
    (folder(bench, "llms.Conformant") / "stream.txt").write_bytes(b"\xff\xfe")

    result = bench(ALONE, *GOOD, *ONLY)

    assert result.ret == 1
    result.stdout.fnmatch_lines(
        ["  expected   a snapshot in llm_snapshots/llms.Conformant/stream.txt", "  seen       it cannot be read: *"]
    )
    assert bench(ALONE, *GOOD, *ONLY, UPDATE).ret == 0


def test_a_folder_that_cannot_be_made_is_named(bench: Bench) -> None:
    (bench.folder / "llm_snapshots").write_text("", encoding="utf-8")

    result = bench("llm-conformance::llms:Conformant::snapshots::stream", *GOOD, UPDATE)

    assert result.ret == 1
    result.stdout.fnmatch_lines(["  seen       it cannot be written: *"])


def test_another_folder_may_be_named_and_is_taken_along(bench: Bench) -> None:
    other = ["-o", "llm_snapshot_dir=seen/before"]
    bench(ALONE, *GOOD, *ONLY, *other, UPDATE)
    file = bench.folder / "seen" / "before" / "llms.Conformant" / "stream.txt"
    file.write_text("", encoding="utf-8")

    result = bench(ALONE, *GOOD, *ONLY, *other)

    assert result.ret == 1
    result.stdout.fnmatch_lines(["  repeat *::stream --llm-impl=llms:Conformant -o llm_snapshot_dir=seen/before"])


def test_the_folder_of_the_users_own_snapshots_is_refused(bench: Bench) -> None:
    result = bench(ALONE, *GOOD, "-o", "llm_snapshot_dir=tests/__snapshots__")

    assert result.ret == 4
    result.stderr.fnmatch_lines(["ERROR: llm_snapshot_dir: *: __snapshots__ is for the snapshots of tests*"])


def test_without_the_plugin_of_syrupy_they_are_compared_all_the_same(bench: Bench) -> None:
    bench(ALONE, *GOOD, *ONLY, UPDATE)

    assert bench(ALONE, *GOOD, *ONLY, "-p", "no:syrupy").parseoutcomes()["passed"] == 6


def test_one_of_them_is_explained(bench: Bench) -> None:
    result = bench("--llm-explain=snapshots.astream")

    assert result.ret == 0
    result.stdout.fnmatch_lines(["snapshots.astream  MUST", "looks at     astream: *", "after        snapshots.stream"])


def test_a_simulated_provider_is_seen_the_same_each_time(bench: Bench) -> None:
    kwargs = {"base_url": "{url}/v1", "api_key": "k", "model": "m"}
    wired = [
        "--llm-impl=llm_reference:OpenAICompletions",
        "--llm-wire=openai-completions",
        f"--llm-kwargs={json.dumps(kwargs)}",
    ]

    assert bench(ALONE, *wired, *ONLY, UPDATE).parseoutcomes()["passed"] == 6
    assert bench(ALONE, *wired, *ONLY).parseoutcomes()["passed"] == 6
