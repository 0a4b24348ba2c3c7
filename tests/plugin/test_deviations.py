"""Declared deviations in a run: expected ones do not fail it, stale ones do."""

from __future__ import annotations

import pytest

from llm_conformance.__main__ import main
from llm_conformance.judge.rejudge import judge_again
from llm_conformance.records.saved_run import load
from plugin.bench import ONE, TWO, Bench, failed, impls

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


MIXES = """
import asyncio

from llm_reference import EchoLLM, GenerationChunk

class Mixes(EchoLLM):
    async def _astream(self, prompt, *args, **kwargs):
        self.prompt = prompt
        for index in range(len(self._tokens(prompt, None))):
            await asyncio.sleep(0)
            yield GenerationChunk(text="".join(self._tokens(self.prompt, None)[index : index + 1]))
        yield GenerationChunk(text="!")

class Raises(EchoLLM):
    async def _acall(self, *args, **kwargs):
        raise NotImplementedError
"""


def test_a_defect_behind_a_declared_one_fails_the_run(bench: Bench) -> None:
    bench.pytester.makepyfile(mixes=MIXES)
    declare(bench, "stream.async-parity")

    result = bench.saved(ALONE, "--llm-impl=mixes:Mixes", FILE, "-k", "stream. or isolation")

    assert result.ret == 1
    assert bench.statuses["mixes:Mixes"]["stream.async-parity"] == "expected"
    assert failed(bench.statuses["mixes:Mixes"]) == ["isolation.concurrent"]
    assert bench.statuses["mixes:Mixes"]["stream.transform"] == "blocked"
    result.stdout.no_fnmatch_line("*unreachable*")


@pytest.mark.parametrize(("accepted", "code"), [("", 1), ('unreachable = "stop.*"', 1), ('unreachable = "*"', 0)])
def test_what_a_declared_deviation_makes_unreachable_fails_the_run_unless_it_is_accepted(
    bench: Bench, capsys: pytest.CaptureFixture[str], accepted: str, code: int
) -> None:
    bench.pytester.makepyfile(mixes=MIXES)
    declare(bench, "ainvoke.completes", accepted)

    result = bench.saved(ALONE, "--llm-impl=mixes:Raises", FILE, "-k", "invoke. or abatch. or batch.passes")

    assert result.ret == main(["judge", str(bench.report)]) == code
    assert result.parseoutcomes().get("failed", 0) == 0
    printed = [result.stdout.str(), capsys.readouterr().out]
    assert ["checks unreachable behind 1 declared or inherited deviation" in one for one in printed] == [code == 1] * 2


def test_a_pattern_that_no_check_matches_is_refused(bench: Bench) -> None:
    declare(bench, "ainvoke.completes", 'unreachable = "abatch.complete"')

    result = bench(ALONE, *ONE_FAULT, FILE)

    assert result.ret == 4
    result.stderr.fnmatch_lines(["ERROR: *: unreachable: no check 'abatch.complete'; did you mean abatch.completes*"])


UPDATE = "--llm-deviations-update"


def test_an_update_declares_what_fails_and_the_reasons_are_left_to_the_author(bench: Bench) -> None:
    known = bench.folder / "known.toml"
    known.write_text("# ours", encoding="utf-8")

    first = bench(ALONE, *ONE_FAULT, FILE, UPDATE)
    refused = bench(ALONE, *ONE_FAULT, FILE)

    first.stdout.fnmatch_lines(["--llm-deviations-update: known.toml: 1 declaration added; give each its reason, *"])
    assert (first.ret, refused.ret) == (1, 4)
    refused.stderr.fnmatch_lines(["ERROR: *known.toml: deviation 1: reason is missing: why the model deviates"])
    lines = known.read_text(encoding="utf-8").splitlines()
    assert lines[:3] == ["# ours", "", "[[deviation]]"]
    assert lines[3] == 'check = "batch.empty"'
    assert any(line.startswith("#  actual ") for line in lines)

    known.write_text(known.read_text(encoding="utf-8").replace('reason = ""', 'reason = "never"'), encoding="utf-8")
    again = bench(ALONE, *ONE_FAULT, FILE, UPDATE)

    assert again.ret == 0
    again.stdout.fnmatch_lines(["--llm-deviations-update: known.toml: nothing fails that can be declared"])
    assert known.read_text(encoding="utf-8").count("[[deviation]]") == 1


def test_an_update_of_several_subjects_names_each_and_a_stale_declaration_stays(bench: Bench) -> None:
    declare(bench, "stream.concat", 'when = "impl=llms:Conformant"')

    result = bench(ALONE, *impls("Conformant", "EmptyHanded"), *TWO, FILE, UPDATE)

    text = (bench.folder / "known.toml").read_text(encoding="utf-8")
    assert result.ret == 1
    assert text.count("[[deviation]]") == 2
    assert 'when = "impl=llms:EmptyHanded"' in text
    result.stdout.fnmatch_lines(["*1 declaration added; *; stale, so remove or mend it: stream.concat"])


def test_an_update_needs_a_file(bench: Bench) -> None:
    result = bench(ALONE, *ONE_FAULT, UPDATE)

    assert result.ret == 4
    result.stderr.fnmatch_lines(["ERROR: --llm-deviations-update: *; add --llm-deviations=FILE"])


def test_a_wrong_deviations_file_is_refused_in_one_line(bench: Bench) -> None:
    declare(bench, "batch.emty")

    result = bench(ALONE, *ONE_FAULT, FILE)

    assert result.ret == 4
    result.stderr.fnmatch_lines(["ERROR: *known.toml: deviation 1: no check 'batch.emty'; did you mean batch.empty*"])
