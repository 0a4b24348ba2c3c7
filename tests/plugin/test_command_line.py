from __future__ import annotations

import json

import pytest

from llm_conformance.catalogue.catalogue import CHECKS, SNAPSHOTS
from plugin.bench import ONE, TWO, Bench, failed, impls

ALONE = "llm-conformance"
GOOD = impls("Conformant")


def test_a_class_a_factory_and_an_instance_are_judged_beside_each_other(bench: Bench) -> None:
    result = bench.saved(ALONE, *impls("Conformant", "factory", "instance"), *ONE)

    assert result.ret == 0
    assert list(bench.statuses) == ["llms:Conformant", "llms:factory", "llms:instance"]
    result.stdout.fnmatch_lines(["llms:Conformant (class,*", "llms:factory (factory,*", "llms:instance (instance,*"])


def test_a_subject_that_is_given_twice_is_judged_once(bench: Bench) -> None:
    once = bench(ALONE, *GOOD, *ONE).parseoutcomes()
    twice = bench(ALONE, *GOOD, *GOOD, *ONE).parseoutcomes()

    assert twice == once


def test_a_model_of_an_installed_package_is_judged_in_an_empty_folder(pytester: pytest.Pytester) -> None:
    result = pytester.runpytest_inprocess("-p", "no:asyncio", ALONE, "--llm-impl=llm_reference:EchoLLM", *ONE)

    assert result.ret == 0
    result.stdout.fnmatch_lines(["partial: must */*, should */*"])


def test_constructor_arguments_are_read_from_json(bench: Bench) -> None:
    result = bench(ALONE, *impls("Wants"), '--llm-kwargs={"mark": "!", "times": 3}', *ONE)

    assert result.ret == 0
    result.stdout.fnmatch_lines(["*stream()* chunks * !!!"])


def test_constructor_arguments_are_read_from_a_file(bench: Bench) -> None:
    (bench.folder / "arguments.json").write_text('{"mark": "漢", "times": 2}', encoding="utf-8")

    result = bench(ALONE, *impls("Wants"), "--llm-kwargs=@arguments.json", *ONE)

    assert result.ret == 0
    result.stdout.fnmatch_lines(["*stream()* chunks * 漢漢"])


def test_a_failed_should_fails_the_run_only_with_its_gate(bench: Bench) -> None:
    both = [ALONE, *impls("Unstoppable"), "-k", "concat or stop.cuts"]
    must = bench(*both)
    should = bench(*both, "--llm-gate=should")

    assert (must.ret, should.ret) == (0, 1)
    assert must.parseoutcomes()["SHOULD"] == 1
    assert should.parseoutcomes()["failed"] == 1
    should.stdout.fnmatch_lines(["SHOULD stop.cuts (*", "partial: must 1/1, should 0/1 *"])


def test_the_list_of_checks_names_level_clause_and_rule(bench: Bench) -> None:
    result = bench("--llm-list")

    assert result.ret == 0
    result.stdout.fnmatch_lines(
        [
            "control: B any model *",
            "The check group.name is the item llm-conformance::MODULE:OBJECT::group::name.",
            "stream",
            "  stream.concat * B  MUST *STREAM-001 *The chunks of `stream()`, joined, *",
            "live: *-timing: the fallback for a black box that cannot be paused",
            "  live.stream * H  MUST *",
            "any-text: *",
            "wire: *",
            "  wire.cut[[]clean_end_early[]] * W  SHOULD *",
            "snapshots: *",
            "  snapshots.stream * B  MUST *",
        ]
    )


def test_the_list_for_programs_has_the_facts_of_every_check(bench: Bench) -> None:
    result = bench("--llm-list=json")
    listed = json.loads("\n".join(result.outlines))
    by_id = {one["id"]: one for one in listed["checks"]}

    assert result.ret == 0
    assert [*by_id] == [*CHECKS, *SNAPSHOTS]
    assert by_id["stream.concat"] == {
        "id": "stream.concat",
        "group": "stream",
        "level": "must",
        "clause": "STREAM-001",
        "rule": CHECKS["stream.concat"].rule,
        "controls": ["blackbox", "script", "wire"],
        "since": "2026.12",
        "kinds": ["llm", "chat", "chain", "unknown"],
    }
    assert by_id["live.stream"]["controls"] == ["hooks", "script", "wire"]
    assert by_id["errors.stream"]["controls"] == ["script", "wire"]
    assert by_id["wire.cut[clean_end_early]"]["fault"] == "clean_end_early"
    assert {one["since"] for one in by_id.values()} <= set(listed["sets"])


def test_the_list_takes_no_other_word(bench: Bench) -> None:
    result = bench("--llm-list=jsn")

    assert result.ret == 4
    result.stderr.fnmatch_lines(["ERROR: --llm-list=jsn: expected json, or nothing behind the option"])


def test_a_deviation_of_the_framework_is_explained_by_its_id(bench: Bench) -> None:
    result = bench("--llm-explain=LC-004")

    result.stdout.fnmatch_lines(
        ["LC-004 *models that inherit it are not failed for it", "found by     batch.isolates-failures", "versions *"]
    )


def test_a_check_is_explained(bench: Bench) -> None:
    result = bench("--llm-explain=stream.concat")

    assert result.ret == 0
    result.stdout.fnmatch_lines(["stream.concat  MUST  STREAM-001", "looks at *invoke*stream*"])


@pytest.mark.parametrize(
    ("name", "first"), [("batch", "  batch.completes *"), ("wire.cut", "  wire.cut[[]clean_end_early[]] *")]
)
def test_a_group_and_a_family_are_explained_by_their_checks(bench: Bench, name: str, first: str) -> None:
    result = bench(f"--llm-explain={name}")

    assert result.ret == 0
    result.stdout.fnmatch_lines([first])


def test_a_saved_run_has_observations_and_verdicts(bench: Bench) -> None:
    bench.saved(ALONE, *impls("EmptyHanded"), *TWO)

    assert failed(bench.statuses["llms:EmptyHanded"]) == ["batch.empty"]
    assert "invoke" in json.loads(bench.report.read_text(encoding="utf-8"))["subjects"][0]["observations"]


def test_the_project_file_has_claims_for_all_subjects_and_for_one(bench: Bench) -> None:
    bench.pytester.makepyprojecttoml(
        """
        [tool.llm-conformance]
        token-exact = true
        [tool.llm-conformance."llms:factory"]
        streams = false
        """
    )

    result = bench.saved(ALONE, *impls("Conformant", "factory"), "-k", "concat or boundaries or one-chunk")

    assert result.ret == 1
    assert failed(bench.statuses["llms:Conformant"]) == []
    assert failed(bench.statuses["llms:factory"]) == ["stream.one-chunk-fallback"]
    result.stdout.fnmatch_lines(["llms:Conformant (*, profile: pyproject.toml [[]tool.llm-conformance])"])


def test_a_profile_file_replaces_the_project_file(bench: Bench) -> None:
    bench.pytester.makepyprojecttoml("[tool.llm-conformance]\nstreams = false")
    (bench.folder / "claims.toml").write_text("streams = true\n", encoding="utf-8")

    result = bench(ALONE, *GOOD, "--llm-profile=claims.toml", "-k", "concat or one-chunk")

    assert result.ret == 0
    result.stdout.fnmatch_lines(["*, profile: claims.toml)"])


def test_the_command_line_overrides_the_constructor_arguments_of_a_profile(bench: Bench) -> None:
    (bench.folder / "claims.toml").write_text('kwargs = {mark = "?", times = 2}\n', encoding="utf-8")

    result = bench(ALONE, *impls("Wants"), "--llm-profile=claims.toml", '--llm-kwargs={"times": 4}', *ONE)

    assert result.ret == 0
    result.stdout.fnmatch_lines(["*stream()* chunks * [?][?][?][?]"])


def test_a_real_client_is_judged_against_the_simulated_provider(bench: Bench) -> None:
    result = bench(
        ALONE,
        "--llm-impl=langchain_openai:OpenAI",
        "--llm-wire=openai-completions",
        '--llm-kwargs={"base_url": "{url}/v1", "api_key": "sk-none-at-all", "model": "m"}',
        "-k",
        "exact or concat",
    )

    assert result.ret == 0
    assert "sk-none-at-all" not in result.stdout.str()
    result.stdout.fnmatch_lines(["partial: must *(control: wire; * items selected)"])


def test_node_ids_name_the_subject_and_the_check(bench: Bench) -> None:
    result = bench(ALONE, *GOOD, "--collect-only", "-q")

    assert result.ret == 0
    assert "llm-conformance::llms:Conformant::stream::concat" in result.outlines


def test_a_pasted_node_id_runs_that_one_check(bench: Bench) -> None:
    result = bench.saved("llm-conformance::llms:EmptyHanded::batch::empty", *impls("EmptyHanded", "Conformant"))

    assert result.ret == 1
    assert bench.statuses == {"llms:EmptyHanded": {"batch.empty": "failed"}}


def test_a_node_id_of_a_group_runs_the_group(bench: Bench) -> None:
    bench.saved("llm-conformance::llms:Conformant::stop", *GOOD)

    assert {name.partition(".")[0] for name in bench.statuses["llms:Conformant"]} == {"stop"}


def test_another_subject_is_not_loaded_for_a_pasted_node_id(bench: Bench) -> None:
    result = bench("llm-conformance::llms:Conformant::stream::concat", *GOOD, "--llm-impl=nowhere:Model")

    assert result.ret == 0
    assert result.parseoutcomes() == {"passed": 1}


def test_the_id_of_a_failed_load_runs_all_checks_after_the_repair(bench: Bench) -> None:
    result = bench("llm-conformance::llms:Conformant::load", *GOOD, "-k", "concat or batch")

    assert result.ret == 0
    assert result.parseoutcomes()["passed"] > 1


def test_the_fitness_of_a_model_is_printed_and_can_be_the_gate(bench: Bench) -> None:
    result = bench.saved(ALONE, *GOOD, "--llm-gate=fit:pipeline")

    assert result.ret == 1
    result.stdout.fnmatch_lines(
        [
            "fit for",
            '  unattended pipeline  not judged: "a truncated answer raises" and * more;*',
            "  agent loop *fit",
            "not shown to be fit for: unattended pipeline: must */*",
        ],
        consecutive=False,
    )
    assert result.parseoutcomes().keys().isdisjoint({"failed"})
