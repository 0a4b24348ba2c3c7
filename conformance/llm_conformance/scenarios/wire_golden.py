"""An adapter whose provider does nothing wrong: every golden stream by every way of asking, and any cut in any text."""

from __future__ import annotations

from dataclasses import replace

from llm_conformance.observe.call_styles import AINVOKE, ASTREAM, EVENTS_V1, EVENTS_V2, INVOKE, STREAM, Way
from llm_conformance.observe.context import Stage
from llm_conformance.observe.search import characters, search
from llm_conformance.records import Control, Search, Stream, Trial, Trials
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


@scenario(owner="wire.golden", method="invoke", calls=len(STREAMS), after=_AFTER, control=Control.WIRE)
def golden_invoke(stage: Stage) -> Trials:
    """invoke() of every golden stream."""
    return _golden(stage, INVOKE)


@scenario(owner="wire.golden", method="ainvoke", calls=len(STREAMS), after=_AFTER, control=Control.WIRE)
def golden_ainvoke(stage: Stage) -> Trials:
    """The same on a loop."""
    return _golden(stage, AINVOKE)


@scenario(owner="wire.golden", method="stream", calls=len(STREAMS), after=_AFTER, control=Control.WIRE)
def golden_stream(stage: Stage) -> Trials:
    """stream() of every golden stream."""
    return _golden(stage, STREAM)


@scenario(owner="wire.golden", method="astream", calls=len(STREAMS), after=_AFTER, control=Control.WIRE)
def golden_astream(stage: Stage) -> Trials:
    """The same on a loop."""
    return _golden(stage, ASTREAM)


@scenario(owner="wire.golden", method="astream_events", calls=len(STREAMS), after=_AFTER, control=Control.WIRE)
def golden_v1(stage: Stage) -> Trials:
    """The events of version v1 of every golden stream."""
    return _golden(stage, EVENTS_V1)


@scenario(owner="wire.golden", method="astream_events", calls=len(STREAMS), after=_AFTER, control=Control.WIRE)
def golden_v2(stage: Stage, astream: Stream) -> Trials:
    """The events of version v2 of every golden stream; one chunk is no event there."""
    return _golden(stage, EVENTS_V2) if astream.many else Trials(by={})


@scenario(owner="any-text.cut", method="stream", calls=0, after=("any-text.stream",), control=Control.WIRE)
def any_cut_stream(stage: Stage) -> Search:
    """stream() of generated tokens whose bytes come in two pieces, cut at a generated place."""
    return _cut(stage, STREAM)


@scenario(owner="any-text.cut", method="astream", calls=0, after=("any-text.stream",), control=Control.WIRE)
def any_cut_astream(stage: Stage) -> Search:
    """The same on a loop."""
    return _cut(stage, ASTREAM)


def _golden(stage: Stage, way: Way) -> Trials:
    by: dict[str, Trial] = {}
    for name in STREAMS:
        by[name] = heard(stage.performance(way, stage.wire.announce_golden(golden(name))), stage.shared)
        if by[name].hung is not None:
            break
    return Trials(by=by)


def _cut(stage: Stage, way: Way) -> Search:
    from hypothesis import strategies as st  # noqa: PLC0415 - only who searches pays for it

    texts = st.lists(characters(), min_size=1, max_size=4).map("".join)
    texts = texts.filter(lambda text: not set(text) & LINES)
    drawn = st.tuples(st.lists(texts, min_size=1, max_size=6).map(tuple), st.integers(1, _BYTES))

    def try_(pair: tuple[tuple[str, ...], int]) -> Trial | None:
        tokens, place = pair
        cue = stage.wire.announce_golden(told(tokens), fault_named(f"cut_at={place}"))
        trial = heard(stage.performance(way, cue), stage.shared)
        kept = not trial.broken and trial.text == "".join(tokens)
        return None if kept else replace(trial, given={"cut": str(place)})

    return search(stage.tries, drawn, _TRAPS, try_)
