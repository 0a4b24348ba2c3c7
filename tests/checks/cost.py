"""Examples for the checks of what a token costs."""

from checks.example import Example
from checks.records import ERROR, SILENCE
from llm_conformance.records import Cost, CostProfile

_RAISED = ERROR.text
_HUNG = SILENCE.text
_COST = Cost(tokens=1000, peak_bytes=8_000, cpu_ns_per_token=300)
_FLAT = CostProfile(
    costs=(
        Cost(tokens=1000, peak_bytes=8_000, cpu_ns_per_token=300),
        Cost(tokens=10_000, peak_bytes=17_000, cpu_ns_per_token=330),
    )
)
_SLOWER = CostProfile(
    costs=(
        Cost(tokens=1000, peak_bytes=8_000, cpu_ns_per_token=1000),
        Cost(tokens=10_000, peak_bytes=17_000, cpu_ns_per_token=40_000),
    )
)
_HOARD = CostProfile(
    costs=(
        Cost(tokens=1000, peak_bytes=500_000, cpu_ns_per_token=300),
        Cost(tokens=10_000, peak_bytes=5_000_000, cpu_ns_per_token=330),
    )
)
_AT_THE_BORDER = CostProfile(
    costs=(
        Cost(tokens=1000, peak_bytes=0, cpu_ns_per_token=1000),
        Cost(tokens=10_000, peak_bytes=3_600_000, cpu_ns_per_token=5000),
    )
)
_OVER_THE_BORDER = CostProfile(
    costs=(
        Cost(tokens=1000, peak_bytes=0, cpu_ns_per_token=1000),
        Cost(tokens=10_000, peak_bytes=3_609_000, cpu_ns_per_token=5100),
    )
)
_LITTLE = CostProfile(
    costs=(
        Cost(tokens=1000, peak_bytes=0, cpu_ns_per_token=300),
        Cost(tokens=10_000, peak_bytes=0, cpu_ns_per_token=1900),
    )
)
_TOO_SLOW = CostProfile(costs=(Cost(tokens=1000, peak_bytes=900_000, cpu_ns_per_token=90_000),))

_BY_2000 = CostProfile(
    costs=(
        Cost(tokens=1000, peak_bytes=0, cpu_ns_per_token=300),
        Cost(tokens=10_000, peak_bytes=0, cpu_ns_per_token=2300),
    )
)
_TOO_COARSE = CostProfile(
    costs=(
        Cost(tokens=1000, peak_bytes=0, cpu_ns_per_token=0),
        Cost(tokens=10_000, peak_bytes=0, cpu_ns_per_token=6000),
    )
)
_OF_THREE = CostProfile(costs=(_COST, Cost(tokens=5000, peak_bytes=8_000, cpu_ns_per_token=300), _HOARD.costs[-1]))

EXAMPLES = (
    Example(
        "stream.flat-memory",
        (_FLAT,),
        (_HOARD,),
        "500 bytes kept per token: 500000 at 1000 tokens, 5000000 at 10000",
    ),
    Example(
        "stream.flat-memory",
        (_AT_THE_BORDER,),
        (_OVER_THE_BORDER,),
        "401 bytes kept per token: 0 at 1000 tokens, 3609000 at 10000",
    ),
    Example("stream.flat-memory", (_TOO_SLOW,), (CostProfile(raised=ERROR),), _RAISED),
    Example(
        "stream.flat-memory",
        (CostProfile(streamed=False),),
        (CostProfile(hung=SILENCE, costs=(_COST,)),),
        _HUNG,
    ),
    Example("stream.flat-time", (_FLAT,), (_SLOWER,), "40.0 times the time per token"),
    Example(
        "stream.flat-time",
        (_AT_THE_BORDER,),
        (_OVER_THE_BORDER,),
        "5.1 times the time per token",
    ),
    Example("stream.flat-time", (_LITTLE,), (_SLOWER,), "40.0 times the time per token"),
    Example("stream.flat-time", (_TOO_SLOW,), (_SLOWER,), "40.0 times the time per token"),
    Example(
        "stream.flat-time",
        (CostProfile(streamed=False),),
        (_SLOWER,),
        "40.0 times the time per token",
    ),
    Example("stream.flat-time", (_TOO_COARSE,), (_SLOWER,), "40.0 times the time per token"),
    Example("stream.flat-time", (_BY_2000,), (_SLOWER,), "40.0 times the time per token"),
    Example(
        "stream.flat-memory",
        (_FLAT,),
        (_OF_THREE,),
        "554 bytes kept per token: 8000 at 1000 tokens, 5000000 at 10000",
    ),
)
