from __future__ import annotations

from collections.abc import Mapping

import pytest

from checks.records import about
from judge.test_fitness import TRUNCATED, verdicts
from llm_conformance.judge.gate import Gate, GateError
from llm_conformance.records import Status
from llm_conformance.report.text import exit_code, summary_line

STRING = {"invoke.returns-message": Status.NOT_APPLICABLE}
TRUNCATES = {**STRING, TRUNCATED: Status.FAILED}


def code(gate: str, changed: Mapping[str, Status], partial: str = "") -> int:
    return exit_code(verdicts(changed).values(), gate, partial)


@pytest.mark.parametrize(
    ("gate", "expected"),
    [("must", 0), ("fit:token-ui", 0), ("fit:pipeline", 1), ("should", 1), ("fit:token-ui,fit:pipeline", 1)],
)
def test_a_model_that_truncates_fails_the_gate_of_a_pipeline(gate: str, expected: int) -> None:
    assert code(gate, TRUNCATES) == expected


@pytest.mark.parametrize("status", [Status.EXPECTED, Status.INHERITED])
def test_a_declared_or_inherited_violation_does_not_fail_it(status: Status) -> None:
    assert code("fit:pipeline", {**STRING, TRUNCATED: status}) == 0


def test_a_requirement_that_was_not_judged_fails_it() -> None:
    assert code("fit:cost-control", {**STRING, "cancel.astream": Status.NOT_TESTABLE}) == 1


def test_a_partial_run_is_not_failed_for_what_it_left_out() -> None:
    assert code("fit:cost-control", {**STRING, "cancel.astream": Status.NOT_TESTABLE}, "1 of 9 checks judged") == 0


def test_every_gate_includes_must() -> None:
    assert code("fit:pipeline", {**STRING, "events.run-id": Status.FAILED}) == 1


def test_the_last_line_names_the_purpose() -> None:
    line = summary_line(about(), verdicts(TRUNCATES).values(), "fit:pipeline")

    assert line.startswith("not shown to be fit for: unattended pipeline: must ")


@pytest.mark.parametrize("text", ["may", "fit:pipelin", "pipeline", "", "must;should", "fit:"])
def test_another_gate_is_refused_in_one_line(text: str) -> None:
    with pytest.raises(GateError, match=r"^expected must, should, fit:token-ui.* or fit:concurrency, got") as refusal:
        Gate.parse(text)

    assert "\n" not in str(refusal.value)
