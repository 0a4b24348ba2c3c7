"""The lines that say how far a verdict reaches."""

from __future__ import annotations

from dataclasses import replace

import pytest

from checks.records import about
from llm_conformance.catalogue.catalogue import CHECKS
from llm_conformance.plugin.signs import legend
from llm_conformance.records import Control, Fitness, FitnessOutcome, Level, Need, NotExercised, Status, Verdict
from llm_conformance.records.saved_run import SubjectRecord
from llm_conformance.report.finding import Layout
from llm_conformance.report.fitness import fitness_lines, gate_lines
from llm_conformance.report.reach import reach_lines, reason_lines
from llm_conformance.report.section import section
from llm_conformance.report.table import sample_lines
from llm_conformance.report.text import summary_line


def verdict(check: str, status: Status, reason: str = "", needs: str = "") -> Verdict:
    level = CHECKS[check].level if check in CHECKS else Level.MUST
    return Verdict(check, level, "", status, reason, needs=needs)


SAMPLES = verdict("stream.concat", Status.INCONCLUSIVE, "different answers", Need.DETERMINISTIC)
SCRIPT = verdict("errors.stream", Status.NOT_TESTABLE, "needs control script", Need.SCRIPT)
SHORT = verdict("stop.cuts", Status.INCONCLUSIVE, "too short", Need.PROMPTS)
FAST = verdict("loop.not-blocked-timing", Status.INCONCLUSIVE, "too short to time", Need.TIME)
BLOCKED = replace(verdict("nested.text", Status.BLOCKED, "by stream.concat"), blocked_by="stream.concat")
INHERITED = verdict("batch.run-id", Status.INHERITED, "LC-005: batch ignores the run id")


def test_a_model_that_answers_at_once_is_not_told_to_give_longer_answers() -> None:
    (line,) = reach_lines(about(), (FAST,), None, whole=False)

    assert line.startswith("1 inconclusive without an answer of at least 8 chunks that takes 0.25 s (a quicker")


def test_each_gap_has_its_groups_and_its_step() -> None:
    lines = reach_lines(replace(about(), hooks=("_stream",)), (SAMPLES, SCRIPT, SHORT, BLOCKED), None)

    assert lines[0].startswith("the model samples: ")
    assert "1 blocked by stream.concat, until it passes: nested 1" in lines
    assert any(
        line.startswith("1 inconclusive without an answer that repeats (such as --llm-kwargs=") for line in lines
    )
    assert any("1 inconclusive without longer, different answers (`prompts` in the profile)" in line for line in lines)
    assert "1 not testable without a scripted model (--llm-explain=control): errors 1" in lines
    assert "   this model can be paused only between the chunks of _stream" in lines
    assert any("checks of adapters are not in this run" in line for line in lines)
    assert not any("adapters" in line for line in reach_lines(about(), (SHORT,), None, whole=False))


def test_a_blocking_check_that_is_not_in_the_run_is_named_to_be_run() -> None:
    failed = verdict("stream.concat", Status.FAILED)

    assert "   what is wrong there is not in this run: -k stream.concat shows it" in reach_lines(
        about(), [BLOCKED], None
    )
    assert not any("-k stream.concat" in line for line in reach_lines(about(), [BLOCKED, failed], None))


def test_a_check_that_passed_without_a_call_style_says_so_in_full() -> None:
    left = NotExercised("close_middle[astream]", Status.BLOCKED, "by astream.completes")
    passed = replace(verdict("close.stops", Status.PASSED), not_exercised=(left,))

    assert reason_lines([passed], None) == [
        "PASSED [1] without some call styles, blocked by astream.completes: close.stops (close_middle[astream])"
    ]
    assert not any("call styles" in line for line in reach_lines(about(), [passed], None))


def test_reasons_are_given_in_full_with_the_ids_of_the_checks() -> None:
    reason = "a reason that is much longer than what is left of a line of a narrow terminal, and is not cut"

    lines = reason_lines([verdict("stop.cuts", Status.INCONCLUSIVE, reason), BLOCKED], 60)

    assert "INCONCLUSIVE [1]" in " ".join(lines)
    assert f"{reason}: stop.cuts" in " ".join(" ".join(lines).split())
    assert "BLOCKED [1] by stream.concat: nested.text" in lines
    assert max(map(len, lines)) <= 60


def test_a_run_of_snapshots_of_which_none_is_accepted_says_what_to_do() -> None:
    reason = "not accepted yet: --snapshot-update accepts the observation"
    lines = reach_lines(about(), (verdict("snapshots.stream", Status.NOT_APPLICABLE, reason),), None, whole=False)

    assert lines == [f"1 not applicable, {reason}"]


def test_the_last_line_counts_what_failed_at_each_level() -> None:
    failed = [verdict(check, Status.FAILED) for check in ("stop.cuts", "batch.run-id")]

    line = summary_line(about(), [verdict("invoke.completes", Status.PASSED), *failed], "must")

    assert "must 1/1, should 0/1 (1 failed), may 0/1 (1 failed)" in line


def test_an_inherited_deviation_takes_one_line_and_is_shown_in_full_if_asked() -> None:
    record = SubjectRecord(about(), {}, {"batch.run-id": INHERITED}, partial="1 of 2")

    assert "  inherited  batch.run-id: LC-005: batch ignores the run id" in section(record, "must", Layout())
    assert any(line.startswith("MAY batch.run-id") for line in section(record, "must", Layout(verbose=True)))


def test_the_sample_says_that_a_model_does_not_stream_and_shows_an_empty_stream() -> None:
    lines = sample_lines({"stream": {"chunks": ["ab"]}, "astream": {"chunks": []}}, 80)

    assert lines == ["  stream()      1 chunk   (does not stream) ab", "  astream()     0 chunks  (no text)"]
    assert sample_lines({"stream": {"chunks": [""]}}, 80) == ["  stream()      1 chunk   (no text)"]


def test_a_purpose_that_is_not_judged_names_its_findings_and_what_blocks_it() -> None:
    found = Fitness("pipeline", FitnessOutcome.NOT_JUDGED, (), ("it ends",), ("a.b", "c.d"))
    found = replace(found, needs=("wire",), blocked_by=("e.f", "g.h"))

    (line,) = fitness_lines([found], None)[1:]

    assert line.endswith('"it ends"; needs control: wire; blocked by e.f and 1 more; 2 findings (a.b and 1 more)')


@pytest.mark.parametrize(
    ("inherited", "words"),
    [
        ((), "2 findings (a.b and 1 more)"),
        (("a.b",), "2 findings, 1 inherited (a.b and 1 more)"),
        (("a.b", "c.d"), "2 inherited findings (a.b and 1 more)"),
    ],
)
def test_a_finding_that_the_model_inherits_is_not_counted_as_its_own(inherited: tuple[str, ...], words: str) -> None:
    found = Fitness("pipeline", FitnessOutcome.FIT_BUT, findings=("a.b", "c.d"), inherited=inherited)

    assert fitness_lines([found], None)[1].endswith(f"fit but for {words}")


def test_the_legend_has_the_signs_that_occurred_in_one_order() -> None:
    assert legend([SCRIPT, BLOCKED, verdict("stop.cuts", Status.FAILED)], "must") == (
        "S SHOULD failed (does not gate)  b blocked  ? not testable"
    )
    assert legend([verdict("invoke.completes", Status.PASSED)], "must") == ""


@pytest.mark.parametrize(
    ("needs", "lacks", "words"),
    [
        (
            (),
            ("deterministic",),
            "; needs an answer that repeats (such as --llm-kwargs='{\"temperature\": 0}', or a script*",
        ),
        (("script",), ("time",), "; needs control: script, or an answer of at least 8 chunks that takes 0.25 s"),
        ((), ("it has no `bind_tools()`",), ": it has no `bind_tools()`"),
        ((), ("it has \x1b[31m",), r": it has \x1b[31m"),
    ],
)
def test_a_purpose_that_is_not_judged_says_what_would_judge_it(
    needs: tuple[str, ...], lacks: tuple[str, ...], words: str
) -> None:
    found = Fitness("agent-loop", FitnessOutcome.NOT_JUDGED, open=("it ends",), needs=needs, lacks=lacks)

    assert fitness_lines([found], None)[1].partition('"it ends"')[2].startswith(words.rstrip("*"))


@pytest.mark.parametrize(
    ("control", "needs", "words"),
    [
        (Control.BLACKBOX, ("script",), "a black box, only with a scripted model (--llm-explain=control)"),
        (Control.BLACKBOX, ("script", "wire"), "a black box, only with a simulated provider (--llm-wire=FORMAT)"),
        (Control.SCRIPT, ("wire",), "a scripted model, only with a simulated provider (--llm-wire=FORMAT)"),
    ],
)
def test_a_gate_that_needs_more_control_says_which(control: Control, needs: tuple[str, ...], words: str) -> None:
    found = Fitness("pipeline", FitnessOutcome.NOT_JUDGED, open=("it ends", "it raises"), needs=needs)
    judged = {"stop.cuts": verdict("stop.cuts", Status.PASSED)}
    record = SubjectRecord(replace(about(), control=control), {}, judged, fitness=(found,))

    (line,) = (one for one in section(record, "fit:pipeline", Layout()) if one.startswith("--llm-gate"))

    assert line == f'--llm-gate=fit:pipeline is not met: "it ends" and 1 more cannot be judged of {words}'
    assert not any(one.startswith("--llm-gate") for one in section(record, "must,fit:concurrency", Layout()))


def test_a_gate_that_findings_alone_fail_says_so() -> None:
    names = ("stop.each-text", "stop.cuts")
    statuses = (Status.FAILED, Status.INHERITED)
    judged = {name: verdict(name, status) for name, status in zip(names, statuses, strict=True)}
    found = Fitness("pipeline", FitnessOutcome.FIT_BUT, findings=names, inherited=names[1:])
    record = SubjectRecord(replace(about(), control=Control.WIRE), {}, judged, fitness=(found,))

    (line,) = gate_lines(record, "fit:pipeline")

    assert line.endswith(
        "is not met: each finding that counts for it fails the run (stop.each-text): mend it, or declare it"
    )
    assert gate_lines(record, "must") == gate_lines(record, "fit:agent-loop") == []
