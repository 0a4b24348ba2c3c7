"""What a token costs in a short stream and in a long one: a reader that keeps nothing shall not pay for the whole."""

from llm_conformance.checks.registry import SHOULD, check
from llm_conformance.records import Cost, CostProfile, Finding, Findings, Kind, not_applicable, not_testable

_STREAMS = ("growing_stream", "growing_astream")
# The text of the answer, its tokens one by one, and a log probability of each may be kept: handlers are told of them
# at the end.
_BYTES = 400
# The time of a token may grow with this power of the length: 5 times for ten times the tokens, 25 for a hundred. What
# is joined anew at each token grows with the length itself. Between them is langchain-core where chunks bring log
# probabilities: it copies the list of them at each, 14 times in 1e5 tokens.
_POWER = 0.7
# Less than this is too little to be told from the noise of the machine.
_NANOSECONDS = 2_000


# LLMs alone are judged: langchain-core's chat models and chains keep all chunks to the end, and no clause forbids it.
@check(
    "stream.flat-memory",
    SHOULD,
    clause="STREAM-014",
    for_each=_STREAMS,
    requires=("stream.backpressure",),
    kinds=(Kind.LLM,),
)
def memory_does_not_grow_with_the_stream(growth: CostProfile) -> Findings:
    """Beyond the answer a stream keeps nothing of the chunks that were read."""
    if growth.streamed and growth.failed:
        yield Finding(expected="a long answer that comes to its end", actual=growth.ended_with)
        return
    yield from _unmeasured(growth)
    for short, long in _pairs(growth):
        each = (long.peak_bytes - short.peak_bytes) // (long.tokens - short.tokens)
        if each > _BYTES:
            yield Finding(
                expected=f"no more than {_BYTES} bytes for each token of one letter",
                actual=f"{each} bytes for each: {short.peak_bytes} at {short.tokens} tokens, "
                f"{long.peak_bytes} at {long.tokens}",
            )


@check(
    "stream.flat-time",
    SHOULD,
    clause="STREAM-014",
    for_each=_STREAMS,
    requires=("stream.backpressure",),
    kinds=(Kind.LLM,),
)
def time_per_token_does_not_grow_with_the_stream(growth: CostProfile) -> Findings:
    """A token late in a long stream takes about the processor time of one in a short stream."""
    yield from _unmeasured(growth)
    for short, long in _pairs(growth):
        times = long.cpu_ns_per_token / max(short.cpu_ns_per_token, 1)
        most = (long.tokens / short.tokens) ** _POWER
        if times > most and long.cpu_ns_per_token - short.cpu_ns_per_token > _NANOSECONDS:
            yield Finding(
                expected=f"no more than {most:.0f} times as long for each token of a longer answer",
                actual=f"{times:.0f} times as long for each of {long.tokens} tokens as of {short.tokens}",
            )


def _pairs(growth: CostProfile) -> tuple[tuple[Cost, Cost], ...]:
    """The shortest and the longest, where there are two."""
    return ((growth.costs[0], growth.costs[-1]),) if len(growth.costs) > 1 else ()


def _unmeasured(growth: CostProfile) -> Findings:
    if not growth.streamed:
        yield not_applicable("the answer comes in one piece")
    elif not growth.failed and len(growth.costs) == 1:
        yield not_testable("the model takes too long for long answers to be measured")
