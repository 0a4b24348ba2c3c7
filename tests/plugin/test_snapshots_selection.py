"""Which snapshots run: by node id, by what failed before, and on workers."""

from __future__ import annotations

import pytest

from llm_conformance.catalogue.catalogue import SNAPSHOTS
from plugin.accepted import ALONE, GOOD, NAMES, ONLY, UPDATE, folder, names
from plugin.bench import Bench, impls

pytestmark = pytest.mark.usefixtures("changing")


def test_a_pasted_node_id_runs_one_snapshot(bench: Bench) -> None:
    bench(ALONE, *GOOD, *ONLY, UPDATE)

    result = bench.saved("llm-conformance::llms:Conformant::snapshots::stream", *GOOD)

    assert result.ret == 0
    assert bench.said == {"llms:Conformant": {"snapshots.stream": "passed"}}


def test_a_node_id_that_is_none_is_refused(bench: Bench) -> None:
    result = bench("llm-conformance::llms:Conformant::snapshots::steam", *GOOD)

    assert result.ret == 4
    result.stderr.fnmatch_lines(["*unknown check 'snapshots.steam'; did you mean snapshots.*"])


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
