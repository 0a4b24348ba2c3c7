"""An adapter whose provider goes wrong: every fault by name, in one answer of everything that is hard to carry."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from functools import cache
from typing import Any

from llm_conformance.observe.call_styles import AINVOKE, ASTREAM, EVENTS_V1, EVENTS_V2, INVOKE, STREAM, CallStyle
from llm_conformance.observe.context import Context
from llm_conformance.observe.controlled_call import ControlledCall
from llm_conformance.records import Control, ControlledOutcome, FaultResponse, Stream
from llm_conformance.scenarios.registry import scenario
from llm_conformance.simulator import FAULTS, Expected, Fault, FaultClass
from llm_fixtures import Finish, Golden, Usage, golden

# What breaks some client by itself is a fault of its own, and would be accused with every other one here.
_PARTS = (
    "sparkling-water",
    "cjk-split-bytes",
    "emoji-zwj",
    "edge-spaces",
    "newlines-crlf",
    "backslashes-quotes",
    "json-output",
    "combining-marks",
    "rtl-bidi",
)
# The connection stands when all is said. Whoever waits for its end does so until time is up.
_STAYS_OPEN = FAULTS["late_close"]
# Faults that are played to every other way of asking, too: one of each class.
ELSEWHERE = ("utf8_cuts", "crlf_cut", "quotes_backslashes", "error_mid_stream", "fin_mid_stream", "http_401")
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


@cache
def composite() -> Golden:
    """The tokens of several golden streams, one after the other."""
    parts = [golden(name) for name in _PARTS]
    tokens = tuple(token for part in parts for token in part.tokens)
    why = "everything that is hard to carry"
    usage = Usage(prompt=1, completion=len(tokens))
    return Golden(name="composite", prompt=parts[0].prompt, why=why, tokens=tokens, finish=Finish.STOP, usage=usage)


def _register(act: Callable[..., FaultResponse], style: CallStyle, fault: Fault, owner: str) -> None:
    act.__name__ = f"{style.name.replace(' ', '_')}_under"
    act.__doc__ = f"{style.name} under the fault {fault.name}: {fault.rule}"
    method = "astream_events" if style.events else style.name
    scenario(
        reported_by=owner,
        method=method,
        model_calls=2 if fault is _STAYS_OPEN else 1,
        requires=("events.streams" if style.events else f"{method}.completes", "stream.exact"),
        may_raise=True,
        may_hang=True,
        control=Control.WIRE,
        fault=fault.name,
    )(act)


def _played(fault: Fault, style: CallStyle) -> Callable[..., FaultResponse]:
    def act(ctx: Context, stream: Stream) -> FaultResponse:
        return _under(fault, style, ctx, stream)

    def arun(ctx: Context, astream: Stream) -> FaultResponse:
        return _under(fault, style, ctx, astream)

    return arun if style.asynchronous else act


def _under(fault: Fault, style: CallStyle, ctx: Context, undisturbed: Stream) -> FaultResponse:
    # One chunk is no event in v2.
    if not ctx.wire.has_fault(fault) or (style is EVENTS_V2 and not undisturbed.streamed):
        return FaultResponse()
    call = _asked(fault, style, ctx)
    if fault is _STAYS_OPEN and call.raised is not None:
        # One silence may be that of a busy machine.
        call = _asked(fault, style, ctx)
    return call if undisturbed.streamed else replace(call, streamed=False)


def _asked(fault: Fault, style: CallStyle, ctx: Context) -> FaultResponse:
    llm = ctx.short_timeout_instance if fault.kind is FaultClass.STALL or fault is _STAYS_OPEN else ctx.instance
    cue = ctx.wire.plan_golden(composite(), fault)
    outcome = heard(ctx.call_of(style, cue), llm)
    spared = fault.transform is not None and cue.generations and not cue.fault_played
    return FaultResponse() if spared else told(outcome, fault)


def heard(this: ControlledCall, llm: Any, **more: Any) -> ControlledOutcome:
    """The record of a call that is read to its end, and asked once more where that is an exception."""

    def act() -> None:
        iterator = iter(this.start(llm, **more))
        try:
            this.read_all(iterator)
        except Exception:
            this.next_after_end(iterator)
            raise

    async def arun() -> None:
        iterator = aiter(this.start(llm, **more))
        try:
            await this.aread_all(iterator)
        except Exception:
            await this.anext_after_end(iterator)
            raise

    return this.outcome(this.run(arun if this.style.asynchronous else act))


def told(outcome: ControlledOutcome, fault: Fault) -> FaultResponse:
    """The record of a call under this fault; what is exact is not told again, as it may be megabytes."""
    exact = _joined(outcome.text) == _joined("".join(outcome.tokens))
    kept = fault.tokens_before_fault(len(outcome.tokens)) if fault.expected is Expected.RAISES else 0
    facts = {one.name: getattr(outcome, one.name) for one in fields(outcome)}
    facts |= {"tokens": (), "chunks": ()} if exact else {}
    return FaultResponse(**facts, fault=fault.name, expected=fault.expected.value, tokens_sent=kept, exact=exact)


def _joined(text: str) -> str:
    """The text with its surrogates in pairs: JSON joins two halves in one piece, and cannot those in two."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")


for _fault in FAULTS.values():
    for _way in (STREAM, ASTREAM):
        _register(_played(_fault, _way), _way, _fault, f"wire.{FAMILIES[_fault.kind]}[{_fault.name}]")
    for _way in (INVOKE, AINVOKE, EVENTS_V1, EVENTS_V2) if _fault.name in ELSEWHERE else ():
        _register(_played(_fault, _way), _way, _fault, "wire.other-calls")
