"""Short and long answers, read by somebody who keeps nothing of them: what each token costs."""

from __future__ import annotations

from llm_conformance.observe.call_styles import ASTREAM, STREAM, Way
from llm_conformance.observe.context import Stage
from llm_conformance.observe.cost_meter import DAMNING, Ended, Meter
from llm_conformance.observe.search import Effort
from llm_conformance.records import Growth, Stream
from llm_conformance.scenarios.registry import scenario

# In tokens.
_SHORT, _LONG, _LONGEST = 1_000, 10_000, 100_000
# An adapter takes tens of times as long for a token as a model that is told what to say.
_ASKED = (240, 2_400)
# Seconds: whoever takes longer for an answer waits for something, and is asked for no longer one.
_PATIENCE = 5.0
_AFTER = ("live.delivers", "stream.exact")


@scenario(owner="stream.flat-memory", method="stream", calls=0, after=_AFTER, held=True)
def growing_stream(stage: Stage, stream: Stream) -> Growth:
    """A thousand tokens, and ten thousand; a hundred thousand where more effort is asked for.

    Where none is, a provider is asked for a quarter of that.
    """
    return _grown(stage, STREAM, stream)


@scenario(owner="stream.flat-memory", method="astream", calls=0, after=_AFTER, held=True)
def growing_astream(stage: Stage, astream: Stream) -> Growth:
    """The same on a loop."""
    return _grown(stage, ASTREAM, astream)


def _grown(stage: Stage, way: Way, unheld: Stream) -> Growth:
    if not unheld.many:
        return Growth(given={"streams": "no"})
    meter = Meter(stage, way)
    try:
        for length in _lengths(stage):
            meter.measure(length)
            if meter.seconds > _PATIENCE or meter.times > DAMNING:
                break
    except Ended as ended:
        act = ended.act
        return Growth(raised=act.raised, hung=act.hung, seconds=act.seconds, costs=tuple(meter.costs))
    return Growth(seconds=meter.seconds, costs=tuple(meter.costs))


def _lengths(stage: Stage) -> tuple[int, ...]:
    if stage.effort is not Effort.QUICK:
        return _SHORT, _LONG, _LONGEST
    return _ASKED if stage.prompter.sends_ahead else (_SHORT, _LONG)
