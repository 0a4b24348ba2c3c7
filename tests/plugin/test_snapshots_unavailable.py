"""Snapshots of unstable or unavailable observations: nothing is accepted, and nothing is removed."""

from __future__ import annotations

import pytest

from llm_conformance.catalogue.catalogue import SNAPSHOTS
from plugin.accepted import ALONE, CHANGING, GOOD, NAMES, ONLY, UPDATE, folder, model, names
from plugin.bench import Bench, failed, impls

pytestmark = pytest.mark.usefixtures("changing")


def test_snapshots_of_a_model_that_samples_are_not_accepted(bench: Bench) -> None:
    result = bench.saved(ALONE, *impls("Samples", module="changing"), *ONLY, UPDATE)

    assert result.ret == pytest.ExitCode.NO_TESTS_COLLECTED
    assert set(bench.statuses["changing:Samples"].values()) == {"inconclusive"}
    assert not folder(bench, "changing.Samples").exists()


def test_events_that_differ_each_time_are_not_accepted(bench: Bench) -> None:
    bench.saved(ALONE, *impls("Stamped", module="changing"), *ONLY, UPDATE)

    statuses = bench.statuses["changing:Stamped"]
    assert statuses["snapshots.events-v1"] == statuses["snapshots.events-v2"] == "inconclusive"
    assert names(folder(bench, "changing.Stamped")) == ["astream", "nested-v1", "nested-v2", "stream"]


def test_events_that_differ_each_time_are_not_testable(bench: Bench) -> None:
    bench(ALONE, *GOOD, *ONLY, UPDATE)
    folder(bench, "llms.Conformant").rename(folder(bench, "changing.Stamped"))

    bench.saved(ALONE, *impls("Stamped", module="changing"), "-k", "snapshots and events")

    assert set(bench.statuses["changing:Stamped"].values()) == {"inconclusive"}


def test_a_broken_stream_blocks_and_keeps_what_was_accepted(bench: Bench) -> None:
    bench(ALONE, *model("Pieces", size=4), *ONLY, UPDATE)
    broken = model("Pieces", size=0)

    result = bench.saved(ALONE, *broken, "-k", "snapshots or completes")
    statuses = bench.statuses[CHANGING]
    bench(ALONE, *broken, *ONLY, UPDATE)

    assert result.ret == 1
    assert {word for name, word in statuses.items() if name in SNAPSHOTS} == {"blocked"}
    assert names(folder(bench, "changing.Pieces")) == NAMES


def test_an_accepted_snapshot_that_became_unavailable_fails_until_it_is_removed(bench: Bench) -> None:
    silent = impls("Silent", module="changing")
    place = folder(bench, "changing.Silent")
    bench(ALONE, *silent, *ONLY, UPDATE)
    (place / "events-v2.txt").write_text("on_llm_start\n", encoding="utf-8")

    result = bench.saved(ALONE, *silent, *ONLY)
    statuses = bench.statuses["changing:Silent"]
    update = bench(ALONE, *silent, *ONLY, UPDATE)

    assert result.ret == 1
    assert failed(statuses) == ["snapshots.events-v2"]
    result.stdout.fnmatch_lines(["  actual     it has no astream_events()"])
    assert update.ret == 0
    assert "events-v2" not in names(place)
