"""Answers that a model has kept: a call that asks nothing new shows nothing of what the model reports."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

from llm_conformance.control.controller import discarded_after
from llm_conformance.observe.context import Context
from llm_conformance.observe.controlled_call import LONG_ANSWER

KEPT_ANSWERS = "it keeps its answers, and reports no run of one that it has kept"


@contextmanager
def unasked_prompt(ctx: Context) -> Iterator[str]:
    """A prompt that no call has asked in any run; a controlled model has an answer to it within the block."""
    with discarded_after(ctx.controller, ctx.controller.plan(LONG_ANSWER)) as answer:
        yield f"{answer.prompt} ({uuid4().hex})"
