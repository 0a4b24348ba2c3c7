"""Examples for the checks of version v3 on a controlled model."""

from checks.controlled_records import CLOSED, DONE, RUNNING, STREAMED, TOKENS, outcome, outcomes
from checks.example import Example
from checks.records import ERROR, SILENCE
from llm_conformance.records import ControlledOutcomes, Cost, CostProfile, Milestone

_LEFT = {Milestone.CONSUMER_LEAVING: 1, Milestone.CONSUMER_LEFT: 2, Milestone.MODEL_STOPPED: 1}
_STOPPED = outcomes(the_events=outcome(milestones=_LEFT, generations=(CLOSED,)))
_RUN_ON = outcomes(the_events=outcome(milestones=_LEFT, generations=(DONE,)))
_GOING_ON = outcomes(the_events=outcome(milestones=_LEFT, generations=(RUNNING,)))
_TO_THE_END, _STILL = "the model generates all 8 tokens", "the model is still generating at token 4 of 8"
_SWALLOWED = outcomes(
    the_events=outcome(milestones={Milestone.CONSUMER_LEAVING: 1, Milestone.CANCELLATION_SWALLOWED: 1})
)
_ENDED = "the task ends as if it had not been cancelled"
_BEFORE, _AFTER = Milestone.GENERATIONS_BEFORE_NEXT, Milestone.GENERATIONS_AFTER_CLOSE
_LAZY = outcome(milestones={_BEFORE: 0, _AFTER: 0})
_PAUSED = outcome(hung=SILENCE, generations=(RUNNING,))


def _kept(short: int, long: int) -> CostProfile:
    return CostProfile(
        costs=(
            Cost(tokens=240, peak_bytes=short, cpu_ns_per_token=0),
            Cost(tokens=1200, peak_bytes=long, cpu_ns_per_token=0),
        )
    )


EXAMPLES = (
    Example(
        "events-v3.errors",
        (outcomes(events=outcome(*TOKENS[:4], raised=ERROR), output=outcome(raised=ERROR, after_end=ERROR.text)),),
        (outcomes(events=outcome(raised=ERROR), output=outcome()),),
        "ended without an exception",
    ),
    Example(
        "events-v3.errors",
        (outcomes(events=outcome(raised=ERROR)),),
        (outcomes(events=outcome(raised=ERROR, after_end="returned ' 4'")),),
        "returned ' 4'",
    ),
    Example(
        "events-v3.errors",
        (outcomes(**{".tool_calls": outcome(*TOKENS[:4], {"event": "message-finish"}, raised=ERROR)}),),
        (outcomes(events=outcome(*TOKENS[:4], {"event": "message-finish"}, raised=ERROR)),),
        "message-finish after its `error` event",
    ),
    Example("events-v3.close", (_STOPPED,), (_RUN_ON,), _TO_THE_END),
    Example("events-v3.close", (_STOPPED,), (_GOING_ON,), _STILL),
    Example("events-v3.close", (_STOPPED,), (outcomes(the_events=outcome(raised=ERROR)),), ERROR.text),
    Example("events-v3.drop", (_STOPPED,), (_RUN_ON,), _TO_THE_END),
    Example("events-v3.drop", (ControlledOutcomes(),), (_GOING_ON,), _STILL),
    Example("events-v3.cancel", (_STOPPED,), (_RUN_ON,), _TO_THE_END),
    Example(
        "events-v3.cancel", (ControlledOutcomes(),), (_SWALLOWED,), "the task ends as if it had not been cancelled"
    ),
    Example(
        "events-v3.lazy",
        (_LAZY,),
        (outcome(milestones={_BEFORE: 1, _AFTER: 1}),),
        "a generation before the stream is read",
    ),
    Example("events-v3.lazy", (_LAZY,), (outcome(milestones={_BEFORE: 0, _AFTER: 1}),), "a generation at `close()`"),
    Example("events-v3.lazy", (_LAZY,), (outcome(raised=ERROR),), ERROR.text),
    Example(
        "events-v3.live",
        (STREAMED,),
        (_PAUSED,),
        f"no token while the model is paused; the call {SILENCE.text}",
    ),
    Example(
        "events-v3.backpressure",
        (outcome(*TOKENS[:1], generations=(CLOSED,), milestones={Milestone.TOKENS_AFTER_ONE_CHUNK: 7}),),
        (outcome(*TOKENS[:1], generations=(DONE,), milestones={Milestone.TOKENS_AFTER_ONE_CHUNK: 8}),),
        "all 8 tokens generated when one text is read",
    ),
    Example("events-v3.backpressure", (outcome(streamed=False),), (outcome(raised=ERROR),), ERROR.text),
    Example(
        "events-v3.flat-memory",
        (_kept(20_000, 308_000),),
        (_kept(20_000, 309_000),),
        "301 bytes kept per token: 20000 at 240 tokens, 309000 at 1200",
    ),
    Example("events-v3.flat-memory", (CostProfile(streamed=False),), (CostProfile(raised=ERROR),), ERROR.text),
    Example("events-v3.isolated", (outcomes(stream_1=STREAMED),), (outcomes(stream_1=outcome(" 0")),), "' 0'"),
    Example("events-v3.isolated", (outcomes(stream_1=STREAMED),), (outcomes(s=outcome(raised=ERROR)),), ERROR.text),
)
