"""An adapter under faults of its provider: every fault, in one answer that has everything that is hard to transmit."""

from __future__ import annotations

from dataclasses import replace

from llm_conformance.observe.call_styles import AINVOKE, EVENTS, EVENTS_V2, INVOKE, STREAMS, CallStyle
from llm_conformance.observe.context import Context
from llm_conformance.observe.fault_calls import (
    STAYS_OPEN,
    is_unsteady,
    read_alone,
    read_beside_others,
    to_fault_response,
)
from llm_conformance.observe.inconclusive import Inconclusive
from llm_conformance.records import FaultResponse, Stream
from llm_conformance.scenarios.registry import WIRE, scenario
from llm_conformance.simulator import FAULTS, Fault, FaultClass

_STALL, _SLOW = FAULTS["stall"], FAULTS["slow_but_steady"]
# With a longer timeout, in seconds, the slow stream would take too long.
_LONGEST = 5.0
# Faults that are also played to the other call styles: one of each class.
OTHER_CALLS = ("utf8_cuts", "crlf_cut", "quotes_backslashes", "error_mid_stream", "fin_mid_stream", "http_401")
# The classes of faults, as the ids of checks have them.
FAMILIES = {
    FaultClass.DELIVERY: "delivery",
    FaultClass.SYNTAX: "syntax",
    FaultClass.CONTENT: "content",
    FaultClass.TERMINATOR: "terminator",
    FaultClass.ERROR: "error",
    FaultClass.CUT: "cut",
    FaultClass.STALL: "stall",
    FaultClass.HTTP: "http",
    FaultClass.UNSPECIFIED: "unspecified",
}


def _register(fault: Fault, style: CallStyle, reported_by: str, *requires: str) -> None:
    """Register the fault as the scenario `stream_under[NAME]`, by the name of the call style."""

    def under_fault(ctx: Context, stream: Stream) -> FaultResponse:
        return _under(fault, style, ctx, stream)

    def under_fault_on_loop(ctx: Context, astream: Stream) -> FaultResponse:
        return _under(fault, style, ctx, astream)

    act = under_fault_on_loop if style.asynchronous else under_fault
    act.__doc__ = f"{style} under the fault {fault.name}: {fault.rule}"
    scenario(
        name=f"{style.observation}_under[{fault.name}]",
        method=style.method,
        reported_by=reported_by,
        model_calls=2 if fault in {STAYS_OPEN, _SLOW} else 1,
        requires=(
            "events.streams" if style.events else style.completes,
            "stream.exact",
            *(("wire.stall[stall]",) if fault is _SLOW else ()),
            *requires,
        ),
        may_raise=True,
        may_hang=True,
        control=WIRE,
    )(act)


def _under(fault: Fault, style: CallStyle, ctx: Context, plain: Stream) -> FaultResponse:
    # langchain-core's v2 has no stream event for an answer of one chunk.
    if not ctx.wire.has_fault(fault) or (style is EVENTS_V2 and not plain.streamed):
        return FaultResponse()
    response = _response(fault, style, ctx)
    if fault is STAYS_OPEN and response.raised is not None:
        # One silence may be that of a busy machine.
        response = _response(fault, style, ctx)
    if fault is _SLOW and response.fault and (response.raised is not None or not response.exact):
        response = _response(fault, style, ctx)
    if fault.kind is not FaultClass.STALL and response.hung is None:
        ctx.under_faults.add(style)
    return response if plain.streamed else replace(response, streamed=False)


def _response(fault: Fault, style: CallStyle, ctx: Context) -> FaultResponse:
    if fault is _SLOW and not _gives_up_soon(style, ctx):
        patience = ctx.given_up_after.get(style, 0.0)
        raise Inconclusive(f"a silent provider was given up after {patience:.1f} s: too late for a slow stream")
    outcome, answer = read_beside_others(fault, style, ctx) or read_alone(fault, style, ctx)
    if fault is _STALL and outcome.raised is not None:
        ctx.given_up_after[style] = outcome.seconds
    if fault is _SLOW and is_unsteady(answer, ctx.given_up_after[style]):
        raise Inconclusive("the machine was too busy to send a slow stream steadily")
    not_played = fault.of_response and answer.generations and not answer.fault_played
    return FaultResponse() if not_played else to_fault_response(outcome, fault, answer.sent)


def _gives_up_soon(style: CallStyle, ctx: Context) -> bool:
    return 0 < ctx.given_up_after.get(style, 0.0) < _LONGEST


for _fault in FAULTS.values():
    _of_streams = f"wire.{FAMILIES[_fault.kind]}[{_fault.name}]"
    for _style in STREAMS:
        _register(_fault, _style, _of_streams)
    for _style in (INVOKE, AINVOKE, *EVENTS) if _fault.name in OTHER_CALLS else ():
        _register(_fault, _style, "wire.other-calls", _of_streams)
