"""An adapter whose provider does nothing wrong: every golden stream by every way of asking, and any cut in any text."""

from __future__ import annotations

from dataclasses import replace

from llm_conformance.observe.call_styles import AINVOKE, ASTREAM, EVENTS_V1, EVENTS_V2, INVOKE, STREAM, CallStyle
from llm_conformance.observe.context import Context
from llm_conformance.observe.search import characters, search
from llm_conformance.records import Control, ControlledOutcome, ControlledOutcomes, Search, Stream
from llm_conformance.scenarios.any_text import LINES
from llm_conformance.scenarios.registry import scenario
from llm_conformance.scenarios.wire_faults import heard
from llm_conformance.simulator import fault_named, golden_of
from llm_fixtures import golden, names

# Texts that cannot be encoded are no text, and what is long is said by faults of their own.
STREAMS = tuple(name for name in names() if name not in {"surrogate-halves", "long-1e5", "long-token"})
_BYTES = 600
# Wherever a format has its texts begin, one of two places in a row is within a character, and in the middle of them.
_TRAPS = tuple((("\u4f60" * 300,), place) for place in (700, 701))
_AFTER = ("stream.exact", "invoke.exact")


@scenario(reported_by="wire.golden", method="invoke", model_calls=len(STREAMS), requires=_AFTER, control=Control.WIRE)
def golden_invoke(ctx: Context) -> ControlledOutcomes:
    """invoke() of every golden stream."""
    return _golden(ctx, INVOKE)


@scenario(reported_by="wire.golden", method="ainvoke", model_calls=len(STREAMS), requires=_AFTER, control=Control.WIRE)
def golden_ainvoke(ctx: Context) -> ControlledOutcomes:
    """The same on a loop."""
    return _golden(ctx, AINVOKE)


@scenario(reported_by="wire.golden", method="stream", model_calls=len(STREAMS), requires=_AFTER, control=Control.WIRE)
def golden_stream(ctx: Context) -> ControlledOutcomes:
    """stream() of every golden stream."""
    return _golden(ctx, STREAM)


@scenario(reported_by="wire.golden", method="astream", model_calls=len(STREAMS), requires=_AFTER, control=Control.WIRE)
def golden_astream(ctx: Context) -> ControlledOutcomes:
    """The same on a loop."""
    return _golden(ctx, ASTREAM)


@scenario(
    reported_by="wire.golden", method="astream_events", model_calls=len(STREAMS), requires=_AFTER, control=Control.WIRE
)
def golden_v1(ctx: Context) -> ControlledOutcomes:
    """The events of version v1 of every golden stream."""
    return _golden(ctx, EVENTS_V1)


@scenario(
    reported_by="wire.golden", method="astream_events", model_calls=len(STREAMS), requires=_AFTER, control=Control.WIRE
)
def golden_v2(ctx: Context, astream: Stream) -> ControlledOutcomes:
    """The events of version v2 of every golden stream; one chunk is no event there."""
    return _golden(ctx, EVENTS_V2) if astream.streamed else ControlledOutcomes(by_label={})


@scenario(
    reported_by="any-text.cut", method="stream", model_calls=0, requires=("any-text.stream",), control=Control.WIRE
)
def any_cut_stream(ctx: Context) -> Search:
    """stream() of generated tokens whose bytes come in two pieces, cut at a generated place."""
    return _cut(ctx, STREAM)


@scenario(
    reported_by="any-text.cut", method="astream", model_calls=0, requires=("any-text.stream",), control=Control.WIRE
)
def any_cut_astream(ctx: Context) -> Search:
    """The same on a loop."""
    return _cut(ctx, ASTREAM)


def _golden(ctx: Context, style: CallStyle) -> ControlledOutcomes:
    by: dict[str, ControlledOutcome] = {}
    for name in STREAMS:
        by[name] = heard(ctx.call_of(style, ctx.wire.plan_golden(golden(name))), ctx.instance)
        if by[name].hung is not None:
            break
    return ControlledOutcomes(by_label=by)


def _cut(ctx: Context, style: CallStyle) -> Search:
    from hypothesis import strategies as st  # noqa: PLC0415 - only who searches pays for it

    texts = st.lists(characters(), min_size=1, max_size=4).map("".join)
    texts = texts.filter(lambda text: not set(text) & LINES)
    drawn = st.tuples(st.lists(texts, min_size=1, max_size=6).map(tuple), st.integers(1, _BYTES))

    def try_(pair: tuple[tuple[str, ...], int]) -> ControlledOutcome | None:
        tokens, place = pair
        cue = ctx.wire.plan_golden(golden_of(tokens), fault_named(f"cut_at={place}"))
        outcome = heard(ctx.call_of(style, cue), ctx.instance)
        kept = not outcome.failed and outcome.text == "".join(tokens)
        return None if kept else replace(outcome, cut_at=place)

    return search(ctx.max_examples, drawn, _TRAPS, try_)
