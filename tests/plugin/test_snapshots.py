"""Snapshots: once accepted, they fail on every change and show it."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET

import pytest

from llm_conformance.catalogue.catalogue import SNAPSHOTS
from llm_conformance.judge.rejudge import judge_again
from llm_conformance.records.saved_run import load
from plugin.accepted import ALONE, CHANGING, GOOD, NAMES, ONLY, UPDATE, folder, model, names
from plugin.bench import Bench, failed, statuses_of

pytestmark = pytest.mark.usefixtures("changing")


def test_a_snapshot_is_not_applicable_before_it_is_accepted(bench: Bench) -> None:
    result = bench.saved(ALONE, *GOOD, *ONLY)

    assert result.ret == pytest.ExitCode.NO_TESTS_COLLECTED
    result.stdout.fnmatch_lines(["*= * deselected, 6 not applicable in *"])
    (saved,) = load(bench.report).subjects
    reasons = {verdict.reason for verdict in saved.verdicts.values()}
    assert reasons == {"not accepted yet: --snapshot-update accepts the observation"}
    result.stdout.fnmatch_lines(["6 not applicable, not accepted yet: --snapshot-update accepts the*"])
    assert saved.observations == {}
    assert not (bench.folder / "llm_snapshots").exists()


def test_an_accepted_observation_passes(bench: Bench) -> None:
    first = bench.saved(ALONE, *GOOD, *ONLY, UPDATE)
    statuses = bench.statuses
    again = bench(ALONE, *GOOD, *ONLY)

    assert first.ret == again.ret == 0
    assert statuses == {"llms:Conformant": dict.fromkeys(SNAPSHOTS, "passed")}
    assert names(folder(bench, "llms.Conformant")) == NAMES
    first.stdout.fnmatch_lines(["  snapshots    6/6", "  accepted   llm_snapshots/llms.Conformant/stream.txt"])
    assert again.parseoutcomes()["passed"] == 6
    assert "  accepted   " not in again.stdout.str()


def test_a_changed_tokenisation_fails_once_and_shows_the_chunks(bench: Bench) -> None:
    bench(ALONE, *model("Pieces", size=4), *ONLY, UPDATE)

    result = bench.saved(ALONE, *model("Pieces", size=9), *ONLY)

    assert result.ret == 1
    assert failed(bench.statuses[CHANGING]) == ["snapshots.stream"]
    assert set(bench.statuses[CHANGING].values()) == {"failed", "blocked"}
    options = "--llm-impl=changing:Pieces '--llm-kwargs={\"size\": 9}'"
    result.stdout.fnmatch_lines(
        [
            "MUST snapshots.stream: stream() gives the chunks that were accepted.",
            "  --- llm_snapshots/changing.Pieces/stream.txt",
            "  +++ actual",
            "  @@ -1,2 +1,2 @@",
            "  -12 chunks of str",
            "  -Writ|e me| a 1| ver|se s|ong |abou|t sp|arkl|ing |wate|r.",
            "  +6 chunks of str",
            "  +Write me |a 1 verse| song abo|ut sparkl|ing water|.",
            f"  rerun      pytest llm-conformance::changing:Pieces::snapshots::stream {options}",
            f"  accept     pytest llm-conformance::changing:Pieces::snapshots {options} --snapshot-update",
        ],
        consecutive=True,
    )


def test_a_changed_event_shape_shows_an_event_a_line(bench: Bench) -> None:
    bench(ALONE, *model("Titled", title="first"), *ONLY, UPDATE)

    result = bench.saved(ALONE, *model("Titled", title="second"), *ONLY)

    assert result.ret == 1
    assert failed(bench.statuses["changing:Titled"]) == ["snapshots.events-v1", "snapshots.events-v2"]
    result.stdout.fnmatch_lines(
        [
            '  -on_llm_start "first" run 1 input: "Write me a 1 verse song about sparkling water."',
            '  -on_llm_stream "first" run 1 chunk: "Write"',
            '  +on_llm_start "second" run 1 input: "Write me a 1 verse song about sparkling water."',
        ]
    )


def test_a_change_is_accepted_with_the_displayed_command(bench: Bench) -> None:
    bench(ALONE, *model("Pieces", size=4), *ONLY, UPDATE)
    now = model("Pieces", size=9)

    update = bench("llm-conformance::changing:Pieces::snapshots", *now, UPDATE)

    assert update.ret == 0
    assert bench(ALONE, *now, *ONLY).ret == 0
    assert (folder(bench, "changing.Pieces") / "stream.txt").read_text(encoding="utf-8").startswith("6 chunks")


def test_only_new_snapshots_are_accepted_with_the_option(bench: Bench) -> None:
    bench(ALONE, *model("Pieces", size=4), "-k", "snapshots and stream", UPDATE)

    result = bench.saved(ALONE, *model("Pieces", size=9), *ONLY, "--snapshot-update-new-only")

    assert result.ret == 1
    assert failed(bench.statuses[CHANGING]) == ["snapshots.stream"]
    assert bench.statuses[CHANGING]["snapshots.events-v1"] == "passed"


def test_a_difference_is_short_and_escaped(bench: Bench) -> None:
    bench(ALONE, *GOOD, *ONLY, UPDATE)
    file = folder(bench, "llms.Conformant") / "stream.txt"
    file.write_text("".join(f"\x1b[31m{number} {'long ' * 50}\n" for number in range(90)), encoding="utf-8")

    result = bench("llm-conformance::llms:Conformant::snapshots::stream", *GOOD)

    lines = result.stdout.str().split("MUST snapshots.stream")[1].split("  rerun ")[0].splitlines()
    assert result.ret == 1
    assert len(lines) <= 31
    assert max(map(len, lines)) <= 120
    assert lines[14:16] == ["  -and 80 more lines", "  +9 chunks of str"]
    assert "\x1b" not in result.stdout.str()


def test_junit_and_the_saved_run_have_the_verdict(bench: Bench) -> None:
    bench(ALONE, *GOOD, *ONLY, UPDATE)
    (folder(bench, "llms.Conformant") / "stream.txt").write_text("", encoding="utf-8")

    bench.saved(ALONE, *GOOD, "-k", "snapshots or concat", "--junit-xml=run.xml")

    cases = ET.parse(bench.folder / "run.xml").iter("testcase")  # noqa: S314
    case = next(one for one in cases if one.get("name") == "stream" and "snapshots" in str(one.get("classname")))
    properties = {one.get("name"): one.get("value") for one in case.iter("property")}
    assert properties == {"check": "snapshots.stream", "level": "must", "verdict": "failed"}
    (saved,) = load(bench.report).subjects
    assert judge_again(saved).verdicts == saved.verdicts
    assert statuses_of(bench.report)["llms:Conformant"]["snapshots.stream"] == "failed"


def test_snapshots_are_compared_without_the_plugin_of_syrupy(bench: Bench) -> None:
    bench(ALONE, *GOOD, *ONLY, UPDATE)

    assert bench(ALONE, *GOOD, *ONLY, "-p", "no:syrupy").parseoutcomes()["passed"] == 6


def test_a_snapshot_is_explained(bench: Bench) -> None:
    result = bench("--llm-explain=snapshots.astream")

    assert result.ret == 0
    result.stdout.fnmatch_lines(["snapshots.astream  MUST", "looks at     astream: *", "after        snapshots.stream"])


def test_snapshots_of_a_simulated_provider_are_stable(bench: Bench) -> None:
    kwargs = {"base_url": "{url}/v1", "api_key": "k", "model": "m"}
    wired = [
        "--llm-impl=llm_reference:OpenAICompletions",
        "--llm-wire=openai-completions",
        f"--llm-kwargs={json.dumps(kwargs)}",
    ]

    assert bench(ALONE, *wired, *ONLY, UPDATE).parseoutcomes()["passed"] == 6
    assert bench(ALONE, *wired, *ONLY).parseoutcomes()["passed"] == 6
