from __future__ import annotations

from pathlib import Path

import pytest

from llm_conformance.catalogue.catalogue import CHECKS, SCENARIOS
from llm_conformance.catalogue.clauses import Clause, clauses, contract_page
from llm_conformance.records import Control, Level

PAGE = Path(__file__).parents[2] / "conformance" / "CONTRACT.md"
# The answers that a whole run of a black box may ask for. A user of a real provider pays for each of them.
# Thirty-four of them are of chat models with tools bound, which no other call shows, and four of chat models that are
# asked for typed blocks. `batch_as_completed()` is asked for four, as it is written apart from `batch()`. One is of the
# synchronous events of version v3, which langchain-core makes by other code than the asynchronous ones.
# 144 are of a model that samples: of these a model without a cache is nearly always asked for the first 24 at most.
# Four more bypass a cache before a difference is reported.
MOST_CALLS = 369
STRICTNESS = [Level.MAY, Level.SHOULD, Level.MUST]


@pytest.mark.parametrize("clause", clauses().values(), ids=lambda clause: clause.id)
def test_a_clause_has_a_check_or_the_reason_why_it_has_none(clause: Clause) -> None:
    assert bool(clause.checks) != bool(clause.none)
    assert not clause.none or clause.none.startswith(("later: ", "never: "))
    assert set(clause.checks) <= {check.family for check in CHECKS.values()}


@pytest.mark.parametrize("name", CHECKS)
def test_a_check_has_a_clause_and_is_no_stricter_without_a_note(name: str) -> None:
    check = CHECKS[name]
    clause = clauses()[check.clause]

    stricter = STRICTNESS.index(check.level) > STRICTNESS.index(clause.level)

    assert not stricter or name in clause.note


def test_the_page_is_what_the_table_says() -> None:
    assert PAGE.read_text(encoding="utf-8") == "\n".join([*contract_page(), ""]), "run `python tests/regenerate.py`"


def test_a_whole_run_of_a_black_box_asks_for_few_answers() -> None:
    black = [scenario for scenario in SCENARIOS.values() if Control.BLACKBOX.includes(scenario.control)]

    calls = sum(scenario.model_calls for scenario in black)
    assert calls <= MOST_CALLS, f"{calls} calls: if the new scenario is worth them, raise MOST_CALLS"


def test_paused_hooks_cost_few_additional_answers() -> None:
    hooked = [scenario for scenario in SCENARIOS.values() if scenario.hookable]

    assert sum(scenario.model_calls for scenario in hooked) <= 44


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("any-text.stop", "stop.literal"),
        ("input.unicode", "any-text.prompt"),
        ("usage.exact", "usage.total"),
        ("tools.ids", "tools.parity"),
        ("usage.exact", "usage.concat"),
        ("metadata.same-answer", "metadata.once"),
        ("batch.return-exceptions", "batch.order"),
        ("batch.isolates-failures", "batch.return-exceptions"),
    ],
)
def test_a_check_of_the_same_defect_with_other_texts_is_blocked(one: str, other: str) -> None:
    assert other in CHECKS[one].requires


def test_another_call_under_a_fault_is_not_judged_if_the_streams_fail_under_it() -> None:
    assert "wire.delivery[utf8_cuts]" in SCENARIOS["events_v1_under[utf8_cuts]"].requires
