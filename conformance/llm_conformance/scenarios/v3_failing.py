"""A stream of version v3 of a model that fails: read by its events, and by each projection."""

from __future__ import annotations

from llm_conformance.observe.call_styles import EVENTS_V3, CallStyle, completes
from llm_conformance.observe.context import Context
from llm_conformance.observe.controlled_call import LONG_ANSWER, MIDDLE
from llm_conformance.observe.fault_calls import read_to_end
from llm_conformance.observe.v3_reader import PROJECTIONS, AfterError, reading
from llm_conformance.records import ControlledOutcome, ControlledOutcomes
from llm_conformance.scenarios.errors import FAILS_BY_FAULTS, PLACES
from llm_conformance.scenarios.registry import SCRIPT, WIRE, scenario
from llm_conformance.simulator import fault_named
from llm_fixtures import golden

_STREAM = "sparkling-water"
_FAULTS = ("fin_mid_stream", "error_mid_stream")
# The checks that report a client that misses them in any stream.
_REPORTED = ("wire.cut[fin_mid_stream]", "wire.error[error_mid_stream]")


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
        call = ctx.controlled_call(_reading(style, projection), LONG_ANSWER, fails=place)
        by[name] = read_to_end(call, ctx.new_instance())
        if by[name].hung is not None:
            break
    return ControlledOutcomes(by_label=by)


@scenario(
    styles=EVENTS_V3,
    reported_by="events-v3.errors",
    model_calls=len(_FAULTS) * (1 + len(PROJECTIONS)),
    requires=(completes, *_REPORTED),
    control=WIRE,
)
def v3_broken_off(ctx: Context, style: CallStyle) -> ControlledOutcomes:
    """A stream of a provider that breaks off or sends an error, read by its events and by each projection."""
    by: dict[str, ControlledOutcome] = {}
    for fault in filter(ctx.wire.has_fault, map(fault_named, _FAULTS)):
        for projection in ("", *PROJECTIONS):
            answer = ctx.wire.plan_golden(golden(_STREAM), fault)
            call = ctx.controlled_call(_reading(style, projection), answer=answer)
            name = f"{fault.name}, {f'.{projection}' if projection else 'events'}"
            by[name] = read_to_end(call, ctx.instance)
            if by[name].hung is not None:
                return ControlledOutcomes(by_label=by)
    return ControlledOutcomes(by_label=by)


def _reading(style: CallStyle, projection: str) -> CallStyle:
    return reading(style, projection, text=lambda: AfterError().of)
