"""The memory and the time that a token costs, in a short stream and in a long one."""

from __future__ import annotations

from collections.abc import Iterator

from llm_conformance.checks.failures import call_failed
from llm_conformance.checks.reasons import ONE_CHUNK
from llm_conformance.checks.registry import SHOULD, check
from llm_conformance.records import Cost, CostProfile, Finding, Findings, Kind, inconclusive, not_applicable

_STREAMS = ("cost[stream]", "cost[astream]")
# A model may keep the text of the answer, its tokens one by one, and a log probability of each: callback handlers get
# them at the end.
_BYTES = 400
# The time per token may grow with this power of the length: 5 times for ten times the tokens, 25 for a hundred. If
# everything is joined again at each token, it grows with the length itself. langchain-core is between them where chunks
# have log probabilities: it copies the list of them at each chunk, 14 times the time at 1e5 tokens.
_POWER = 0.7
# A smaller difference is within the noise of the machine.
_NANOSECONDS = 2_000


# Only string models are judged: langchain-core's chat models and chains keep all chunks to the end, and no clause
# forbids it.
@check(
    "stream.flat-memory",
    SHOULD,
    clause="STREAM-014",
    for_each=_STREAMS,
    requires=("stream.backpressure",),
    kinds=(Kind.LLM,),
)
def memory_does_not_grow_with_the_stream(profile: CostProfile) -> Findings:
    """A stream keeps no chunk that was read, beyond the text of the answer."""
    if profile.streamed and profile.failed:
        yield call_failed("ends without an exception", profile)
        return
    yield from _unmeasured(profile)
    for short, long in _pairs(profile):
        each = (long.peak_bytes - short.peak_bytes) // (long.tokens - short.tokens)
        if each > _BYTES:
            yield Finding(
                f"at most {_BYTES} bytes kept per token of one letter",
                f"{each} bytes kept per token: {short.peak_bytes} at {short.tokens} tokens, "
                f"{long.peak_bytes} at {long.tokens}",
                code="memory-grows",
                hint="drop each chunk after it is yielded; do not append it to a list, a log or a trace",
            )
            return


@check(
    "stream.flat-time",
    SHOULD,
    clause="STREAM-014",
    for_each=_STREAMS,
    requires=("stream.backpressure",),
    kinds=(Kind.LLM,),
)
def time_per_token_does_not_grow_with_the_stream(profile: CostProfile) -> Findings:
    """The processor time per token does not grow in proportion to the length of the stream."""
    yield from _unmeasured(profile)
    if profile.costs and not profile.costs[0].cpu_ns_per_token:
        # That of Windows has steps of 16 ms.
        yield inconclusive("the clock of the processor time is too coarse for a short answer")
        return
    for short, long in _pairs(profile):
        times = long.cpu_ns_per_token / short.cpu_ns_per_token
        most = (long.tokens / short.tokens) ** _POWER
        if times > most and long.cpu_ns_per_token - short.cpu_ns_per_token > _NANOSECONDS:
            yield Finding(
                f"at most {most:.1f} times the time per token at {long.tokens} tokens, compared with {short.tokens}",
                f"{times:.1f} times the time per token",
                code="time-grows",
                hint="do not join or scan the text so far at each token (`text += chunk` and a search in it)",
            )
            return


def _pairs(profile: CostProfile) -> Iterator[tuple[Cost, Cost]]:
    """The shortest stream with each longer one, the longest first: a longer measurement hides no growth."""
    return ((profile.costs[0], long) for long in reversed(profile.costs[1:]))


def _unmeasured(profile: CostProfile) -> Findings:
    if not profile.streamed:
        yield not_applicable(ONE_CHUNK)
    elif not profile.failed and len(profile.costs) == 1:
        yield inconclusive("the model is too slow to measure long answers")
