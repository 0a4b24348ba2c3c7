"""Examples for the checks of an adapter under faults of its provider, and of its requests."""

from dataclasses import replace
from typing import Any

from checks.controlled_records import outcomes
from checks.example import Example
from checks.records import ERROR, SILENCE, value_of
from llm_conformance.records import ControlledOutcome, FaultResponse, GenerationRecord, Raised, Requests, Search

_RAISED = ERROR.text
_HUNG = SILENCE.text
_ENDED = "ended without an exception after 8 of 16 characters (truncated)"
_EITHER = "exact or raises"
_TOKENS = tuple(f" {place}" for place in range(8))
_ONCE = (GenerationRecord(sent=4, total=8, outcome="closed"),)


def call(*chunks: str, expected: str = "exact", **facts: Any) -> FaultResponse:
    """A call under a fault: the provider has eight tokens, and sends four of them before the fault."""
    texts = {
        "tokens": _TOKENS,
        "chunks": tuple(map(value_of, chunks)),
        "tokens_sent": 4 if expected == "raises" else 0,
        "generations": _ONCE,
    }
    return FaultResponse(**{**texts, **facts}, fault="fin_mid_stream", expected=expected)


def broken_off(*chunks: str, **facts: Any) -> FaultResponse:
    """One that should raise, and does."""
    return call(*chunks, expected="raises", **{"raised": ERROR, **facts})


def in_turn(before: dict[str, str], given: dict[str, str], after: dict[str, str]) -> Requests:
    """What invoke() and stream() sent, the same."""
    calls = {"before": before, "given more": given, "after": after}
    return Requests(by_label={f"{way} {when}": body for way in ("invoke", "stream") for when, body in calls.items()})


_APART = FaultResponse()
_EXACT = FaultResponse(fault="crlf", expected="exact", exact=True)
_WHOLE = FaultResponse(fault="truncated_json", expected="raises", exact=True)
_WRONG = call(*_TOKENS[:3], " x", *_TOKENS[4:])
_PART = call(*_TOKENS[:4], expected="raises")
_CUT = broken_off(*_TOKENS[:4])

FAULTS = (
    Example("wire.delivery[utf8_cuts]", (_EXACT,), (_WRONG,), "' 0 1 2 x 4 5 6 7'"),
    Example("wire.delivery[utf8_cuts]", (_APART,), (call(*_TOKENS[:4]),), _ENDED),
    Example("wire.syntax[cr_only]", (_EXACT,), (call(hung=SILENCE),), _HUNG),
    Example("wire.content[u0085]", (_EXACT,), (call(raised=ERROR),), _RAISED),
    Example("wire.terminator[late_close]", (_EXACT,), (call(exact=True, raised=ERROR),), _RAISED),
    Example("wire.error[error_mid_stream]", (_CUT,), (_PART,), _ENDED),
    Example("wire.cut[clean_end_early]", (_CUT,), (_PART,), _ENDED),
    Example("wire.cut[truncated_json]", (broken_off(),), (_WHOLE,), "ended without an exception"),
    Example("wire.cut[fin_mid_stream]", (_CUT,), (broken_off(" 0", " 7"),), "' 0 7'"),
    Example("wire.stall[stall]", (_CUT,), (call(*_TOKENS[:4], expected="raises", hung=SILENCE),), _HUNG),
    Example("wire.stall[slow_but_steady]", (_EXACT,), (call(*_TOKENS[:4], raised=ERROR),), _RAISED),
    Example(
        "wire.http[http_429]",
        (broken_off(),),
        (call(expected="raises"),),
        "ended without an exception after 0 of 16 characters (truncated)",
    ),
    Example("wire.unspecified[no_done]", (_EXACT,), (call(*_TOKENS[:4], expected=_EITHER),), _ENDED),
    Example(
        "wire.unspecified[no_done]",
        (call(expected=_EITHER, raised=ERROR),),
        (call(" x", expected=_EITHER, raised=ERROR),),
        "' x'",
    ),
    Example("wire.other-calls", (_EXACT,), (call(" x"),), "' x'"),
)


MIDWAY = (
    Example("wire.keeps-text", (_CUT,), (broken_off(),), "''"),
    Example("wire.keeps-text", (broken_off(*_TOKENS[:2]),), (broken_off(" 0"),), "' 0'"),
    Example("wire.keeps-text", (_APART,), (broken_off(),), "''"),
    Example("wire.keeps-text", (broken_off(streamed=False),), (broken_off(),), "''"),
    Example("wire.no-replay", (_CUT,), (broken_off(" 0", generations=_ONCE * 2),), "2 requests"),
    Example(
        "wire.no-replay", (broken_off(generations=_ONCE * 2),), (broken_off(" 0", generations=_ONCE * 3),), "3 requests"
    ),
    Example("wire.no-replay", (_APART,), (broken_off(" 0", generations=_ONCE * 3),), "3 requests"),
    Example("wire.ends-after-error", (_CUT,), (broken_off(after_end=_RAISED),), _RAISED),
    Example("wire.ends-after-error", (_APART,), (broken_off(after_end="returned ' 4'"),), "returned ' 4'"),
)

_ANSWERED = GenerationRecord(sent=2, total=2, outcome="finished")
_OF_A_KEY = Raised("acme.Error", "401 for ***", ("Error",), "acme.py:4 in _stream", leaks_secret=True)
_BY_A_KEY = replace(ERROR, cause=_OF_A_KEY)

SECRETS = (
    Example("wire.secrets", (_CUT,), (broken_off(raised=_OF_A_KEY),), _OF_A_KEY.text),
    Example("wire.secrets", (_EXACT,), (broken_off(raised=_BY_A_KEY),), _OF_A_KEY.text),
    Example("wire.secrets", (_APART,), (broken_off(raised=_OF_A_KEY),), _OF_A_KEY.text),
)

UNDISTURBED = (
    Example(
        "wire.golden",
        (outcomes(cjk=ControlledOutcome(tokens=("a", "b"), chunks=(value_of("ab"),), generations=(_ANSWERED,))),),
        (outcomes(cjk=ControlledOutcome(tokens=("a", "b"), chunks=(value_of("a"),))),),
        "'a'",
    ),
    Example("wire.golden", (outcomes(),), (outcomes(cjk=ControlledOutcome(tokens=("a", "b"), raised=ERROR)),), _RAISED),
    Example(
        "any-text.cut",
        (Search(examples=20),),
        (
            Search(
                examples=3,
                counterexample=ControlledOutcome(tokens=("a", "é"), chunks=(value_of("a"), value_of("?")), cut_at=70),
            ),
        ),
        "'a?'",
    ),
)

_MARK = '["###"]'
_PLAIN = {"model": '"m"'}
_STOPPED = {**_PLAIN, "stop": _MARK}
_TOOLS = {**_PLAIN, "tools": '[{"name": "look_up"}]', "tool_choice.type": '"any"'}
_CHOSEN = "invoke, tool_choice='any'"
_BODY = {**_STOPPED, "stream": "true", "user": '"1"'}

_TENANT = {"x-tenant": "blue", "user-agent": "a", "x-stainless-async": "false", "authorization": "redacted"}
_ASYNC = {**_TENANT, "user-agent": "b", "x-stainless-async": "true"}


def of_headers(**by_style: dict[str, str]) -> Requests:
    """The headers of each call style; a stream has one more than a whole answer, and one differs in each request."""
    sync, other = {**_TENANT, "x-id": "1"}, {**_ASYNC, "x-id": "2"}
    stream, astream = {**sync, "x-acme-sse": "on"}, {**other, "x-acme-sse": "on"}
    whole = {"invoke": sync, "ainvoke": other}
    streams = {"stream": stream, "astream": astream, "events-v1": astream, "events-v2": astream}
    again = {"stream again": {**stream, "x-id": "3"}, "astream again": {**astream, "x-id": "4"}}
    return Requests(by_label={"invoke": _BODY}, headers={**whole, **streams, **again, **by_style})


REQUESTS = (
    Example("wire.same-request", (of_headers(),), (of_headers(ainvoke={"authorization": "redacted"}),), "not sent"),
    Example(
        "wire.same-request",
        (Requests(by_label={"invoke": _BODY}, headers={}),),
        (of_headers(ainvoke={**_ASYNC, "x-tenant": "red"}),),
        "x-tenant: red",
    ),
    Example(
        "wire.same-request",
        (Requests(by_label={"invoke": _BODY, "stream": {**_BODY, "stream": "false", "user": '"2"'}}),),
        (Requests(by_label={"invoke": _BODY, "stream": _PLAIN}),),
        "stop: not sent",
    ),
    Example(
        "wire.same-request",
        (Requests(by_label={"invoke": {"options.seed": "1"}, "stream": {"options.seed": "1"}}),),
        (Requests(by_label={"invoke": {"options.seed": "1"}, "stream": {"options.seed": "2"}}),),
        "options.seed: 2",
    ),
    Example(
        "wire.same-tools",
        (Requests(by_label={"invoke": _TOOLS, "stream": {**_TOOLS, "stream": "true"}}),),
        (Requests(by_label={"invoke": _TOOLS, "stream": {"tools": _TOOLS["tools"]}}),),
        "tool_choice.type: not sent",
    ),
    Example(
        "wire.same-tools",
        (Requests(by_label={_CHOSEN: _TOOLS, f"stream{_CHOSEN[6:]}": _TOOLS}),),
        (Requests(by_label={"invoke": _TOOLS, _CHOSEN: _TOOLS, f"stream{_CHOSEN[6:]}": {"tools": _TOOLS["tools"]}}),),
        "tool_choice.type: not sent",
    ),
    Example(
        "wire.no-leftover-arguments",
        (in_turn(_PLAIN, _BODY, _PLAIN),),
        (in_turn(_PLAIN, _BODY, _STOPPED),),
        f"stop: {_MARK}",
    ),
    Example(
        "wire.no-leftover-arguments",
        (in_turn({**_PLAIN, "id": "1", "n": "1"}, {**_BODY, "id": "2"}, {**_PLAIN, "id": "3"}),),
        (in_turn({**_PLAIN, "top": "1"}, {**_BODY, "top": "2"}, {**_PLAIN, "top": "2"}),),
        "top: 2",
    ),
)

EXAMPLES = (*FAULTS, *MIDWAY, *SECRETS, *UNDISTURBED, *REQUESTS)
