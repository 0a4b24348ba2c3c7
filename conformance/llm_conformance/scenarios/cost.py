"""Short and long answers, read by a consumer that keeps nothing of them: what each token costs."""

from __future__ import annotations

from llm_conformance.observe.call_styles import STREAMS, CallStyle
from llm_conformance.observe.context import Context
from llm_conformance.observe.cost_meter import PROVEN_GROWTH, CallFailedError, CostMeter
from llm_conformance.observe.search import Effort
from llm_conformance.records import CostProfile, Stream
from llm_conformance.scenarios.registry import SCRIPT, scenario

# In tokens. More effort adds to what less effort measures.
_LENGTHS, _LONGER = (1_000, 10_000), (100_000,)
# An adapter takes tens of times as long for a token as a scripted model.
_ON_THE_WIRE, _LONGER_ON_THE_WIRE = (240, 2_400), (24_000, 100_000)
# Seconds: a model that takes longer for an answer waits for something, and does not get a longer one.
_PATIENCE = 5.0
_REQUIRES = ("live.stream", "stream.exact")


@scenario(styles=STREAMS, reported_by="stream.flat-memory", model_calls=0, requires=_REQUIRES, control=SCRIPT)
def cost(ctx: Context, style: CallStyle, plain: Stream) -> CostProfile:
    """A thousand tokens, and ten thousand; a hundred thousand with more effort.

    A provider begins with a quarter of that.
    """
    if not plain.streamed:
        return CostProfile(streamed=False)
    meter = CostMeter(ctx, style)
    try:
        for length in _lengths(ctx):
            meter.measure(length)
            if meter.seconds > _PATIENCE or meter.times > PROVEN_GROWTH:
                break
    except CallFailedError as failure:
        result = failure.result
        return CostProfile(raised=result.raised, hung=result.hung, seconds=result.seconds, costs=tuple(meter.costs))
    return CostProfile(seconds=meter.seconds, costs=tuple(meter.costs))


def _lengths(ctx: Context) -> tuple[int, ...]:
    least, longer = (_ON_THE_WIRE, _LONGER_ON_THE_WIRE) if ctx.controller.sends_eagerly else (_LENGTHS, _LONGER)
    return least if ctx.effort is Effort.QUICK else (*least, *longer)
