"""One call of an adapter under a fault of its provider: alone, or beside others that take time, too."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from functools import cache
from typing import Any

from llm_conformance.control.wire import SimulatedAnswer
from llm_conformance.observe.call_styles import STREAMS, CallStyle
from llm_conformance.observe.context import Context
from llm_conformance.observe.controlled_call import Act, ControlledCall
from llm_conformance.observe.side_by_side import Part
from llm_conformance.records import ControlledOutcome, FaultResponse
from llm_conformance.simulator import FAULTS, Expected, Fault, FaultClass, fault_named
from llm_fixtures import Finish, Golden, Usage, golden

# A stream that breaks some clients without a fault is left out: it is a fault itself, and would fail with every other.
# The first token has text: one without it could be lost, and nobody would see it.
_PARTS = (
    "plain-ascii",
    "cjk-split-bytes",
    "emoji-zwj",
    "edge-spaces",
    "newlines-crlf",
    "code-block",
    "backslashes-quotes",
    "json-output",
    "combining-marks",
    "rtl-bidi",
)
# A client pays for each read: where each byte is one, the answer has only the parts that bytes divide.
_BY_BYTE = {"one_byte_chunks", "one_byte_tcp"}
_FEWER_PARTS = ("cjk-split-bytes", "emoji-zwj", "newlines-crlf", "backslashes-quotes")
# The connection stays open after the whole answer: a client that waits for its end waits until its timeout.
STAYS_OPEN = FAULTS["late_close"]
_SLOW = FAULTS["slow_but_steady"]
# A run waits for most of its time for a provider: these are played at the same time.
_TOGETHER = (
    ("slow_first_token", "jitter"),
    ("stall", "stall_headers", "stall_with_comments", "slow_but_steady"),
)
# A slow stream takes so many times as long as the client waits for a silent provider. Beside the silent provider that
# time is not known yet: there the stream takes so many seconds, which count if they are long enough for it.
_LONGER, _SECONDS, _LONG_ENOUGH = 1.15, 1.2, 1.08
# A pause that is longer by this part of that time is the machine's.
_OVERSLEPT = 0.4


@cache
def composite(fault: str = "") -> Golden:
    """The tokens of several golden streams, one after the other. fault: the name of the one that it is sent with."""
    parts = [golden(name) for name in (_FEWER_PARTS if fault in _BY_BYTE else _PARTS)]
    tokens = tuple(token for part in parts for token in part.pieces)
    why = "everything that is hard to transmit"
    usage = Usage(prompt=1, completion=len(tokens))
    return Golden(name="composite", prompt=parts[0].prompt, why=why, pieces=tokens, finish=Finish.STOP, usage=usage)


def read_beside_others(
    fault: Fault, style: CallStyle, ctx: Context
) -> tuple[ControlledOutcome, SimulatedAnswer] | None:
    """The call under this fault that was made beside others; None for one that is to be made alone."""
    together = next((names for names in _TOGETHER if fault.name in names), ())
    if together and (fault.name, style) not in ctx.read_ahead:
        _read_ahead([FAULTS[name] for name in together if ctx.wire.has_fault(FAULTS[name])], style, ctx)
    ahead = ctx.read_ahead.get((fault.name, style))
    if ahead is None:
        return None
    ctx.read_ahead[fault.name, style] = None
    if fault is _SLOW:
        patience = ctx.given_up_after[style]
        return None if is_unsteady(ahead[1], patience) or patience * _LONG_ENOUGH > _SECONDS else ahead
    return ahead


def _read_ahead(faults: Sequence[Fault], style: CallStyle, ctx: Context) -> None:
    """Play faults that take time to both call styles at the same time.

    A style that no other fault was played to is left out: it may be one that cannot be called.
    """
    styles = [one for one in STREAMS if one in ctx.under_faults]
    cases = [(one, by) for by in styles for one in faults]
    if style not in styles or any((one.name, by) in ctx.read_ahead for one, by in cases):
        return
    ctx.read_ahead |= dict.fromkeys((one.name, by) for one, by in cases)
    llms = [ctx.new_instance(short_timeout=_waits_for_timeout(one)) for one, _ in cases]
    if len({*map(id, llms)}) < len(llms):
        return
    answers = [_planned(one, by, ctx) for one, by in cases]
    calls = [ctx.controlled_call(by, answer=answer) for (_, by), answer in zip(cases, answers, strict=True)]
    results = ctx.side_by_side([Part(call, _reading(call, llm)) for call, llm in zip(calls, llms, strict=True)])
    read = {
        case: (call.outcome(result), answer)
        for case, call, answer, result in zip(cases, calls, answers, results or (), strict=False)
    }
    for (one, by), (outcome, answer) in read.items():
        right = [_is_right(other, fault) for (fault, _), (other, _) in read.items() if fault is one]
        # What is wrong in one call style alone may come from the calls beside it. Alone, it has another chance.
        doubtful = not _is_right(outcome, one) and (any(right) or len(right) == 1)
        if not doubtful:
            ctx.read_ahead[one.name, by] = outcome, answer
    for call in calls:
        call.finish()


def _waits_for_timeout(fault: Fault) -> bool:
    return fault.kind is FaultClass.STALL or fault is STAYS_OPEN


def is_unsteady(answer: SimulatedAnswer, patience: float) -> bool:
    """Whether the machine was too busy to send a slow stream steadily, for a client that waits for so many seconds."""
    return answer.overslept > patience * _OVERSLEPT


def read_alone(fault: Fault, style: CallStyle, ctx: Context) -> tuple[ControlledOutcome, SimulatedAnswer]:
    """The record of a call that is made alone, and what the provider answered."""
    llm = ctx.new_instance(short_timeout=True) if _waits_for_timeout(fault) else ctx.instance
    answer = _planned(fault, style, ctx)
    return read_to_end(ctx.controlled_call(style, answer=answer), llm), answer


def _planned(fault: Fault, style: CallStyle, ctx: Context) -> SimulatedAnswer:
    patience = ctx.given_up_after.get(style)
    seconds = patience * _LONGER if patience else _SECONDS
    played = fault_named(f"{fault.name}={seconds:.2f}") if fault is _SLOW else fault
    return ctx.wire.plan_golden(composite(fault.name), played)


def read_to_end(call: ControlledCall, llm: Any, **more: Any) -> ControlledOutcome:
    """The record of a call that is read to its end; after an exception next() is called once more."""
    return call.outcome(call.run(_reading(call, llm, **more)))


def _reading(call: ControlledCall, llm: Any, **more: Any) -> Act:
    async def act() -> None:
        items = call.items(llm, **more)
        try:
            await call.read_all(items)
        except Exception:
            await call.next_after_end(items)
            raise

    return act


def to_fault_response(
    outcome: ControlledOutcome, fault: Fault, sends: tuple[tuple[bytes, ...], ...] = ()
) -> FaultResponse:
    """The record of a call under this fault; an exact text is not kept, as it may be megabytes.

    sends: for each request, the bytes of each send. They are kept where the call does not end as a correct client's.
    """
    sent = fault.tokens_before_fault(len(outcome.tokens)) if fault.expected is Expected.RAISES else 0
    values = {one.name: getattr(outcome, one.name) for one in fields(outcome)}
    exact = _is_exact(outcome)
    values |= {"tokens": (), "chunks": ()} if exact else {}
    if not _is_right(outcome, fault):
        values["sent"] = tuple(tuple(data.decode("latin-1") for data in one) for one in sends)
    return FaultResponse(**values, fault=fault.name, expected=fault.expected.value, tokens_sent=sent, exact=exact)


def _is_right(outcome: ControlledOutcome, fault: Fault) -> bool:
    """Whether the call ends as that of a correct client."""
    raised = outcome.raised is not None
    return raised if fault.expected is Expected.RAISES else _is_exact(outcome) and not raised


def _is_exact(outcome: ControlledOutcome) -> bool:
    return _joined(outcome.text) == _joined("".join(outcome.tokens))


def _joined(text: str) -> str:
    """The text with its surrogates in pairs: JSON joins two halves in one piece, and cannot join them across two."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")
