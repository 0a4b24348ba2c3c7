"""Any text at all, by every way of asking: what goes into the script must come out of the model."""

from __future__ import annotations

from typing import Any

from llm_conformance.observe.call_styles import ASTREAM, EVENTS_V1, EVENTS_V2, STREAM, CallStyle
from llm_conformance.observe.context import Context
from llm_conformance.observe.search import characters, search
from llm_conformance.records import ControlledOutcome, Reply, Search, Stream
from llm_conformance.scenarios.registry import scenario

Tokens = tuple[str, ...]

# Tokens that a call has at most, where nothing is said of thousands: whoever gives more is given more time.
_A_CALL = 32
# langchain-core's events of version v1 take a time that grows with the square of their number.
_TOLD = 300

LINES = frozenset("\u0085\u2028\u2029")

# What has broken some model: each stands for a defect that was reported.
TRAPS: tuple[Tokens, ...] = (
    (),
    ("",),
    ("", "a", "", "b", ""),
    ("a", "a", "a", " ", " ", "a"),
    (" 20", "6", "6"),
    ("  a", " \n", "\n ", "b  "),
    ("a\r", "\nb", "\r\n", "c\rd"),
    ("a\u2028b", "\u2029", "\u0085", "\x0b", "\x0c", "\x1c\x1d\x1e"),
    ("\ufeffa", "\ufeff", "b"),
    ("\x00", "a\x00b", "\x1b[31m", "\x7f"),
    ("e", "\u0301", "\u212b", "\u1100", "\u1161"),
    ("👩", "\u200d", "👧", "🏳", "\ufe0f", "\u200d", "🌈", "👋🏽"),
    ("\U0010ffff", "\ufffd", "\uffff", "\U00020000"),
    ("data: [DONE]", "[DONE]", "\n\n", "event: end", ": "),
    ("</s>", "<|endoftext|>", "<think>", "</think>", "<eos>"),
    ('{"a": 1}', '"', "\\", "\\n", "\\u0041", "'"),
    ("null", "None", "False", "0", "nan"),
    ("%s", "{}", "{0}", "$x", "{{x}}"),
    ("STOP", "Observation:", "Human:", "\nHuman:"),
    tuple(f"{number} " for number in range(2000)),
)

# Long enough that a model which ignores the mark says more than one that keeps it and the rest of its token.
_TAIL = (" and", " so", " on", " and", " on")

# Few letters, so that a mark stands in the text, begins in vain, and lies across tokens.
STOP_TRAPS: tuple[tuple[Tokens, str], ...] = (
    (("Obser", "vation", ":", " yes", *_TAIL), "Observation:"),
    (("a", "a", "a", "b", "c", *_TAIL), "aab"),
    (("ab", "ab", "ac", "d", *_TAIL), "abac"),
    (("x", "\n", "\n", "y", *_TAIL), "\n\n"),
    (("one ", "STOP", " two ", "STOP", " three"), "STOP"),
    (("S", "T", "O", "P", "!", *_TAIL), "STOP"),
    (("no", "thing ", "to ", "see"), "STOP"),
)

# langchain-core tells no chunk of an answer that comes in one piece.
_NOT_STREAMED = Search(streamed=False)


@scenario(reported_by="any-text.invoke", method="invoke", model_calls=0, requires=("invoke.exact",), held=True)
def any_invoke(ctx: Context) -> Search:
    """invoke() of generated token lists, and of the known traps."""
    return _said_to(ctx, lambda tokens: _replied(ctx, tokens, on_loop=False))


@scenario(reported_by="any-text.invoke", method="ainvoke", model_calls=0, requires=("invoke.exact",), held=True)
def any_ainvoke(ctx: Context) -> Search:
    """The same on a loop."""
    return _said_to(ctx, lambda tokens: _replied(ctx, tokens, on_loop=True))


@scenario(reported_by="any-text.stream", method="stream", model_calls=0, requires=("stream.exact",), held=True)
def any_stream(ctx: Context) -> Search:
    """stream() of the same."""
    return _said_to(ctx, lambda tokens: _listened(ctx, STREAM, tokens))


@scenario(reported_by="any-text.stream", method="astream", model_calls=0, requires=("stream.exact",), held=True)
def any_astream(ctx: Context) -> Search:
    """The same on a loop."""
    return _said_to(ctx, lambda tokens: _listened(ctx, ASTREAM, tokens))


@scenario(reported_by="any-text.events", method="astream_events", model_calls=0, requires=("events.parity",), held=True)
def any_v1(ctx: Context, astream: Stream) -> Search:
    """The same as events of version v1."""
    if not astream.streamed:
        return _NOT_STREAMED
    return _said_to(ctx, lambda tokens: _listened(ctx, EVENTS_V1, tokens[:_TOLD]))


@scenario(reported_by="any-text.events", method="astream_events", model_calls=0, requires=("events.parity",), held=True)
def any_v2(ctx: Context, astream: Stream) -> Search:
    """The same as events of version v2."""
    if not astream.streamed:
        return _NOT_STREAMED
    return _said_to(ctx, lambda tokens: _listened(ctx, EVENTS_V2, tokens[:_TOLD]))


@scenario(reported_by="any-text.boundaries", method="stream", model_calls=0, requires=("stream.boundaries",), held=True)
def any_boundaries(ctx: Context) -> Search:
    """stream() of the same, looked at chunk by chunk."""
    return _said_to(ctx, lambda tokens: _listened(ctx, STREAM, tokens), exact=True)


@scenario(
    reported_by="any-text.boundaries", method="astream", model_calls=0, requires=("stream.boundaries",), held=True
)
def any_aboundaries(ctx: Context) -> Search:
    """The same on a loop."""
    return _said_to(ctx, lambda tokens: _listened(ctx, ASTREAM, tokens), exact=True)


@scenario(reported_by="any-text.stop", method="invoke", model_calls=0, requires=("stop.cuts",), held=True)
def any_stop_invoke(ctx: Context, stop_invoke: Reply) -> Search:
    """invoke() of generated token lists with a generated stop mark."""
    return _stopped(ctx, stop_invoke, lambda tokens, stop: _replied(ctx, tokens, on_loop=False, stop=stop))


@scenario(reported_by="any-text.stop", method="stream", model_calls=0, requires=("stop.parity",), held=True)
def any_stop_stream(ctx: Context, stop_invoke: Reply) -> Search:
    """stream() of the same."""
    return _stopped(ctx, stop_invoke, lambda tokens, stop: _listened(ctx, STREAM, tokens, stop))


@scenario(reported_by="any-text.stop", method="astream", model_calls=0, requires=("stop.parity",), held=True)
def any_stop_astream(ctx: Context, stop_invoke: Reply) -> Search:
    """The same on a loop."""
    return _stopped(ctx, stop_invoke, lambda tokens, stop: _listened(ctx, ASTREAM, tokens, stop))


def _said_to(ctx: Context, ask: Any, *, exact: bool = False) -> Search:
    from hypothesis import strategies as st  # noqa: PLC0415 - only who searches pays for it

    traps = tuple(trap for trap in TRAPS if _carried(ctx, trap))
    some = st.sampled_from(sorted({token for trap in traps[:-1] for token in trap}))
    texts = st.lists(characters(), max_size=4).map("".join)
    tokens = st.lists(st.one_of(texts, some), max_size=12).map(tuple).filter(lambda said: _carried(ctx, said))

    def try_(said: Tokens) -> ControlledOutcome | None:
        outcome: ControlledOutcome = ask(said)
        return None if _kept(outcome, exact=exact) else outcome

    return search(ctx.max_examples, tokens, traps, try_)


def _carried(ctx: Context, tokens: Tokens) -> bool:
    """What breaks well-known clients on a wire is a fault of its own there, of its own level."""
    return not ctx.controller.sends_eagerly or not LINES & set("".join(tokens))


def _stopped(ctx: Context, basic: Reply, ask: Any) -> Search:
    from hypothesis import strategies as st  # noqa: PLC0415 - the same

    if basic.raised is not None:
        return Search(stop_refused=True)
    letters = st.sampled_from("ab ")
    pieces = st.lists(letters, max_size=3).map("".join)
    marks = st.lists(letters, min_size=1, max_size=4).map("".join)
    pairs = st.tuples(st.lists(pieces, max_size=8).map(tuple), marks)

    def try_(pair: tuple[Tokens, str]) -> ControlledOutcome | None:
        tokens, mark = pair
        outcome: ControlledOutcome = ask(tokens, mark)
        return None if _cut(outcome, mark) else outcome

    return search(ctx.max_examples, pairs, STOP_TRAPS, try_)


def _kept(outcome: ControlledOutcome, *, exact: bool) -> bool:
    said = "".join(outcome.tokens)
    if outcome.raised is not None:
        # Whoever has nothing to say may raise.
        return not said
    if exact and tuple(filter(None, outcome.texts)) != tuple(filter(None, outcome.tokens)):
        return False
    return outcome.hung is None and outcome.text == said


def _cut(outcome: ControlledOutcome, mark: str) -> bool:
    said = "".join(outcome.tokens)
    cut, found, _ = said.partition(mark)
    if outcome.raised is not None:
        return not cut
    if outcome.hung is not None or outcome.text == cut:
        return outcome.hung is None
    # Some keep the mark, and some the rest of the token that completed it.
    most = len(cut) + len(mark) + max(map(len, outcome.tokens), default=0)
    return (
        bool(found)
        and said.startswith(outcome.text)
        and outcome.text.startswith(cut + mark)
        and len(outcome.text) <= most
    )


def _replied(ctx: Context, tokens: Tokens, *, on_loop: bool, stop: str = "") -> ControlledOutcome:
    cue = ctx.controller.plan(tokens)
    kwargs = _stop_argument(stop)
    try:
        if on_loop:
            reply = ctx.areply(lambda llm: llm.ainvoke(cue.prompt, **kwargs))
        else:
            reply = ctx.reply(lambda llm: llm.invoke(cue.prompt, **kwargs))
    finally:
        ctx.controller.discard(cue)
    chunks = () if reply.value is None else (reply.value,)
    return ControlledOutcome(raised=reply.raised, hung=reply.hung, tokens=tokens, chunks=chunks, stop=stop)


def _listened(ctx: Context, style: CallStyle, tokens: Tokens, stop: str = "") -> ControlledOutcome:
    this, llm, kwargs = ctx.controlled_call(style, tokens), ctx.instance, _stop_argument(stop)

    def act() -> None:
        this.read_all(iter(this.start(llm, **kwargs)))

    async def arun() -> None:
        await this.aread_all(aiter(this.start(llm, **kwargs)))

    return this.outcome(this.run(arun if style.asynchronous else act, calls=1 + len(tokens) // _A_CALL), stop=stop)


def _stop_argument(stop: str) -> dict[str, list[str]]:
    return {"stop": [stop]} if stop else {}
