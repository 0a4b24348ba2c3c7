from __future__ import annotations

from dataclasses import replace

from checks.controlled_records import outcome
from checks.records import ERROR
from llm_conformance.checks.concurrency import streams_in_any_order_do_not_mix
from llm_conformance.records import NotJudged, Search, Status

ELSEWHERE = replace(ERROR, message="<Token var=<ContextVar ..>> was created in a different Context")


def test_a_context_variable_that_is_reset_elsewhere_is_not_shared_state() -> None:
    search = Search(counterexample=outcome(raised=replace(ERROR, cause=ELSEWHERE)))

    (found,) = streams_in_any_order_do_not_mix(search)

    assert isinstance(found, NotJudged)
    assert found.status is Status.INCONCLUSIVE
