"""Declared deviations in a run: expected ones do not fail it, stale ones do."""

from __future__ import annotations

from llm_conformance.judge.rejudge import judge_again
from llm_conformance.records.saved_run import load
from plugin.bench import ONE, TWO, Bench, impls

ALONE = "llm-conformance"
ONE_FAULT = [*impls("EmptyHanded"), *TWO]
FILE = "--llm-deviations=known.toml"


def declare(bench: Bench, check: str, *more: str) -> None:
    lines = ["[[deviation]]", f'check = "{check}"', 'reason = "an empty batch is never asked for"', *more]
    (bench.folder / "known.toml").write_text("\n".join(lines), encoding="utf-8")


def test_a_declared_deviation_is_shown_with_its_reason_and_does_not_fail_the_run(bench: Bench) -> None:
    assert bench(ALONE, *ONE_FAULT).ret == 1
    declare(bench, "batch.empty", 'link = "acme.example/1"')

    result = bench.saved(ALONE, *ONE_FAULT, FILE)

    assert result.ret == 0
    assert bench.statuses["llms:EmptyHanded"]["batch.empty"] == "expected"
    result.stdout.fnmatch_lines(
        [
            "  declared   an empty batch is never asked for (acme.example/1)",
            "partial: must 1/1, *1 expected*",
        ]
    )


def test_a_declaration_of_what_passes_fails_the_run(bench: Bench) -> None:
    declare(bench, "stream.concat")

    result = bench.saved(ALONE, *impls("Conformant"), FILE, *ONE)

    assert result.ret == 1
    assert bench.statuses["llms:Conformant"]["stream.concat"] == "stale"
    result.stdout.fnmatch_lines(["  stale      it is declared as a deviation, and passes: remove the declaration"])


def test_a_declaration_for_another_subject_has_no_effect(bench: Bench) -> None:
    declare(bench, "stream.concat", 'when = "impl=acme:LLM"')

    assert bench(ALONE, *impls("Conformant"), FILE, *ONE).ret == 0


def test_the_rerun_command_has_the_deviations_file(bench: Bench) -> None:
    declare(bench, "batch.empty")

    bench(ALONE, *ONE_FAULT, FILE).stdout.fnmatch_lines([f"  rerun *{FILE}*"])


def test_workers_apply_declared_deviations(bench: Bench) -> None:
    declare(bench, "batch.empty")

    result = bench(ALONE, *ONE_FAULT, FILE, "-n1")

    assert result.ret == 0
    assert result.parseoutcomes()["expected"] == 1


def test_a_saved_run_judged_again_applies_its_declarations(bench: Bench) -> None:
    declare(bench, "batch.empty")
    bench.saved(ALONE, *ONE_FAULT, FILE)

    (saved,) = load(bench.report).subjects

    assert judge_again(saved).verdicts == saved.verdicts


def test_a_wrong_deviations_file_is_refused_in_one_line(bench: Bench) -> None:
    declare(bench, "batch.emty")

    result = bench(ALONE, *ONE_FAULT, FILE)

    assert result.ret == 4
    result.stderr.fnmatch_lines(["ERROR: *known.toml: deviation 1: no check 'batch.emty'; did you mean batch.empty*"])
