"""The stop mark: where the answer is cut, by every way of asking."""

from llm_conformance.checks.registry import MAY, MUST, SHOULD, check
from llm_conformance.records import (
    Finding,
    Findings,
    Kind,
    Reply,
    Stream,
    Text,
    first_difference,
    not_applicable,
    not_testable,
)


@check("stop.cuts", SHOULD, clause="STOP-001", kinds=(Kind.LLM, Kind.CHAT), deterministic=True)
def the_answer_ends_before_the_mark(stop_invoke: Reply, invoke: Reply) -> Findings:
    """stop=[mark] cuts the answer before the first occurrence of the mark; stop may be refused, but not ignored."""
    mark = stop_invoke.stop
    if not mark:
        yield not_testable("the answer is too short to be cut")
    elif stop_invoke.hung is not None:
        yield Finding(expected="an answer, or an exception", actual=stop_invoke.ended_with)
    elif stop_invoke.raised is not None:
        yield not_applicable(f"it refuses stop: {stop_invoke.ended_with}")
    else:
        cut, _, rest = invoke.text.partition(mark)
        # A server that looks at whole tokens says the one that completes the mark.
        word = cut + mark + rest.partition(" ")[0]
        if stop_invoke.text == invoke.text == word:
            yield not_testable("the mark stands in the last word of the answer")
        elif stop_invoke.text not in {cut, cut + mark, word}:
            at = first_difference(cut, stop_invoke.text)
            yield Finding(Text((cut,)), stop_invoke.display, at=at, where=f"invoke(stop=[{mark!r}])")


@check("stop.excludes-stop-text", MAY, clause="STOP-001", requires=("stop.cuts",), deterministic=True)
def the_mark_is_no_part_of_the_answer(stop_invoke: Reply, invoke: Reply) -> Findings:
    """The stop mark itself is left out of the answer; some providers keep it."""
    mark = stop_invoke.stop
    if mark and stop_invoke.text.startswith(invoke.text.partition(mark)[0] + mark):
        yield Finding(Text((invoke.text.partition(mark)[0],)), stop_invoke.display)


@check(
    "stop.parity",
    SHOULD,
    clause="STOP-001",
    for_each=("stop_ainvoke", "stop_stream", "stop_astream"),
    requires=("stream.concat", "stream.repeats", "stream.async-parity", "invoke.async-parity"),
    deterministic=True,
)
def stop_cuts_alike(stopped: Reply | Stream, stop_invoke: Reply) -> Findings:
    """With stop, ainvoke(), stream() and astream() end where invoke() ends, or refuse it as invoke() does."""
    if not stop_invoke.stop:
        yield not_testable("the answer is too short to be cut")
    elif stop_invoke.raised is not None:
        if stopped.raised is None:
            yield Finding(expected=f"an exception, as invoke() {stop_invoke.ended_with}", actual=stopped.display)
    elif stopped.failed:
        yield Finding(expected=stop_invoke.display, actual=stopped.ended_with)
    elif stopped.text != stop_invoke.text:
        yield Finding(stop_invoke.display, stopped.display, at=first_difference(stop_invoke.text, stopped.text))


@check("stop.bound", MUST, clause="STOP-002", requires=("stream.repeats",), deterministic=True)
def bound_arguments_are_arguments(stop_bound: Stream, stop_stream: Stream) -> Findings:
    """bind(stop=[mark]).stream(prompt) is stream(prompt, stop=[mark])."""
    if stop_stream.failed:
        yield not_applicable(f"stream() refuses stop: {stop_stream.ended_with}")
    elif stop_bound.failed:
        yield Finding(expected=stop_stream.display, actual=stop_bound.ended_with)
    elif stop_bound.text != stop_stream.text:
        yield Finding(stop_stream.display, stop_bound.display, at=first_difference(stop_stream.text, stop_bound.text))


@check("stop.not-remembered", MUST, clause="STREAM-013", deterministic=True)
def a_stop_mark_is_for_one_call(after_stop: Reply, invoke: Reply) -> Findings:
    """A call with stop leaves nothing behind: the next call without it gives the whole answer."""
    if after_stop.failed:
        yield Finding(expected="an answer after a call with stop", actual=after_stop.ended_with)
    elif after_stop.text != invoke.text:
        at = first_difference(invoke.text, after_stop.text)
        yield Finding(invoke.display, after_stop.display, at=at)
