"""A stream of version v3 is lazy, waits for its reader, keeps nothing for it, and has its own answer."""

from __future__ import annotations

from llm_conformance.checks.calls import CHAT
from llm_conformance.checks.failures import call_failed
from llm_conformance.checks.hints import EAGER, READS_AHEAD, SHARED_STATE
from llm_conformance.checks.live import arrives
from llm_conformance.checks.reasons import ONE_CHUNK
from llm_conformance.checks.registry import MAY, SHOULD, check
from llm_conformance.checks.vacuity import no_generation, no_text
from llm_conformance.records import (
    ControlledOutcome,
    ControlledOutcomes,
    CostProfile,
    Finding,
    Findings,
    Milestone,
    Text,
    first_difference,
    inconclusive,
    not_applicable,
)

# An event is two dicts, of some 200 bytes each; the text, its tokens one by one, and what else a model notes of them
# take less.
_BYTES = 300
_SHOWN = 3


@check("events-v3.lazy", SHOULD, clause="V3-014", for_each=("v3_unread[*]",), kinds=CHAT)
def nothing_is_generated_before_v3_is_read(outcome: ControlledOutcome) -> Findings:
    """No generation starts before a stream of version v3 is read, nor when one that was not read is closed."""
    before = outcome.milestones.get(Milestone.GENERATIONS_BEFORE_NEXT)
    if outcome.failed:
        yield call_failed("an unread stream is opened and closed", outcome)
    elif before is None:
        yield inconclusive("the stream was not opened")
    elif before:
        yield Finding(
            "no generation before the stream is read",
            "a generation before the stream is read",
            code="started-early",
            hint=EAGER,
        )
    elif outcome.milestones.get(Milestone.GENERATIONS_AFTER_CLOSE):
        yield Finding("no generation at `close()`", "a generation at `close()`", code="started-by-close")


@check(
    "events-v3.live",
    SHOULD,
    clause="V3-018",
    vacuous=(no_generation, no_text),
    for_each=("v3_live[*]",),
    kinds=CHAT,
)
def v3_arrives_while_the_model_generates(outcome: ControlledOutcome) -> Findings:
    """While the model is paused in a long answer, the events of version v3, and `.text`, have yielded a part of it."""
    yield from arrives(outcome)


@check(
    "events-v3.backpressure",
    SHOULD,
    clause="V3-015",
    vacuous=(no_generation,),
    for_each=("v3_pull[*]",),
    requires=("events-v3.lazy", "events-v3.close", "events-v3.drop"),
    kinds=CHAT,
)
def the_model_waits_for_the_reader_of_v3(outcome: ControlledOutcome) -> Findings:
    """While the consumer has read one text of a long answer by version v3, the model does not generate all of it."""
    count = len(outcome.tokens)
    if not outcome.streamed:
        yield not_applicable(ONE_CHUNK)
    elif outcome.failed:
        yield call_failed("yields one text, and can then be left", outcome)
    elif outcome.milestones.get(Milestone.TOKENS_AFTER_ONE_CHUNK, 0) >= count:
        yield Finding(
            f"fewer than all {count} tokens generated when one text is read",
            f"all {count} tokens generated when one text is read",
            code="reads-ahead",
            hint=READS_AHEAD,
        )


# langchain-core documents that a stream can be read again, which needs what was read.
@check(
    "events-v3.flat-memory",
    MAY,
    clause="V3-016",
    for_each=("v3_cost[*]",),
    requires=("events-v3.backpressure",),
    kinds=CHAT,
)
def memory_does_not_grow_with_the_events(profile: CostProfile) -> Findings:
    """Of a stream of version v3 whose reader keeps nothing, no event is kept that was read."""
    if not profile.streamed:
        yield not_applicable(ONE_CHUNK)
    elif profile.failed:
        yield call_failed("ends without an exception", profile)
    elif len(profile.costs) < 2:  # noqa: PLR2004 - the difference of two is judged
        yield inconclusive("the model was not measured")
    else:
        short, long = profile.costs
        each = (long.peak_bytes - short.peak_bytes) // (long.tokens - short.tokens)
        if each > _BYTES:
            yield Finding(
                f"at most {_BYTES} bytes kept per token of one letter",
                f"{each} bytes kept per token: {short.peak_bytes} at {short.tokens} tokens, "
                f"{long.peak_bytes} at {long.tokens}",
                code="memory-grows",
            )


@check(
    "events-v3.isolated",
    SHOULD,
    clause="V3-017",
    vacuous=(no_generation, no_text),
    for_each=("v3_at_once[*]",),
    kinds=CHAT,
)
def v3_streams_at_once_do_not_mix(outcomes: ControlledOutcomes) -> Findings:
    """Of several streams of version v3 of one instance, read at the same time, each has its own answer."""
    wrong = {name: one for name, one in outcomes.by_label.items() if one.failed or one.text != "".join(one.tokens)}
    for name, outcome in list(wrong.items())[:_SHOWN]:
        expected = Text(outcome.tokens)
        if outcome.failed:
            yield call_failed(expected, outcome, where=name, hint=SHARED_STATE)
        else:
            at = first_difference(expected.whole, outcome.text)
            yield Finding(expected, outcome.display, code="text-differs", at=at, where=name, hint=SHARED_STATE)
