"""`stop`: where the answer is cut, through every entry point."""

from __future__ import annotations

from llm_conformance.checks.failures import call_failed
from llm_conformance.checks.hints import KEPT_STATE, OTHER_STOPS_IGNORED, STOP_AS_PATTERN, STOP_IGNORED, stop_hint
from llm_conformance.checks.registry import MAY, MUST, SHOULD, check
from llm_conformance.checks.vacuity import no_text
from llm_conformance.records import (
    Finding,
    Findings,
    Kind,
    Need,
    Reply,
    Stream,
    SubjectInfo,
    Text,
    first_difference,
    inconclusive,
    not_applicable,
)

_TOO_SHORT = "the answer is too short to be cut"
_NO_EFFECT = "`stop` has no effect on `invoke()`"
_HUNG = "`invoke()` with `stop` does not return"


@check("stop.cuts", SHOULD, clause="STOP-001", vacuous=(no_text,), kinds=(Kind.LLM, Kind.CHAT), deterministic=True)
def stop_cuts_the_answer(stop_invoke: Reply, invoke: Reply) -> Findings:
    """`stop=[text]` cuts the answer before the first occurrence of `text`; a model may reject `stop`, not ignore it."""
    stop_text = stop_invoke.stop
    if not stop_text:
        yield inconclusive(_TOO_SHORT, Need.PROMPTS)
    elif stop_invoke.hung is not None:
        yield call_failed("returns an answer or raises", stop_invoke)
    elif stop_invoke.raised is not None:
        yield not_applicable(f"the model rejects `stop`: {stop_invoke.ended_with}")
    else:
        cut, _, rest = invoke.text.partition(stop_text)
        # A server that compares whole tokens also returns the token that completes the stop text.
        to_end_of_word = cut + stop_text + rest.partition(" ")[0]
        if stop_invoke.text == invoke.text == to_end_of_word:
            yield inconclusive("the stop text is in the last word of the answer", Need.PROMPTS)
        elif stop_invoke.text not in {cut, cut + stop_text, to_end_of_word}:
            yield Finding(
                Text((cut,)),
                stop_invoke.display,
                code="text-differs",
                at=first_difference(cut, stop_invoke.text),
                where=f"invoke(prompt, stop=[{stop_text!r}])",
                hint=stop_hint(cut, stop_invoke.text, invoke.text),
            )


@check(
    "stop.literal",
    SHOULD,
    clause="STOP-001",
    vacuous=(no_text,),
    kinds=(Kind.LLM, Kind.CHAT),
    requires=("stop.not-remembered",),
    deterministic=True,
)
def a_stop_text_is_literal(stop_mark: Reply, invoke: Reply, stop_invoke: Reply) -> Findings:
    """`stop=["."]` cuts the answer before its first full stop, and only there: a stop text is not a pattern."""
    mark = stop_mark.stop
    cut, found, rest = invoke.text.partition(mark) if mark else ("", "", "")
    where = f"invoke(prompt, stop=[{mark!r}])"
    if not mark:
        yield inconclusive(_TOO_SHORT)
    elif stop_invoke.raised is not None:
        yield not_applicable(f"the model rejects `stop`: {stop_invoke.ended_with}")
    elif stop_mark.failed:
        yield call_failed(Text((cut,)), stop_mark, where=where, hint=STOP_AS_PATTERN)
    elif stop_mark.text not in {cut, cut + found, cut + found + rest.partition(" ")[0]}:
        at = first_difference(cut, stop_mark.text)
        hint = STOP_AS_PATTERN if len(stop_mark.text) < len(cut) else stop_hint(cut, stop_mark.text, invoke.text)
        yield Finding(Text((cut,)), stop_mark.display, code="text-differs", at=at, where=where, hint=hint)


@check("stop.excludes-stop-text", MAY, clause="STOP-001", requires=("stop.cuts",), deterministic=True)
def the_answer_excludes_the_stop_text(stop_invoke: Reply, invoke: Reply) -> Findings:
    """The answer that `stop=[text]` cuts does not contain `text`."""
    stop_text = stop_invoke.stop
    cut = invoke.text.partition(stop_text)[0] if stop_text else ""
    if not stop_text:
        yield inconclusive(_TOO_SHORT)
    elif stop_invoke.failed:
        yield not_applicable(f"the model rejects `stop`: {stop_invoke.ended_with}")
    elif stop_invoke.text == invoke.text:
        yield inconclusive(_NO_EFFECT)
    elif stop_invoke.text.startswith(cut + stop_text):
        yield Finding(Text((cut,)), stop_invoke.display, code="stop-text-included")


@check(
    "stop.parity",
    SHOULD,
    clause="STOP-001",
    for_each=("stop_ainvoke", "stop_stream", "stop_astream"),
    requires=("stream.concat", "stream.repeats", "stream.async-parity", "invoke.async-parity", "stop.literal"),
    deterministic=True,
)
def every_entry_point_stops_alike(
    stopped: Reply | Stream, stop_invoke: Reply, invoke: Reply, subject: SubjectInfo
) -> Findings:
    """With `stop`, `ainvoke()`, `stream()` and `astream()` give the same text as `invoke()`, or raise if it raises."""
    if subject.kind is Kind.CHAIN and stop_invoke.text == invoke.text:
        yield not_applicable("only the first step of a chain gets `stop`, and it ignores it")
    elif not stop_invoke.stop:
        yield inconclusive(_TOO_SHORT, Need.PROMPTS)
    elif stop_invoke.hung is not None:
        yield inconclusive(_HUNG)
    elif stop_invoke.raised is not None:
        if stopped.raised is None:
            expected = f"an exception, because `invoke()` {stop_invoke.ended_with}"
            yield Finding(expected, stopped.display, code="not-raised")
    elif stopped.failed:
        yield call_failed(stop_invoke.display, stopped)
    elif stopped.text != stop_invoke.text:
        at = first_difference(stop_invoke.text, stopped.text)
        hint = STOP_IGNORED if stop_invoke.stop in stopped.text else ""
        yield Finding(
            stop_invoke.display,
            stopped.display,
            code="text-differs",
            at=at,
            hint=hint,
            sides=("invoke()", "here"),
        )
    elif stopped.text == invoke.text:
        yield inconclusive(_NO_EFFECT)


@check(
    "stop.each-text",
    SHOULD,
    clause="STOP-001",
    vacuous=(no_text,),
    for_each=("stop_second[invoke]", "stop_second[ainvoke]", "stop_second[stream]", "stop_second[astream]"),
    requires=("stop.cuts", "stop.parity"),
    kinds=(Kind.LLM, Kind.CHAT),
    deterministic=True,
)
def each_stop_text_cuts(stopped: Stream, stop_invoke: Reply, invoke: Reply) -> Findings:
    """The second text of `stop` cuts the answer as it does alone; a model may reject more than one."""
    if not stop_invoke.stop:
        yield inconclusive(_TOO_SHORT, Need.PROMPTS)
    elif stop_invoke.hung is not None:
        yield inconclusive(_HUNG)
    elif stop_invoke.raised is not None:
        yield not_applicable(f"the model rejects `stop`: {stop_invoke.ended_with}")
    elif stop_invoke.text == invoke.text:
        yield inconclusive(_NO_EFFECT)
    elif stopped.hung is not None:
        yield call_failed(stop_invoke.display, stopped)
    elif stopped.raised is not None:
        yield not_applicable(f"the model rejects a second stop text: {stopped.ended_with}")
    elif stopped.text != stop_invoke.text:
        yield Finding(
            stop_invoke.display,
            stopped.display,
            code="text-differs",
            at=first_difference(stop_invoke.text, stopped.text),
            hint=OTHER_STOPS_IGNORED if stopped.text == invoke.text else "",
            sides=("one stop text", "two stop texts"),
        )


@check("stop.bound", MUST, clause="STOP-002", vacuous=(no_text,), requires=("stream.repeats",), deterministic=True)
def bound_and_direct_arguments_are_equivalent(stop_bound: Stream, stop_stream: Stream, stream: Stream) -> Findings:
    """`bind(stop=[text]).stream(prompt)` yields what `stream(prompt, stop=[text])` yields."""
    if stop_stream.hung is not None:
        yield inconclusive("`stream()` with `stop` does not end")
    elif stop_stream.failed:
        yield not_applicable(f"`stream()` rejects `stop`: {stop_stream.ended_with}")
    elif stop_bound.failed:
        yield call_failed(stop_stream.display, stop_bound)
    elif stop_bound.text != stop_stream.text:
        at = first_difference(stop_stream.text, stop_bound.text)
        yield Finding(stop_stream.display, stop_bound.display, code="text-differs", at=at, sides=("stream()", "bind()"))
    elif stop_stream.text == stream.text:
        yield inconclusive("`stop` has no effect on `stream()`")


@check("stop.not-remembered", MUST, clause="STREAM-013", vacuous=(no_text,), deterministic=True)
def stop_applies_to_one_call(after_stop: Reply, invoke: Reply, stop_invoke: Reply) -> Findings:
    """After a call with `stop`, the next call without it returns the whole answer."""
    if after_stop.failed:
        yield call_failed("returns an answer after a call with `stop`", after_stop, hint=KEPT_STATE)
    elif after_stop.text != invoke.text:
        at = first_difference(invoke.text, after_stop.text)
        yield Finding(
            invoke.display,
            after_stop.display,
            code="text-differs",
            at=at,
            hint=KEPT_STATE,
            sides=("before", "after stop"),
        )
    elif not stop_invoke.failed and stop_invoke.text == invoke.text:
        yield inconclusive(_NO_EFFECT)
