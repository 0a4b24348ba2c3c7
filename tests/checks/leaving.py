"""Examples for the checks of what a model does when its consumer leaves."""

from typing import Any

from checks.controlled_records import CLOSED, DONE, RUNNING, STREAMED, TOKENS, outcome, outcomes
from checks.example import Example
from checks.records import ERROR, SILENCE, replies, reply, stream
from llm_conformance.records import ControlledOutcomes, Milestone, Replies

_RAISED = ERROR.text
_HUNG = SILENCE.text
_LEFT = {
    Milestone.CONSUMER_LEAVING: 1,
    Milestone.CONSUMER_LEFT: 2,
    Milestone.MODEL_STOPPED: 1,
    Milestone.NOTHING_LEFT: 1,
}
_STOPPED = outcomes(
    at_the_first_chunk=outcome(milestones=_LEFT, generations=(CLOSED,)),
    at_the_last_chunk=outcome(milestones=_LEFT, generations=(DONE,)),
)
_GOING_ON = outcomes(at_the_first_chunk=outcome(milestones=_LEFT, generations=(RUNNING,)))
_RUN_ON = outcomes(in_the_middle=outcome(milestones=_LEFT, generations=(DONE,)))
_SWALLOWED = outcomes(
    in_the_middle=outcome(
        milestones={Milestone.CONSUMER_LEAVING: 1, Milestone.CANCELLATION_SWALLOWED: 1}, generations=(DONE,)
    )
)
_STILL, _TO_THE_END = "the model is still generating at token 4 of 8", "the model generates all 8 tokens"
_LEFT_A_TASK = outcome(
    milestones={Milestone.CONSUMER_LEFT: 2, Milestone.MODEL_STOPPED: 1}, leftovers=("task pump",), hung=SILENCE
)
_LEFT_WITH_A_TASK = outcomes(at_the_first_chunk=_LEFT_A_TASK)
_ENDED = "the task ends as if it had not been cancelled"


def _ended(**how: Any) -> Replies:
    """How an instance ended that was never called, and one that was invoked."""
    return replies(never_called="", invoked=reply("", **how))


LEAVING = (
    Example("close.stream", (_STOPPED,), (_GOING_ON,), _STILL),
    Example("close.stream", (_STOPPED,), (outcomes(at_the_first_chunk=outcome(raised=ERROR)),), _RAISED),
    Example(
        "close.stream",
        (outcomes(at_the_last_chunk=outcome(milestones=_LEFT, generations=(DONE,))),),
        (_RUN_ON,),
        _TO_THE_END,
    ),
    Example("close.astream", (_STOPPED,), (_GOING_ON,), _STILL),
    Example(
        "close.without-gc",
        (_STOPPED,),
        (outcomes(in_the_middle=outcome(milestones={**_LEFT, Milestone.STOPPED_BY_GC: 1}, generations=(CLOSED,))),),
        "the model stops at the next garbage collection",
    ),
    Example("close.break", (_STOPPED,), (_GOING_ON,), _STILL),
    Example("close.events", (_STOPPED,), (_RUN_ON,), _TO_THE_END),
    Example("close.nested", (ControlledOutcomes(),), (_RUN_ON,), _TO_THE_END),
    Example("close.nested", (_STOPPED,), (_GOING_ON,), _STILL),
    Example("close.isolated", (STREAMED,), (outcome(*TOKENS[:3]),), "' 0 1 2'"),
    Example("close.isolated", (STREAMED,), (outcome(*TOKENS, raised=ERROR),), _RAISED),
    Example("cancel.isolated", (STREAMED,), (outcome(*TOKENS[:3]),), "' 0 1 2'"),
    Example("close.releases", (outcomes(closed=STREAMED),), (outcomes(closed=outcome(raised=ERROR)),), _RAISED),
    Example("close.releases", (outcomes(closed=STREAMED),), (outcomes(cancelled=outcome(" 0")),), "' 0'"),
    Example("close.break-releases", (outcomes(l=STREAMED),), (outcomes(l=outcome(hung=SILENCE)),), _HUNG),
    Example("close.no-leaks", (_STOPPED,), (outcomes(in_the_middle=_LEFT_A_TASK),), "task pump"),
    Example("cancel.astream", (_STOPPED,), (_SWALLOWED,), _ENDED),
    Example("cancel.astream", (_STOPPED,), (_GOING_ON,), _STILL),
    Example("cancel.ainvoke", (_STOPPED,), (_SWALLOWED,), _ENDED),
    Example(
        "cancel.ainvoke",
        (_GOING_ON,),
        (outcomes(m=outcome(milestones={Milestone.CANCELLATION_SWALLOWED: 1}, raised=ERROR)),),
        _RAISED,
    ),
    Example("cancel.events", (_STOPPED,), (_SWALLOWED,), _ENDED),
    Example("cancel.events", (_STOPPED,), (outcomes(in_the_middle=outcome(hung=SILENCE)),), _HUNG),
    Example("close.returns", (_STOPPED,), (outcomes(at_the_first_chunk=outcome(hung=SILENCE)),), _HUNG),
    Example("close.returns", (_LEFT_WITH_A_TASK,), (outcomes(at_the_first_chunk=outcome(raised=ERROR)),), _RAISED),
    Example(
        "cancel.ends",
        (outcome(milestones={Milestone.CANCEL_REQUESTED: 1, Milestone.CONSUMER_LEFT: 1}),),
        (outcome(milestones={Milestone.CANCEL_REQUESTED: 1, Milestone.CANCELLATION_SWALLOWED: 1}),),
        _ENDED,
    ),
    Example(
        "cancel.ends", (outcome(*TOKENS),), (outcome(milestones={Milestone.CANCEL_REQUESTED: 1}, hung=SILENCE),), _HUNG
    ),
    Example(
        "cancel.ends",
        (outcome(milestones={Milestone.CANCEL_REQUESTED: 1, Milestone.CONSUMER_LEFT: 1}),),
        (outcome(milestones={Milestone.CANCEL_REQUESTED: 1}),),
        "the task ends without an exception",
    ),
    Example("cancel.usable", (stream("hi"), stream("h", "i")), (stream("i"), stream("hi")), "'i'"),
    Example("cancel.usable", (stream("hi"), stream("hi")), (stream("hi", raised=ERROR), stream("hi")), _RAISED),
)

# Each example is at the border of a rule, or has a record that lacks a field of the other examples.
BORDERS = (
    Example(
        "close.stream",
        (outcomes(m=_LEFT_A_TASK),),
        (outcomes(m=outcome(milestones=_LEFT, generations=(DONE, RUNNING))),),
        f"{_TO_THE_END} and is still generating at token 4 of 8",
    ),
    Example(
        "cancel.astream",
        (outcomes(at_the_last_chunk=outcome(milestones=_LEFT, generations=(DONE,))),),
        (_RUN_ON,),
        _TO_THE_END,
    ),
    Example(
        "close.no-leaks",
        (_GOING_ON,),
        (
            outcomes(
                m=outcome(
                    milestones={Milestone.MODEL_STOPPED: 1}, leftovers=("task pump", "a thread, at acme.py:1 in read")
                )
            ),
        ),
        "task pump, a thread, at acme.py:1 in read",
    ),
    Example("close.finaliser", (_ended(),), (_ended(raised=ERROR),), _RAISED),
    Example("close.finaliser", (_ended(),), (_ended(hung=SILENCE),), _HUNG),
)

EXAMPLES = (*LEAVING, *BORDERS)
