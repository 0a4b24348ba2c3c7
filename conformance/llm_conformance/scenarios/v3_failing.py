"""A stream of version v3 of a model that fails: read by its events, and by each projection."""

from __future__ import annotations

from llm_conformance.observe.call_styles import EVENTS_V3, CallStyle, completes
from llm_conformance.observe.context import Context
from llm_conformance.observe.controlled_call import LONG_ANSWER, MIDDLE
from llm_conformance.observe.v3_reader import PROJECTIONS, reading
from llm_conformance.records import ControlledOutcome, ControlledOutcomes
from llm_conformance.scenarios.errors import FAILS_BY_FAULTS, PLACES
from llm_conformance.scenarios.registry import SCRIPT, scenario
from llm_conformance.scenarios.wire_faults import read_to_end


@scenario(
    styles=EVENTS_V3,
    reported_by="events-v3.errors",
    model_calls=len(PLACES) + len(PROJECTIONS),
    requires=(completes,),
    control=SCRIPT,
    not_on_wire=FAILS_BY_FAULTS,
)
def v3_failing(ctx: Context, style: CallStyle) -> ControlledOutcomes:
    """A stream of a model that fails before its first token, in the middle, and after its last, and each projection."""
    calls = {f"events, failing {name}": ("", place) for name, place in PLACES.items()}
    calls |= {f".{name}": (name, MIDDLE) for name in PROJECTIONS}
    by: dict[str, ControlledOutcome] = {}
    for name, (projection, place) in calls.items():
        call = ctx.controlled_call(reading(style, projection), LONG_ANSWER, fails=place)
        by[name] = read_to_end(call, ctx.new_instance())
        if by[name].hung is not None:
            break
    return ControlledOutcomes(by_label=by)
