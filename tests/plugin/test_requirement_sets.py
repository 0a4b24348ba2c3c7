"""A run that is scored by an older requirement set: checks that are newer run, are shown, and fail nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from llm_conformance import check_llm
from llm_conformance.__main__ import main
from llm_conformance.catalogue import requirement_sets
from llm_conformance.catalogue.catalogue import CHECKS
from llm_conformance.judge.fitness import fitness
from llm_conformance.judge.gate import Gate
from llm_conformance.records import Level, Status, Verdict
from llm_reference import EchoLLM
from plugin.bench import TWO, Bench, impls

ALONE = "llm-conformance"
NEWER = "batch.empty"
SETS = {"1": {"closed": True, "checks": [name for name in CHECKS if name != NEWER]}, "2": {"checks": [NEWER]}}
NOT_SCORED = "it is of the set 2, the run is scored by 1"


@pytest.fixture(autouse=True)
def sets(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(requirement_sets, "_sets", lambda: SETS)
    requirement_sets._first_of.cache_clear()
    yield
    requirement_sets._first_of.cache_clear()


def test_a_newer_check_that_fails_is_shown_and_not_scored(bench: Bench, capsys: pytest.CaptureFixture[str]) -> None:
    older = bench.saved(ALONE, *impls("EmptyHanded"), *TWO, "--llm-spec=1")

    assert older.ret == 0
    assert bench.statuses["llms:EmptyHanded"][NEWER] == "failed"
    older.stdout.fnmatch_lines(
        [
            "llms:EmptyHanded (class, *, set: 1)",
            "  batch * 0/0 · 1 not scored",
            "MUST batch.empty (*",
            f"  not scored {NOT_SCORED}",
            "  rerun *--llm-spec=1*",
            "partial: must 1/1, should 0/0, 1 not scored (*",
        ]
    )
    assert main(["judge", str(bench.report)]) == 0
    assert "1 not scored" in capsys.readouterr().out


def test_the_newest_set_scores_every_check(bench: Bench) -> None:
    result = bench(ALONE, *impls("EmptyHanded"), *TWO, "--llm-spec=2")

    assert result.ret == 1
    result.stdout.no_fnmatch_line("*not scored*")


def test_an_unknown_set_is_a_bad_option(bench: Bench) -> None:
    result = bench(ALONE, *impls("EmptyHanded"), *TWO, "--llm-spec=3")

    assert result.ret == 4
    result.stderr.fnmatch_lines(["ERROR: --llm-spec=3: expected 1 or 2"])
    with pytest.raises(ValueError, match="spec: expected 1 or 2, got '3'"):
        check_llm(EchoLLM, spec="3")


def test_a_list_for_programs_names_the_set_of_each_check(bench: Bench) -> None:
    listed = json.loads("\n".join(bench("--llm-list=json").outlines))

    assert {one["id"] for one in listed["checks"] if one["since"] == "2"} >= {NEWER}
    assert listed["sets"] == ["1", "2"]


@pytest.mark.parametrize("gate", ["must", "should", "fit:pipeline"])
def test_what_is_not_scored_fails_no_gate(gate: str) -> None:
    broken = Verdict("errors.stream", Level.MUST, "", Status.FAILED)
    newer = Verdict("errors.stream", Level.MUST, "", Status.FAILED, not_scored=NOT_SCORED)

    assert Gate.parse(gate).fails(broken)
    assert not Gate.parse(gate).fails(newer)


def test_what_is_not_scored_counts_for_no_purpose() -> None:
    def broken(not_scored: str) -> list[str]:
        verdict = Verdict("stream.concat", Level.MUST, "", Status.FAILED, not_scored=not_scored)
        return [one.purpose for one in fitness({verdict.check: verdict}) if one.findings]

    assert broken("") != []
    assert broken(NOT_SCORED) == []


def test_a_declaration_of_a_newer_check_that_passes_is_shown_and_fails_nothing(bench: Bench) -> None:
    declared = f'[[deviation]]\ncheck = "{NEWER}"\nreason = "never"\n'
    (bench.folder / "known.toml").write_text(declared, encoding="utf-8")

    result = bench(ALONE, *impls("Conformant"), *TWO, "--llm-spec=1", "--llm-deviations=known.toml")

    assert result.ret == 0
    result.stdout.fnmatch_lines(
        [f"  not scored {NOT_SCORED}", "  stale      it is declared as a deviation, and passes: *"]
    )
