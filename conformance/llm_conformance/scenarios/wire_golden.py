"""An adapter whose provider does nothing wrong: every golden stream, and any cut in any text."""

from __future__ import annotations

from dataclasses import replace

from llm_conformance.observe.call_styles import AINVOKE, EVENTS, EVENTS_V2, INVOKE, STREAMS, CallStyle, completes
from llm_conformance.observe.context import Context
from llm_conformance.observe.fault_calls import read_to_end
from llm_conformance.observe.search import characters, search
from llm_conformance.records import ControlledOutcome, ControlledOutcomes, Search, Stream
from llm_conformance.scenarios.any_text import LINES
from llm_conformance.scenarios.registry import WIRE, scenario
from llm_conformance.simulator import fault_named, golden_of
from llm_fixtures import golden, names

# A text that cannot be encoded is left out. So are long texts, and those that break well-known clients: each is a fault
# of its own, and the latter are SHOULD.
_FAULTS_OF_THEIR_OWN = {"long-1e5", "long-token", "line-separators", "nel-vt-ff", "zero-tokens"}
_LEFT_OUT = {"surrogate-halves", *_FAULTS_OF_THEIR_OWN}
GOLDEN_STREAMS = tuple(name for name in names() if name not in _LEFT_OUT and golden(name).is_text)
_BYTES = 600
# Wherever the texts of a format begin, one of two places in a row is within a character, and in the middle of them.
_TRAPS = tuple((("\u4f60" * 300,), place) for place in (700, 701))


@scenario(
    styles=(INVOKE, AINVOKE, *STREAMS, *EVENTS),
    reported_by="wire.golden",
    model_calls=len(GOLDEN_STREAMS),
    requires=(completes, "stream.exact", "invoke.exact"),
    control=WIRE,
)
def golden_streams(ctx: Context, style: CallStyle, plain: Stream) -> ControlledOutcomes:
    """Every golden stream whose text is not a fault of its own."""
    by: dict[str, ControlledOutcome] = {}
    # langchain-core's v2 has no stream event for an answer of one chunk.
    for name in GOLDEN_STREAMS if style is not EVENTS_V2 or plain.streamed else ():
        call = ctx.controlled_call(style, answer=ctx.wire.plan_golden(golden(name)))
        by[name] = read_to_end(call, ctx.instance)
        if by[name].hung is not None:
            break
    return ControlledOutcomes(by_label=by)


@scenario(
    styles=STREAMS, reported_by="any-text.cut", model_calls=0, requires=(completes, "any-text.stream"), control=WIRE
)
def any_cut(ctx: Context, style: CallStyle) -> Search:
    """A stream of random tokens whose bytes come in two pieces, cut at a random place."""
    from hypothesis import strategies as st  # noqa: PLC0415 - only a search pays for the import

    texts = st.lists(characters(), min_size=1, max_size=4).map("".join)
    texts = texts.filter(lambda text: not set(text) & LINES)
    drawn = st.tuples(st.lists(texts, min_size=1, max_size=6).map(tuple), st.integers(1, _BYTES))

    def broken(pair: tuple[tuple[str, ...], int]) -> ControlledOutcome | None:
        tokens, place = pair
        answer = ctx.wire.plan_golden(golden_of(tokens), fault_named(f"cut_at={place}"))
        outcome = read_to_end(ctx.controlled_call(style, answer=answer), ctx.instance)
        exact = not outcome.failed and outcome.text == "".join(tokens)
        return None if exact else replace(outcome, cut_at=place)

    return search(ctx.rounds, drawn, _TRAPS, broken)
