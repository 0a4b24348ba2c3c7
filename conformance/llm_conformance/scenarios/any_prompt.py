"""Any text at all as the prompt, in every call style: what goes into the call must reach the model."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from llm_conformance.control.script import ScriptGeneration
from llm_conformance.control.wire import WireGeneration
from llm_conformance.observe.call_styles import (
    AINVOKE,
    BATCHES,
    EVENTS,
    INVOKE,
    STREAM,
    STREAMS,
    CallStyle,
    completes,
    each_answer,
    nested,
)
from llm_conformance.observe.context import Context
from llm_conformance.observe.search import characters, search
from llm_conformance.observe.traps import PROMPT_TRAPS, UNICODE_PROMPT
from llm_conformance.records import ControlledOutcome, Search
from llm_conformance.scenarios.registry import SCRIPT, scenario

_TOKENS = ("It", " is", " said.")
_SAME_IN_ASCII = "Say only: black tea, please. "
# There are many call styles, and most defects show in a trap: each style gets a part of the random prompts.
_FEWER = 4
# All of them in one prompt, with blanks at both ends.
_ALL_TRAPS = (
    " \n".join(["", *(before for before, _ in PROMPT_TRAPS), ""]),
    "\n ".join(["", *(after for _, after in PROMPT_TRAPS), ""]),
)


@scenario(
    styles=(INVOKE, AINVOKE, *STREAMS, *EVENTS, *BATCHES),
    reported_by="any-text.prompt",
    model_calls=0,
    requires=(completes,),
    control=SCRIPT,
)
@scenario(
    styles=map(nested, STREAMS),
    reported_by="any-text.prompt",
    model_calls=0,
    other_methods=("__or__", "__ror__"),
    requires=(completes, "nested.completes"),
    control=SCRIPT,
)
def any_prompt(ctx: Context, style: CallStyle) -> Search:
    """Random prompts, and the known traps: before and after the prompt of an answer."""
    from hypothesis import strategies as st  # noqa: PLC0415 - only a search pays for the import

    texts = st.lists(characters(), max_size=4).map("".join)
    one_answer = each_answer(style) if style in BATCHES else style

    def broken(around: tuple[str, str]) -> ControlledOutcome | None:
        outcome = _asked(ctx, one_answer, around, ctx.instance)
        arrived = any(outcome.prompt in prompt for prompt in outcome.received)
        return None if arrived and not outcome.failed else outcome

    # Each trap alone would cost a call for each call style: they are tried alone if all of them together fail.
    traps = PROMPT_TRAPS if broken(_ALL_TRAPS) is not None else ()
    return search(ctx.effort.rounds(_FEWER), st.tuples(texts, texts), traps, broken)


@scenario(styles=(STREAM, AINVOKE), reported_by="input.unicode", requires=(completes,), may_raise=True)
def unicode_prompt(ctx: Context, style: CallStyle) -> ControlledOutcome:
    """A prompt with characters beyond Latin-1; if the call raises, the same prompt in ASCII."""
    outcome = _asked(ctx, style, (UNICODE_PROMPT, ""), ctx.second_instance)
    if outcome.raised is not None and _asked(ctx, style, (_SAME_IN_ASCII, ""), ctx.second_instance).raised is not None:
        # A model may have answers to the prompts of the run only.
        return replace(outcome, inconclusive=f"the model rejects a prompt in ASCII, too: {outcome.ended_with}")
    return outcome


def _asked(ctx: Context, style: CallStyle, around: tuple[str, str], llm: Any) -> ControlledOutcome:
    call = ctx.controlled_call(style, _TOKENS, around=around)
    done = call.run(lambda: call.read_all(call.items(llm)))
    received = tuple(
        one.prompt for one in call.answer.generations if isinstance(one, ScriptGeneration | WireGeneration)
    )
    return call.outcome(done, prompt=call.prompt, received=received)
