"""The end of an instance: it takes nothing with it."""

from __future__ import annotations

from llm_conformance.checks.failures import call_failed
from llm_conformance.checks.hints import FINALISER
from llm_conformance.checks.registry import SHOULD, check
from llm_conformance.records import Findings, Replies, not_applicable


@check("close.finaliser", SHOULD, clause="CLOSE-010", requires=("isolation.repeated-calls",))
def an_instance_ends_quietly(let_go: Replies) -> Findings:
    """When the last reference to an instance is dropped, its finaliser does not wait, and raises nothing."""
    if not let_go.by_label:
        yield not_applicable("something else refers to its instances, so they do not end")
    for use, ended in let_go.by_label.items():
        if ended.failed:
            where = f"an instance that was {use}"
            yield call_failed("the finaliser ends without an exception", ended, where=where, hint=FINALISER)
