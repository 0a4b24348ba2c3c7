"""Short and long answers, read by somebody who keeps nothing of them: what each token costs."""

from __future__ import annotations

from llm_conformance.observe.call_styles import ASTREAM, STREAM, CallStyle
from llm_conformance.observe.context import Context
from llm_conformance.observe.cost_meter import PROVEN_GROWTH, CallFailed, CostMeter
from llm_conformance.observe.search import Effort
from llm_conformance.records import CostProfile, Stream
from llm_conformance.scenarios.registry import scenario

# In tokens.
_SHORT, _LONG, _LONGEST = 1_000, 10_000, 100_000
# An adapter takes tens of times as long for a token as a model that is told what to say.
_ASKED = (240, 2_400)
# Seconds: whoever takes longer for an answer waits for something, and is asked for no longer one.
_PATIENCE = 5.0
_AFTER = ("live.stream", "stream.exact")


@scenario(reported_by="stream.flat-memory", method="stream", model_calls=0, requires=_AFTER, held=True)
def growing_stream(ctx: Context, stream: Stream) -> CostProfile:
    """A thousand tokens, and ten thousand; a hundred thousand where more effort is asked for.

    Where none is, a provider is asked for a quarter of that.
    """
    return _grown(ctx, STREAM, stream)


@scenario(reported_by="stream.flat-memory", method="astream", model_calls=0, requires=_AFTER, held=True)
def growing_astream(ctx: Context, astream: Stream) -> CostProfile:
    """The same on a loop."""
    return _grown(ctx, ASTREAM, astream)


def _grown(ctx: Context, style: CallStyle, plain: Stream) -> CostProfile:
    if not plain.streamed:
        return CostProfile(streamed=False)
    meter = CostMeter(ctx, style)
    try:
        for length in _lengths(ctx):
            meter.measure(length)
            if meter.seconds > _PATIENCE or meter.times > PROVEN_GROWTH:
                break
    except CallFailed as ended:
        act = ended.result
        return CostProfile(raised=act.raised, hung=act.hung, seconds=act.seconds, costs=tuple(meter.costs))
    return CostProfile(seconds=meter.seconds, costs=tuple(meter.costs))


def _lengths(ctx: Context) -> tuple[int, ...]:
    if ctx.effort is not Effort.QUICK:
        return _SHORT, _LONG, _LONGEST
    return _ASKED if ctx.controller.sends_eagerly else (_SHORT, _LONG)
