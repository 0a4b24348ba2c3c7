"""Answers that a model has kept: a call that asks nothing new shows nothing of what the model reports."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from uuid import uuid4

from llm_conformance.control.controller import discarded_after
from llm_conformance.observe.context import Context
from llm_conformance.observe.controlled_call import LONG_ANSWER
from llm_conformance.observe.inconclusive import Inconclusive
from llm_conformance.records import CallOutcome, Observation

KEPT_ANSWERS = "it keeps its answers, and reports no run of one that it has kept"
# What v1 of langchain-core raises for an answer without a run.
_NO_RUN = "JsonPointerException"


@contextmanager
def unasked_prompt(ctx: Context) -> Iterator[str]:
    """A prompt that no call has asked in any run; a controlled model has an answer to it within the block."""
    with discarded_after(ctx.controller, ctx.controller.plan(LONG_ANSWER)) as answer:
        yield f"{answer.prompt} ({uuid4().hex})"


def keeps_answers(ctx: Context, version: str) -> bool:
    """Whether it has events for a prompt that no call has asked, and none for the same prompt again.

    version: of the events. Without a run langchain-core has none in v2, and raises in v1.
    """
    with unasked_prompt(ctx) as prompt:
        new = ctx.events(lambda llm: llm.astream_events(prompt, version=version))
        if not new.events or new.failed:
            return False
        return not ctx.events(lambda llm: llm.astream_events(prompt, version=version)).events


def unless_kept(ctx: Context, observe: Callable[[], Observation]) -> Observation:
    """What `observe` gives; Inconclusive if v1 raises there for want of a run, and the model keeps its answers."""
    found = observe()
    if not found.inconclusive and _has_no_run(found) and keeps_answers(ctx, "v1"):
        raise Inconclusive(KEPT_ANSWERS)
    return found


def _has_no_run(found: Observation) -> bool:
    calls = (found, *getattr(found, "by_label", {}).values())
    raised = (one.raised for one in calls if isinstance(one, CallOutcome) and one.raised is not None)
    return any(one.bases[0] == _NO_RUN for one in raised)
