"""Which snapshots run: by node id, by --lf, and on workers."""

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
    assert bench.statuses == {"llms:Conformant": {"snapshots.stream": "passed"}}


def test_an_unknown_node_id_is_refused(bench: Bench) -> None:
    result = bench("llm-conformance::llms:Conformant::snapshots::steam", *GOOD)

    assert result.ret == 4
    result.stderr.fnmatch_lines(["*unknown check 'snapshots.steam'; did you mean snapshots::*"])


def test_only_what_failed_runs_again(bench: Bench) -> None:
    bench(ALONE, *GOOD, *ONLY, UPDATE)
    (folder(bench, "llms.Conformant") / "nested-v2.txt").write_text("", encoding="utf-8")
    bench(ALONE, *GOOD, "-k", "snapshots or concat")

    result = bench.saved(ALONE, *GOOD, "--lf")

    assert result.ret == 1
    assert bench.statuses == {"llms:Conformant": {"snapshots.nested-v2": "failed"}}


def test_collecting_lists_snapshots_and_writes_nothing(bench: Bench) -> None:
    result = bench(ALONE, *GOOD, "--collect-only", "-q", UPDATE)

    assert result.ret == 0
    assert result.outlines.count("llm-conformance::llms:Conformant::snapshots::stream") == 1
    assert not (bench.folder / "llm_snapshots").exists()


@pytest.mark.matrix
@pytest.mark.parametrize("how", [[], ["--dist", "load"]], ids=["by-subject", "anyhow"])
def test_workers_accept_and_compare(bench: Bench, how: list[str]) -> None:
    subjects = impls("Conformant", "EmptyHanded")

    update = bench.saved(ALONE, *subjects, *ONLY, UPDATE, "-n", "2", *how)
    statuses = bench.statuses
    again = bench(ALONE, *subjects, *ONLY, "-n", "2", *how)

    assert update.ret == again.ret == 0
    assert statuses == dict.fromkeys(("llms:Conformant", "llms:EmptyHanded"), dict.fromkeys(SNAPSHOTS, "passed"))
    assert names(folder(bench, "llms.Conformant")) == names(folder(bench, "llms.EmptyHanded")) == NAMES
    update.stdout.fnmatch_lines(["  accepted   llm_snapshots/llms.EmptyHanded/stream.txt"])
