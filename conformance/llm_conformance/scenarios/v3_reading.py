"""A stream of version v3 that is not read yet, read slowly, read without keeping anything, and one of several."""

from __future__ import annotations

from dataclasses import replace

from llm_conformance.driver.garbage import collect_beside
from llm_conformance.observe.alone_answers import AloneAnswers
from llm_conformance.observe.call_styles import CallStyle, completes
from llm_conformance.observe.client_timeout import is_timeout
from llm_conformance.observe.context import Context
from llm_conformance.observe.controlled_call import SENDS_EAGERLY
from llm_conformance.observe.cost_meter import CallFailedError, CostMeter
from llm_conformance.observe.gc_pause import gc_paused
from llm_conformance.observe.inconclusive import Inconclusive
from llm_conformance.observe.v3_reader import V3_READERS, V3_TEXTS, V3_WHOLE_TEXTS
from llm_conformance.records import ControlledOutcome, ControlledOutcomes, CostProfile, Milestone, Stream
from llm_conformance.scenarios.concurrency import at_once, tokens_of
from llm_conformance.scenarios.live import beside_another, live, pull
from llm_conformance.scenarios.registry import SCRIPT, scenario

_AT_ONCE = 10
# Tokens: a reader that keeps what it reads shows it in the difference.
_SHORT, _LONG = 240, 1_200

scenario(
    styles=(*V3_READERS, *V3_TEXTS),
    name="v3_live",
    reported_by="events-v3.live",
    requires=(completes, "live.stream"),
    control=SCRIPT,
    may_hang=True,
)(live)
scenario(
    styles=V3_READERS,
    name="v3_pull",
    reported_by="events-v3.backpressure",
    requires=("events-v3.live", "stream.backpressure"),
    control=SCRIPT,
    not_on_wire=SENDS_EAGERLY,
)(pull)


@scenario(styles=V3_READERS, reported_by="events-v3.lazy", requires=(completes,), control=SCRIPT)
def v3_unread(ctx: Context, style: CallStyle, plain: Stream) -> ControlledOutcome:
    """A stream that is opened, awaited on a loop, and left unread while another answer is read; then it is closed."""
    tokens = ctx.expected_chunks(plain)
    llm, call, other = ctx.new_instance(), ctx.controlled_call(style, tokens), ctx.controlled_call(style)

    async def act() -> None:
        reader = call.start(llm)
        if style.asynchronous:
            await reader.open()
        await call.yield_to_loop()
        # While a whole other answer is read, a model that starts in the background has time to do so.
        await other.read_all(other.items(llm))
        call.milestones[Milestone.GENERATIONS_BEFORE_NEXT] = len(call.answer.generations)
        await call.close(reader)
        await call.yield_to_loop()
        call.milestones[Milestone.GENERATIONS_AFTER_CLOSE] = len(call.answer.generations)

    return beside_another(call, other, act, idle=True)


@scenario(
    styles=V3_WHOLE_TEXTS,
    reported_by="events-v3.isolated",
    model_calls=1 + _AT_ONCE,
    requires=(completes, "isolation.concurrent"),
    control=SCRIPT,
)
def v3_at_once(ctx: Context, style: CallStyle) -> ControlledOutcomes:
    """10 streams of one instance, each in a thread or a task; at each token the last one goes on first."""
    alone = AloneAnswers(ctx, style, tokens_of)
    alone.of(0)
    with gc_paused():
        outcomes = at_once(ctx, style, ctx.new_instance(), _AT_ONCE)
        if any(is_timeout(one.raised) for one in outcomes):
            raise Inconclusive(f"a timeout of the client ended a stream while {_AT_ONCE} were read at once")
    collect_beside()
    outcomes = [replace(one, tokens=alone.of(number)) for number, one in enumerate(outcomes)]
    return ControlledOutcomes(by_label={f"stream {number + 1}": one for number, one in enumerate(outcomes)})


@scenario(
    styles=V3_READERS,
    reported_by="events-v3.flat-memory",
    model_calls=0,
    requires=("events-v3.live", "stream.exact"),
    control=SCRIPT,
    not_on_wire="stream.flat-memory judges it: the memory is that of provider and client together",
)
def v3_cost(ctx: Context, style: CallStyle, plain: Stream) -> CostProfile:
    """The memory that answers of 240 and 1200 tokens take, of whose events nothing is kept."""
    if not plain.streamed:
        return CostProfile(streamed=False)
    meter = CostMeter(ctx, style, timed=False)
    try:
        for length in (_SHORT, _LONG):
            meter.measure(length)
    except CallFailedError as failure:
        result = failure.result
        return CostProfile(raised=result.raised, hung=result.hung, seconds=result.seconds, costs=tuple(meter.costs))
    return CostProfile(seconds=meter.seconds, costs=tuple(meter.costs))
