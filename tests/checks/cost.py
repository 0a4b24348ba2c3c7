"""Examples for the checks of what a token costs."""

from checks.example import Example
from checks.records import ERROR, SILENCE
from llm_conformance.records import Cost, Growth

_RAISED = "raised ValueError: no prompt (acme.py:1 in invoke)"
_HUNG = "no end within 10 s (acme.py:2 in stream)"
_COST = Cost(tokens=1000, kept=8_000, busy=300)
_FLAT = Growth(costs=(Cost(tokens=1000, kept=8_000, busy=300), Cost(tokens=10_000, kept=17_000, busy=330)))
_SLOWER = Growth(costs=(Cost(tokens=1000, kept=8_000, busy=1000), Cost(tokens=10_000, kept=17_000, busy=40_000)))
_HOARD = Growth(costs=(Cost(tokens=1000, kept=500_000, busy=300), Cost(tokens=10_000, kept=5_000_000, busy=330)))
_AT_THE_BORDER = Growth(costs=(Cost(tokens=1000, kept=0, busy=1000), Cost(tokens=10_000, kept=3_600_000, busy=5000)))
_OVER_THE_BORDER = Growth(costs=(Cost(tokens=1000, kept=0, busy=1000), Cost(tokens=10_000, kept=3_609_000, busy=5100)))
_LITTLE = Growth(costs=(Cost(tokens=1000, kept=0, busy=300), Cost(tokens=10_000, kept=0, busy=1900)))
_TOO_SLOW = Growth(costs=(Cost(tokens=1000, kept=900_000, busy=90_000),))

_BY_2000 = Growth(costs=(Cost(tokens=1000, kept=0, busy=300), Cost(tokens=10_000, kept=0, busy=2300)))
_FROM_NOTHING = Growth(costs=(Cost(tokens=1000, kept=0, busy=0), Cost(tokens=10_000, kept=0, busy=6000)))
_OF_THREE = Growth(costs=(_COST, Cost(tokens=5000, kept=8_000, busy=300), _HOARD.costs[-1]))

EXAMPLES = (
    Example(
        "stream.flat-memory",
        (_FLAT,),
        (_HOARD,),
        "500 bytes for each: 500000 at 1000 tokens, 5000000 at 10000",
    ),
    Example(
        "stream.flat-memory",
        (_AT_THE_BORDER,),
        (_OVER_THE_BORDER,),
        "401 bytes for each: 0 at 1000 tokens, 3609000 at 10000",
    ),
    Example("stream.flat-memory", (_TOO_SLOW,), (Growth(raised=ERROR),), _RAISED),
    Example("stream.flat-memory", (Growth(given={"streams": "no"}),), (Growth(hung=SILENCE, costs=(_COST,)),), _HUNG),
    Example("stream.flat-time", (_FLAT,), (_SLOWER,), "40 times as long for each of 10000 tokens as of 1000"),
    Example(
        "stream.flat-time",
        (_AT_THE_BORDER,),
        (_OVER_THE_BORDER,),
        "5 times as long for each of 10000 tokens as of 1000",
    ),
    Example("stream.flat-time", (_LITTLE,), (_SLOWER,), "40 times as long for each of 10000 tokens as of 1000"),
    Example("stream.flat-time", (_TOO_SLOW,), (_SLOWER,), "40 times as long for each of 10000 tokens as of 1000"),
    Example(
        "stream.flat-time",
        (Growth(given={"streams": "no"}),),
        (_SLOWER,),
        "40 times as long for each of 10000 tokens as of 1000",
    ),
    Example("stream.flat-time", (_FLAT,), (_FROM_NOTHING,), "6000 times as long for each of 10000 tokens as of 1000"),
    Example("stream.flat-time", (_BY_2000,), (_SLOWER,), "40 times as long for each of 10000 tokens as of 1000"),
    Example(
        "stream.flat-memory",
        (_FLAT,),
        (_OF_THREE,),
        "554 bytes for each: 8000 at 1000 tokens, 5000000 at 10000",
    ),
)
