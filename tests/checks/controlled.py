"""Examples for the checks of a model that is held in hand."""

from dataclasses import replace
from typing import Any

from checks.example import Example
from checks.records import ERROR, SILENCE, replies, reply, seen, stream
from llm_conformance.records import ControlledOutcome, ControlledOutcomes, GenerationRecord, Milestone, Raised, Search

_RAISED = ERROR.text
_HUNG = SILENCE.text
_SAID = tuple(f" {place}" for place in range(8))
_FAILURE = Raised("acme.ScriptedError", "no", ("ScriptedError", "RuntimeError"), "acme.py:3 in play")
_WRAPPED = Raised("acme.AcmeError", "no", ("AcmeError",), "acme.py:4 in _stream", cause=_FAILURE)
_LEFT = {
    Milestone.CONSUMER_LEAVING: 1,
    Milestone.CONSUMER_LEFT: 2,
    Milestone.MODEL_STOPPED: 1,
    Milestone.NOTHING_LEFT: 1,
}
_CLOSED, _RUNNING, _DONE = (
    GenerationRecord(sent=4, total=8, outcome="closed"),
    GenerationRecord(sent=4, total=8),
    GenerationRecord(sent=8, total=8, outcome="finished"),
)


def trial(*chunks: str, said: tuple[str, ...] = _SAID, **facts: Any) -> ControlledOutcome:
    """A model that was made to say eight tokens."""
    return ControlledOutcome(tokens=said, chunks=tuple(map(seen, chunks)), **facts)


def trials(**by: ControlledOutcome) -> ControlledOutcomes:
    """Trials by name; underscores are read as spaces."""
    return ControlledOutcomes(by_label={name.replace("_", " "): one for name, one in by.items()})


_STREAMED = trial(*_SAID)
_STOPPED = trials(
    at_the_first_chunk=trial(milestones=_LEFT, generations=(_CLOSED,)), at_the_last_chunk=trial(milestones=_LEFT)
)
_GOING_ON = trials(at_the_first_chunk=trial(milestones=_LEFT, generations=(_RUNNING,)))
_RUN_ON = trials(in_the_middle=trial(milestones=_LEFT, generations=(_DONE,)))
_SWALLOWED = trials(
    in_the_middle=trial(milestones={Milestone.CONSUMER_LEAVING: 1, Milestone.CANCELLATION_SWALLOWED: 1})
)
_STILL, _TO_THE_END = "the model is still generating at token 4 of 8", "the model generates all 8 tokens"
_LEFT_A_TASK = trial(
    milestones={Milestone.CONSUMER_LEFT: 2, Milestone.MODEL_STOPPED: 1}, leftovers=("task pump",), hung=SILENCE
)
_LEFT_WITH_A_TASK = trials(at_the_first_chunk=_LEFT_A_TASK)
_ENDED = "the task ends as if it had not been cancelled"
_FAILED = trials(in_the_middle=trial(*_SAID[:4], said=_SAID[:4], raised=_FAILURE))
_FOUND = Search(examples=3, counterexample=trial("b", said=("", "b", "c")))
_STOP_FOUND = Search(examples=3, counterexample=trial("ab", said=("a", "b"), stop="b"))
_NONE_FOUND = Search(examples=20)
_FLAKY_TEXT = "a wrong answer once, and the right answer when the same tokens were generated again"
_FLAKY_ORDER = "a wrong answer once, and the right answer when the same steps were repeated"

LIVE = (
    Example(
        "stream.lazy",
        (trial(milestones={Milestone.GENERATIONS_BEFORE_NEXT: 0, Milestone.GENERATIONS_AFTER_CLOSE: 0}),),
        (trial(milestones={Milestone.GENERATIONS_BEFORE_NEXT: 1, Milestone.GENERATIONS_AFTER_CLOSE: 1}),),
        "a generation before the first `next()`",
    ),
    Example(
        "stream.close-unstarted",
        (trial(milestones={Milestone.GENERATIONS_BEFORE_NEXT: 1, Milestone.GENERATIONS_AFTER_CLOSE: 1}),),
        (trial(milestones={Milestone.GENERATIONS_BEFORE_NEXT: 0, Milestone.GENERATIONS_AFTER_CLOSE: 1}),),
        "a generation at `close()`",
    ),
    Example("stream.close-unstarted", (trial(),), (trial(raised=ERROR),), _RAISED),
    Example(
        "stream.backpressure",
        (trial(milestones={Milestone.TOKENS_AFTER_ONE_CHUNK: 7}),),
        (trial(milestones={Milestone.TOKENS_AFTER_ONE_CHUNK: 8}),),
        "all 8 tokens generated when one chunk is read",
    ),
    Example("stream.backpressure", (trial(streamed=False),), (trial(raised=ERROR),), _RAISED),
    Example(
        "live.stream",
        (_STREAMED,),
        (trial(hung=SILENCE, generations=(_RUNNING,)),),
        f"no token while the model is paused: {_HUNG}",
    ),
    Example("live.stream", (trial(streamed=False),), (trial(" 0", hung=SILENCE),), _HUNG),
    Example(
        "live.events",
        (_STREAMED,),
        (trial(hung=SILENCE, generations=(_RUNNING,)),),
        f"no token while the model is paused: {_HUNG}",
    ),
    Example("live.nested", (_STREAMED,), (trial(raised=ERROR),), _RAISED),
    Example("loop.not-blocked", (_STREAMED,), (trial(hung=SILENCE),), f"the event loop is blocked: {_HUNG}"),
    Example("loop.not-blocked", (_STREAMED,), (trial(raised=ERROR),), _RAISED),
    Example("loop.not-blocked-by-events", (_STREAMED,), (trial(hung=SILENCE),), f"the event loop is blocked: {_HUNG}"),
    Example("loop.not-blocked-by-events", (_STREAMED,), (trial(raised=ERROR),), _RAISED),
    Example(
        "loop.concurrent-calls",
        (trial(milestones={Milestone.CONCURRENT_CALLS: 3}),),
        (trial(milestones={Milestone.CONCURRENT_CALLS: 1}),),
        "1 calls at the same time",
    ),
    Example(
        "loop.concurrent-calls", (trial(milestones={Milestone.CONCURRENT_CALLS: 3}),), (trial(raised=ERROR),), _RAISED
    ),
)

ERRORS = (
    Example("errors.invoke", (reply(raised=_FAILURE),), (reply(" 0 1"),), "' 0 1'"),
    Example("errors.invoke", (reply(raised=_WRAPPED),), (reply(hung=SILENCE),), _HUNG),
    Example("errors.stream", (_FAILED,), (trials(in_the_middle=trial(" 0")),), "ended without an exception"),
    Example("errors.stream", (_FAILED,), (trials(in_the_middle=trial(hung=SILENCE)),), _HUNG),
    Example("errors.keep-cause", (_FAILED,), (trials(in_the_middle=trial(raised=ERROR)),), _RAISED),
    Example(
        "errors.keep-cause",
        (trials(in_the_middle=trial(raised=_WRAPPED)),),
        (trials(in_the_middle=trial(raised=replace(_WRAPPED, cause=ERROR))),),
        "raised AcmeError: no (acme.py:4 in _stream)",
    ),
    Example("errors.events", (_FAILED,), (trials(in_the_middle=trial(" 0")),), "ended without an exception"),
    Example(
        "errors.keep-chunks", (_FAILED,), (trials(in_the_middle=trial(*_SAID, said=_SAID[:4])),), "' 0 1 2 3 4 5 6 7'"
    ),
    Example("errors.keep-chunks", (trials(m=trial(*_SAID[:6])),), (trials(m=trial(" 0", " 1")),), "' 0 1'"),
    Example("errors.keep-chunks", (trials(m=trial(" 0 1 2 3 4 5 6 7")),), (trials(m=trial(" 0", " 2")),), "' 0 2'"),
    Example("errors.once", (_FAILED,), (trials(in_the_middle=trial(after_end="gave ' 4'")),), "gave ' 4'"),
    Example(
        "errors.usable-after",
        (replies(after="hi"), reply("hi")),
        (replies(after=reply(raised=ERROR)), reply("hi")),
        _RAISED,
    ),
    Example("errors.usable-after", (replies(after="hi"), reply("hi")), (replies(after="ho"), reply("hi")), "'ho'"),
    Example("errors.empty-answer", (trial(raised=ERROR),), (trial("None"),), "'None'"),
    Example("errors.empty-answer", (trial(""),), (trial(hung=SILENCE),), _HUNG),
)

LEAVING = (
    Example("close.stream", (_STOPPED,), (_GOING_ON,), _STILL),
    Example("close.stream", (_STOPPED,), (trials(at_the_first_chunk=trial(raised=ERROR)),), _RAISED),
    Example(
        "close.stream",
        (trials(at_the_last_chunk=trial(milestones=_LEFT, generations=(_DONE,))),),
        (_RUN_ON,),
        _TO_THE_END,
    ),
    Example("close.astream", (_STOPPED,), (_GOING_ON,), _STILL),
    Example(
        "close.without-gc",
        (_STOPPED,),
        (trials(in_the_middle=trial(milestones={**_LEFT, Milestone.STOPPED_BY_GC: 1}, generations=(_CLOSED,))),),
        "the model stops at the next garbage collection",
    ),
    Example("close.break", (_STOPPED,), (_GOING_ON,), _STILL),
    Example("close.events", (_STOPPED,), (_RUN_ON,), _TO_THE_END),
    Example("close.nested", (ControlledOutcomes(),), (_RUN_ON,), _TO_THE_END),
    Example("close.isolated", (_STREAMED,), (trial(*_SAID[:3]),), "' 0 1 2'"),
    Example("close.isolated", (_STREAMED,), (trial(*_SAID, raised=ERROR),), _RAISED),
    Example("cancel.isolated", (_STREAMED,), (trial(*_SAID[:3]),), "' 0 1 2'"),
    Example("close.no-leaks", (_STOPPED,), (trials(in_the_middle=_LEFT_A_TASK),), "task pump"),
    Example("cancel.astream", (_STOPPED,), (_SWALLOWED,), _ENDED),
    Example("cancel.astream", (_STOPPED,), (_GOING_ON,), _STILL),
    Example("cancel.ainvoke", (_STOPPED,), (_SWALLOWED,), _ENDED),
    Example(
        "cancel.ainvoke",
        (_GOING_ON,),
        (trials(m=trial(milestones={Milestone.CANCELLATION_SWALLOWED: 1}, raised=ERROR)),),
        _RAISED,
    ),
    Example("cancel.events", (_STOPPED,), (_SWALLOWED,), _ENDED),
    Example("cancel.events", (_STOPPED,), (trials(in_the_middle=trial(hung=SILENCE)),), _HUNG),
    Example("close.returns", (_STOPPED,), (trials(at_the_first_chunk=trial(hung=SILENCE)),), _HUNG),
    Example("close.returns", (_LEFT_WITH_A_TASK,), (trials(at_the_first_chunk=trial(raised=ERROR)),), _RAISED),
    Example(
        "cancel.ends",
        (trial(milestones={Milestone.CANCEL_REQUESTED: 1, Milestone.CONSUMER_LEFT: 1}),),
        (trial(milestones={Milestone.CANCEL_REQUESTED: 1, Milestone.CANCELLATION_SWALLOWED: 1}),),
        _ENDED,
    ),
    Example("cancel.ends", (trial(*_SAID),), (trial(milestones={Milestone.CANCEL_REQUESTED: 1}, hung=SILENCE),), _HUNG),
    Example("cancel.usable", (stream("hi"), stream("h", "i")), (stream("i"), stream("hi")), "'i'"),
    Example("cancel.usable", (stream("hi"), stream("hi")), (stream("hi", raised=ERROR), stream("hi")), _RAISED),
)

TOGETHER = (
    Example(
        "batch.concurrency-limit",
        (trial(milestones={Milestone.PEAK_CONCURRENCY: 2}),),
        (trial(milestones={Milestone.PEAK_CONCURRENCY: 6}),),
        "6 calls at the same time",
    ),
    Example(
        "batch.concurrency-limit",
        (trial(),),
        (trial(milestones={Milestone.PEAK_CONCURRENCY: 1}, raised=ERROR),),
        _RAISED,
    ),
    Example("concurrency.threads", (trials(one=_STREAMED),), (trials(one=trial(" 0", " 0")),), "' 0 0'"),
    Example("concurrency.threads", (trials(one=_STREAMED),), (trials(one=trial(*_SAID, hung=SILENCE)),), _HUNG),
    Example("concurrency.tasks", (trials(one=_STREAMED),), (trials(one=trial(*_SAID, raised=ERROR)),), _RAISED),
    Example("concurrency.any-order", (_NONE_FOUND,), (_FOUND,), "'b'"),
    Example("concurrency.any-order", (_NONE_FOUND,), (Search(counterexample=trial(hung=SILENCE)),), _HUNG),
    Example(
        "concurrency.any-order",
        (_NONE_FOUND,),
        (Search(flaky=True, steps=("open stream 1",)),),
        _FLAKY_ORDER,
    ),
)

ANY_TEXT = (
    Example("any-text.invoke", (_NONE_FOUND,), (_FOUND,), "'b'"),
    Example(
        "any-text.invoke",
        (_NONE_FOUND,),
        (Search(flaky=True, counterexample=trial("b")),),
        _FLAKY_TEXT,
    ),
    Example("any-text.stream", (_NONE_FOUND,), (_FOUND,), "'b'"),
    Example("any-text.stream", (_NONE_FOUND,), (Search(counterexample=trial(raised=ERROR)),), _RAISED),
    Example("any-text.events", (_NONE_FOUND,), (_FOUND,), "'b'"),
    Example("any-text.boundaries", (_NONE_FOUND,), (Search(counterexample=trial("ab", said=("a", "", "b"))),), "'ab'"),
    Example("any-text.boundaries", (_NONE_FOUND,), (Search(counterexample=trial(hung=SILENCE)),), _HUNG),
    Example("any-text.stop", (_NONE_FOUND,), (_STOP_FOUND,), "'ab'"),
    Example("any-text.stop", (Search(stop_refused=True),), (_STOP_FOUND,), "'ab'"),
)

_NOT_STREAMED = Search(streamed=False)
_WAVERS = Search(flaky=True, counterexample=trial("b"), steps=("open stream 1", "pull stream 1"))
_TWICE = trial("ab", said=("a", "b", "ab"), stop="b")
_WORDY = trial(said=("a long token that is one of many",) * 9)
_OF_195 = trial(said=("x" * 196,))
_WRONG = trial(" 0", " 0")

# Each says what becomes of a rule at its border, or in a record that lacks what the others have.
BORDERS = (
    Example(
        "stream.close-unstarted",
        (trial(),),
        (trial(milestones={Milestone.GENERATIONS_AFTER_CLOSE: 1}),),
        "a generation at `close()`",
    ),
    Example(
        "stream.backpressure",
        (trial(),),
        (trial(milestones={Milestone.TOKENS_AFTER_ONE_CHUNK: 9}),),
        "all 8 tokens generated when one chunk is read",
    ),
    Example(
        "stream.backpressure",
        (trial(said=(" 0",)),),
        (trial(milestones={Milestone.TOKENS_AFTER_ONE_CHUNK: 8}),),
        "all 8 tokens generated when one chunk is read",
    ),
    Example(
        "loop.concurrent-calls",
        (trial(milestones={Milestone.CONCURRENT_CALLS: 3}),),
        (trial(),),
        "0 calls at the same time",
    ),
    Example(
        "batch.concurrency-limit",
        (trial(),),
        (trial(milestones={Milestone.PEAK_CONCURRENCY: 3}),),
        "3 calls at the same time",
    ),
    Example("errors.keep-chunks", (trials(m=trial(said=())),), (trials(m=trial(*_SAID[:5])),), "' 0 1 2 3 4'"),
    Example("errors.keep-chunks", (trials(m=trial(" 0")),), (trials(m=trial("0")),), "'0'"),
    Example(
        "close.stream",
        (trials(m=_LEFT_A_TASK),),
        (trials(m=trial(milestones=_LEFT, generations=(_DONE, _RUNNING))),),
        f"{_TO_THE_END} and is still generating at token 4 of 8",
    ),
    Example(
        "cancel.astream",
        (trials(at_the_last_chunk=trial(milestones=_LEFT, generations=(_DONE,))),),
        (_RUN_ON,),
        _TO_THE_END,
    ),
    Example(
        "close.no-leaks",
        (_GOING_ON,),
        (
            trials(
                m=trial(
                    milestones={Milestone.MODEL_STOPPED: 1}, leftovers=("task pump", "a thread, at acme.py:1 in read")
                )
            ),
        ),
        "task pump, a thread, at acme.py:1 in read",
    ),
    Example(
        "concurrency.threads",
        (trials(one=_STREAMED),),
        (trials(one=_WRONG, two=_WRONG, three=_WRONG, four=_WRONG),),
        "' 0 0'",
    ),
    Example("concurrency.any-order", (_NONE_FOUND,), (replace(_FOUND, steps=("open stream 1", "invoke")),), "'b'"),
    Example("concurrency.any-order", (_NONE_FOUND,), (_WAVERS,), _FLAKY_ORDER),
    Example("any-text.events", (_NOT_STREAMED,), (_WAVERS,), _FLAKY_TEXT),
    Example("any-text.boundaries", (_NONE_FOUND,), (_WAVERS,), _FLAKY_TEXT),
    Example("any-text.stop", (_NONE_FOUND,), (_WAVERS,), _FLAKY_TEXT),
    Example("any-text.stop", (_NONE_FOUND,), (replace(_STOP_FOUND, counterexample=_TWICE),), "'ab'"),
    Example("any-text.stop", (_NONE_FOUND,), (Search(counterexample=replace(_TWICE, raised=ERROR)),), _RAISED),
    Example("any-text.stream", (_NONE_FOUND,), (Search(flaky=True),), _FLAKY_TEXT),
    Example("any-text.stream", (_NONE_FOUND,), (Search(counterexample=_WORDY),), "''"),
    Example("any-text.stream", (_NONE_FOUND,), (Search(counterexample=_OF_195),), "''"),
)

EXAMPLES = (*LIVE, *ERRORS, *LEAVING, *TOGETHER, *ANY_TEXT, *BORDERS)
