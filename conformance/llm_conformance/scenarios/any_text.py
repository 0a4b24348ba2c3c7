"""Any text at all, in every call style: what goes into the script must come out of the model."""

from __future__ import annotations

from collections.abc import Callable
from itertools import accumulate
from typing import Any

from llm_conformance.control.controller import discarded_after
from llm_conformance.observe.call_styles import AINVOKE, ASTREAM, EVENTS, INVOKE, STREAM, STREAMS, CallStyle, completes
from llm_conformance.observe.context import Context
from llm_conformance.observe.search import characters, search
from llm_conformance.observe.traps import AT_THE_END, ENDS, HELD_BACK, LONG, STOP_TRAPS, TRAP_TOKENS, TRAPS, Tokens
from llm_conformance.records import ControlledOutcome, Reply, Search, Stream
from llm_conformance.scenarios.registry import SCRIPT, scenario

# The time of langchain-core's v1 events grows with the square of their number.
_MOST_IN_EVENTS = 300

LINES = frozenset("\u0085\u2028\u2029")

# langchain-core's events have no chunk of an answer that comes in one piece.
_NOT_STREAMED = Search(streamed=False)


@scenario(
    styles=(INVOKE, AINVOKE),
    reported_by="any-text.invoke",
    model_calls=0,
    requires=(completes, "invoke.exact"),
    control=SCRIPT,
)
@scenario(
    styles=STREAMS,
    reported_by="any-text.stream",
    model_calls=0,
    requires=(completes, "stream.exact"),
    control=SCRIPT,
)
def any_text(ctx: Context, style: CallStyle) -> Search:
    """Random token lists, and the known traps."""
    # On the wire a trap at the end of an answer costs a request: it is tested where a stream is read, and a token that
    # is the whole answer by stream() alone.
    on_wire = {STREAM: ENDS, ASTREAM: AT_THE_END}.get(style, ())
    ends = on_wire if ctx.controller.sends_eagerly else ENDS
    return _search(ctx, lambda tokens: _answer(ctx, style, tokens), ends, empty=style in {INVOKE, AINVOKE})


@scenario(
    styles=EVENTS,
    name="any_text",
    reported_by="any-text.events",
    model_calls=0,
    requires=("events.parity",),
    control=SCRIPT,
)
def any_text_as_events(ctx: Context, style: CallStyle, plain: Stream) -> Search:
    """Random token lists, and the known traps, as events."""
    if not plain.streamed:
        return _NOT_STREAMED
    # An answer as events costs ten times one as a stream, and has the chunks of the stream.
    ends = () if ctx.controller.sends_eagerly else HELD_BACK
    return _search(ctx, lambda tokens: _answer(ctx, style, tokens[:_MOST_IN_EVENTS]), ends)


@scenario(
    styles=STREAMS, reported_by="any-text.boundaries", model_calls=0, requires=("stream.boundaries",), control=SCRIPT
)
def boundaries(ctx: Context, style: CallStyle) -> Search:
    """Random token lists, and the known traps, compared chunk by chunk."""
    # The border of a chunk does not depend on what is at the end of the answer.
    return _search(ctx, lambda tokens: _answer(ctx, style, tokens), (), by_chunk=True)


@scenario(
    styles=(INVOKE,), reported_by="any-text.stop", model_calls=0, requires=("stop.cuts", "stop.literal"), control=SCRIPT
)
@scenario(styles=STREAMS, reported_by="any-text.stop", model_calls=0, requires=("stop.parity",), control=SCRIPT)
def any_stop(ctx: Context, style: CallStyle, stop_invoke: Reply) -> Search:
    """Random token lists with a random stop text."""
    from hypothesis import strategies as st  # noqa: PLC0415 - only a search pays for the import

    if stop_invoke.raised is not None:
        return Search(stop_refused=True)
    letters = st.sampled_from("ab ")
    pieces = st.lists(letters, max_size=3).map("".join)
    stops = st.lists(letters, min_size=1, max_size=4).map("".join)
    pairs = st.tuples(st.lists(pieces, max_size=8).map(tuple), stops)

    def broken(pair: tuple[Tokens, str]) -> ControlledOutcome | None:
        outcome = _answer(ctx, style, *pair)
        return None if _is_cut(outcome) else outcome

    return search(ctx.rounds, pairs, STOP_TRAPS, broken)


def _search(
    ctx: Context,
    answer: Callable[[Tokens], ControlledOutcome],
    ends: tuple[Tokens, ...],
    *,
    by_chunk: bool = False,
    empty: bool = False,
) -> Search:
    from hypothesis import strategies as st  # noqa: PLC0415 - the same

    def is_sent(tokens: Tokens) -> bool:
        # A stream of an empty answer is judged by errors.empty-answer, at another level.
        return _is_sent(ctx, tokens) and (empty or any(tokens))

    # On the wire the fault `many_tokens` is as long, and some clients need a second for such an answer.
    long = () if ctx.controller.sends_eagerly else (LONG,)
    traps = tuple(filter(is_sent, (*TRAPS, *long, *ends)))
    some = st.sampled_from([token for token in TRAP_TOKENS if _is_sent(ctx, (token,))])
    texts = st.lists(characters(), max_size=4).map("".join)
    drawn = st.lists(st.one_of(texts, some), max_size=12).map(tuple).filter(is_sent)

    def broken(tokens: Tokens) -> ControlledOutcome | None:
        outcome = answer(tokens)
        return None if _is_whole(outcome, by_chunk=by_chunk) else outcome

    return search(ctx.rounds, drawn, traps, broken)


def _is_sent(ctx: Context, tokens: Tokens) -> bool:
    """On the wire, texts that break well-known clients are left out: a fault covers each of them."""
    return not ctx.controller.sends_eagerly or not LINES & set("".join(tokens))


def _is_whole(outcome: ControlledOutcome, *, by_chunk: bool) -> bool:
    text = "".join(outcome.tokens)
    if outcome.raised is not None:
        # A model may raise for an empty answer.
        return not text
    if by_chunk and tuple(filter(None, outcome.texts)) != tuple(filter(None, outcome.tokens)):
        return False
    return outcome.hung is None and outcome.text == text


def _is_cut(outcome: ControlledOutcome) -> bool:
    text = "".join(outcome.tokens)
    cut, found, _ = text.partition(outcome.stop)
    if outcome.raised is not None:
        return not cut
    if outcome.hung is not None or outcome.text == cut:
        return outcome.hung is None
    return bool(found) and outcome.text in _kept_with_stop(outcome, cut + outcome.stop)


def _kept_with_stop(outcome: ControlledOutcome, cut: str) -> set[str]:
    """What some models keep with the stop text: nothing, the rest of its word, or whole tokens up to a token's length.

    cut: the text up to the end of the stop text.
    """
    text = "".join(outcome.tokens)
    most = len(cut) + max(map(len, outcome.tokens), default=0)
    ends = [end for end in accumulate(map(len, outcome.tokens)) if len(cut) <= end <= most]
    return {cut, cut + text[len(cut) :].partition(" ")[0], *(text[:end] for end in ends)}


def _answer(ctx: Context, style: CallStyle, tokens: Tokens, stop: str = "") -> ControlledOutcome:
    more = {"stop": [stop]} if stop else {}
    if style in {INVOKE, AINVOKE}:
        return _reply(ctx, style, tokens, stop, more)
    call, llm = ctx.controlled_call(style, tokens), ctx.instance
    done = call.run(lambda: call.read_all(call.items(llm, **more)))
    return call.outcome(done, stop=stop)


def _reply(ctx: Context, style: CallStyle, tokens: Tokens, stop: str, more: dict[str, Any]) -> ControlledOutcome:
    with discarded_after(ctx.controller, ctx.controller.plan(tokens)) as answer:
        reply = ctx.reply(lambda llm: getattr(llm, style.method)(answer.prompt, **more), on_loop=style.asynchronous)
    chunks = () if reply.value is None else (reply.value,)
    return ControlledOutcome(raised=reply.raised, hung=reply.hung, tokens=tokens, chunks=chunks, stop=stop)
