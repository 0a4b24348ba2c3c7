"""An adapter whose provider does nothing wrong: every golden stream by every way of asking, and any cut in any text."""

from __future__ import annotations

from dataclasses import replace

from llm_conformance.observe.call_styles import AINVOKE, ASTREAM, EVENTS_V1, EVENTS_V2, INVOKE, STREAM, CallStyle
from llm_conformance.observe.context import Context
from llm_conformance.observe.search import characters, search
from llm_conformance.records import Control, Search, Stream, ControlledOutcome, ControlledOutcomes
from llm_conformance.scenarios.any_text import LINES
from llm_conformance.scenarios.registry import scenario
from llm_conformance.scenarios.wire_faults import heard
from llm_conformance.simulator import fault_named, told
from llm_fixtures import golden, names

# Texts that cannot be encoded are no text, and what is long is said by faults of their own.
STREAMS = tuple(name for name in names() if name not in {"surrogate-halves", "long-1e5", "long-token"})
_BYTES = 600
# Wherever a format has its texts begin, one of two places in a row is within a character, and in the middle of them.
_TRAPS = tuple((("\u4f60" * 300,), place) for place in (700, 701))
_AFTER = ("stream.exact", "invoke.exact")


@scenario(reported_by="wire.golden", method="invoke", model_calls=len(STREAMS), requires=_AFTER, control=Control.WIRE)
def golden_invoke(stage: Context) -> ControlledOutcomes:
    """invoke() of every golden stream."""
    return _golden(stage, INVOKE)


@scenario(reported_by="wire.golden", method="ainvoke", model_calls=len(STREAMS), requires=_AFTER, control=Control.WIRE)
def golden_ainvoke(stage: Context) -> ControlledOutcomes:
    """The same on a loop."""
    return _golden(stage, AINVOKE)


@scenario(reported_by="wire.golden", method="stream", model_calls=len(STREAMS), requires=_AFTER, control=Control.WIRE)
def golden_stream(stage: Context) -> ControlledOutcomes:
    """stream() of every golden stream."""
    return _golden(stage, STREAM)


@scenario(reported_by="wire.golden", method="astream", model_calls=len(STREAMS), requires=_AFTER, control=Control.WIRE)
def golden_astream(stage: Context) -> ControlledOutcomes:
    """The same on a loop."""
    return _golden(stage, ASTREAM)


@scenario(reported_by="wire.golden", method="astream_events", model_calls=len(STREAMS), requires=_AFTER, control=Control.WIRE)
def golden_v1(stage: Context) -> ControlledOutcomes:
    """The events of version v1 of every golden stream."""
    return _golden(stage, EVENTS_V1)


@scenario(reported_by="wire.golden", method="astream_events", model_calls=len(STREAMS), requires=_AFTER, control=Control.WIRE)
def golden_v2(stage: Context, astream: Stream) -> ControlledOutcomes:
    """The events of version v2 of every golden stream; one chunk is no event there."""
    return _golden(stage, EVENTS_V2) if astream.streamed else ControlledOutcomes(by_label={})


@scenario(reported_by="any-text.cut", method="stream", model_calls=0, requires=("any-text.stream",), control=Control.WIRE)
def any_cut_stream(stage: Context) -> Search:
    """stream() of generated tokens whose bytes come in two pieces, cut at a generated place."""
    return _cut(stage, STREAM)


@scenario(reported_by="any-text.cut", method="astream", model_calls=0, requires=("any-text.stream",), control=Control.WIRE)
def any_cut_astream(stage: Context) -> Search:
    """The same on a loop."""
    return _cut(stage, ASTREAM)


def _golden(stage: Context, way: CallStyle) -> ControlledOutcomes:
    by: dict[str, ControlledOutcome] = {}
    for name in STREAMS:
        by[name] = heard(stage.call_of(way, stage.wire.plan_golden(golden(name))), stage.instance)
        if by[name].hung is not None:
            break
    return ControlledOutcomes(by_label=by)


def _cut(stage: Context, way: CallStyle) -> Search:
    from hypothesis import strategies as st  # noqa: PLC0415 - only who searches pays for it

    texts = st.lists(characters(), min_size=1, max_size=4).map("".join)
    texts = texts.filter(lambda text: not set(text) & LINES)
    drawn = st.tuples(st.lists(texts, min_size=1, max_size=6).map(tuple), st.integers(1, _BYTES))

    def try_(pair: tuple[tuple[str, ...], int]) -> ControlledOutcome | None:
        tokens, place = pair
        cue = stage.wire.plan_golden(told(tokens), fault_named(f"cut_at={place}"))
        trial = heard(stage.call_of(way, cue), stage.instance)
        kept = not trial.failed and trial.text == "".join(tokens)
        return None if kept else replace(trial, inputs={"cut": str(place)})

    return search(stage.max_examples, drawn, _TRAPS, try_)
