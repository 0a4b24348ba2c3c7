"""The model, paused before its first token and in the middle of its answer: lazy, live, and read on demand."""

from __future__ import annotations

from llm_conformance.observe.call_styles import EVENTS, STREAMS, CallStyle, completes, nested
from llm_conformance.observe.context import Context
from llm_conformance.observe.controlled_call import SENDS_EAGERLY, Act, ControlledCall
from llm_conformance.observe.inconclusive import Inconclusive, gate_position
from llm_conformance.observe.tools import bind, tools_of
from llm_conformance.records import ChatAnswers, ControlledOutcome, Message, Milestone, Stream
from llm_conformance.scenarios.registry import SCRIPT, scenario
from llm_fixtures import golden

# A model that gives its answer in one piece has nothing to give while it is paused.
_NOT_STREAMED = ControlledOutcome(streamed=False)
# A model that reads so many chunks ahead has no bound.
_FAR = 32
_CHAIN = ("__or__", "__ror__")
# A call whose arguments come in many fragments. A model may merge some of them, and then pauses at another place.
_CALL = "chat-arguments-by-byte"
_ENOUGH = 8


@scenario(
    styles=(*STREAMS, *EVENTS),
    reported_by="stream.close-unstarted",
    requires=(completes,),
    control=SCRIPT,
    hookable=True,
)
def close_unstarted(ctx: Context, style: CallStyle, plain: Stream) -> ControlledOutcome:
    """A stream that is opened and closed, without one next()."""
    tokens = ctx.expected_chunks(plain)
    llm, call, other = ctx.new_instance(), ctx.controlled_call(style, tokens), ctx.controlled_call(style)

    async def act() -> None:
        source = call.start(llm)
        await call.yield_to_loop()
        # While a whole other answer is read, a model that starts in the background has time to do so.
        await other.read_all(other.items(llm))
        call.milestones[Milestone.GENERATIONS_BEFORE_NEXT] = len(call.answer.generations)
        await call.close(source)
        call.milestones[Milestone.GENERATIONS_AFTER_CLOSE] = len(call.answer.generations)

    return beside_another(call, other, act, idle=True)


@scenario(
    styles=STREAMS,
    reported_by="stream.backpressure",
    requires=("live.stream",),
    same_failure_as=("interleaved",),
    control=SCRIPT,
    hookable=True,
    not_on_wire=SENDS_EAGERLY,
)
def pull(ctx: Context, style: CallStyle, plain: Stream) -> ControlledOutcome:
    """One chunk of a long answer, and no more for as long as another answer takes."""
    if not plain.streamed:
        return _NOT_STREAMED
    tokens = ctx.expected_chunks(plain)
    if len(tokens) < _FAR:
        raise Inconclusive(f"the answer is too short ({len(tokens)} chunks) to detect unbounded read-ahead")
    llm, call, other = ctx.new_instance(), ctx.controlled_call(style, tokens), ctx.controlled_call(style)

    async def act() -> None:
        items = call.items(llm)
        await call.read_to_text(items)
        await call.yield_to_loop()
        await other.read_all(other.items(llm))
        sent = max((generation.sent for generation in call.answer.generations), default=0)
        call.milestones[Milestone.TOKENS_AFTER_ONE_CHUNK] = sent
        await call.close(items)

    return beside_another(call, other, act)


@scenario(
    styles=STREAMS, reported_by="live.stream", requires=(completes,), control=SCRIPT, hookable=True, may_hang=True
)
@scenario(
    styles=EVENTS,
    reported_by="live.events",
    requires=(completes, "live.stream"),
    control=SCRIPT,
    hookable=True,
    may_hang=True,
)
@scenario(
    styles=map(nested, STREAMS),
    reported_by="live.nested",
    other_methods=_CHAIN,
    requires=("live.stream",),
    control=SCRIPT,
    hookable=True,
    may_hang=True,
)
@scenario(
    styles=map(nested, EVENTS),
    reported_by="live.nested",
    other_methods=_CHAIN,
    requires=("live.events",),
    control=SCRIPT,
    hookable=True,
    may_hang=True,
)
def live(ctx: Context, style: CallStyle, plain: Stream) -> ControlledOutcome:
    """A long answer; the model is paused in its middle until the consumer has some of it."""
    if ctx.controller.free_text and plain.may_be_one_token:
        raise Inconclusive("the answer is too short to pause the model in it")
    if not plain.streamed:
        return _NOT_STREAMED
    tokens = ctx.expected_chunks(plain)
    place = gate_position(tokens)
    llm, call = ctx.new_instance(), ctx.controlled_call(style, tokens, gates=(place,))
    gate = call.answer.gates[place]

    async def act() -> None:
        async for item in call.items(llm):
            if call.record(item):
                gate.open()

    return call.outcome(call.run(act))


@scenario(
    styles=STREAMS,
    reported_by="calls.arrive",
    other_methods=("bind_tools",),
    requires=("live.stream", "calls.completes"),
    control=SCRIPT,
    may_hang=True,
)
def live_call(ctx: Context, style: CallStyle, golden_calls: ChatAnswers) -> ControlledOutcome:
    """A call of a tool, byte by byte; the model is paused in its middle until the consumer has some arguments of it."""
    stream = golden(_CALL)
    count = _arrivals(golden_calls)
    if count <= 1:
        return _NOT_STREAMED
    if count < _ENOUGH:
        raise Inconclusive(f"the call comes in too few chunks to pause between them: {count}")
    binding = bind(ctx, ctx.new_instance(), tools_of(stream))
    if binding.llm is None:
        raise Inconclusive("`bind_tools()` did not return a model again")
    place = len(stream.pieces) // 2
    answer = ctx.controller.plan_golden(stream, gates=(place,))
    call, gate = ctx.controlled_call(style, answer=answer), answer.gates[place]

    async def act() -> None:
        async for item in call.items(binding.llm):
            if call.record_call(item):
                gate.open()

    return call.outcome(call.run(act))


def _arrivals(answers: ChatAnswers) -> int:
    """In how many chunks the arguments of the call come if the model is not paused."""
    answer = answers.by_label.get(_CALL)
    chunks = () if answer is None else answer.chunks
    return sum(any(fragment.args for fragment in Message(chunk).fragments) for chunk in chunks)


def beside_another(call: ControlledCall, other: ControlledCall, act: Act, *, idle: bool = False) -> ControlledOutcome:
    """The record of a call beside a whole other one. idle: the model is not to be called at all."""
    done = call.run(act, beside=(other,))
    other.finish()
    of_other = other.outcome(done)
    if not of_other.failed and not of_other.generations:
        raise Inconclusive("the model did not take its answer from the harness")
    return call.outcome(done, idle=idle)
