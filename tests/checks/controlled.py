"""Examples for the checks of controlled models."""

from dataclasses import replace
from typing import Any

from checks.example import Example
from checks.records import ERROR, SILENCE, batch, replies, reply, stream, value_of
from llm_conformance.records import ControlledOutcome, ControlledOutcomes, GenerationRecord, Milestone, Raised, Search

_RAISED = ERROR.text
_HUNG = SILENCE.text
_PAUSED = replace(SILENCE, paused=True)
_TOKENS = tuple(f" {place}" for place in range(8))
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


def outcome(*chunks: str, tokens: tuple[str, ...] = _TOKENS, **facts: Any) -> ControlledOutcome:
    """One call of a model that is made to generate eight tokens."""
    return ControlledOutcome(tokens=tokens, chunks=tuple(map(value_of, chunks)), **facts)


def outcomes(**by: ControlledOutcome) -> ControlledOutcomes:
    """Calls by name; underscores are read as spaces."""
    return ControlledOutcomes(by_label={name.replace("_", " "): one for name, one in by.items()})


_STREAMED = outcome(*_TOKENS, generations=(_DONE,))
_STOPPED = outcomes(
    at_the_first_chunk=outcome(milestones=_LEFT, generations=(_CLOSED,)),
    at_the_last_chunk=outcome(milestones=_LEFT, generations=(_DONE,)),
)
_GOING_ON = outcomes(at_the_first_chunk=outcome(milestones=_LEFT, generations=(_RUNNING,)))
_RUN_ON = outcomes(in_the_middle=outcome(milestones=_LEFT, generations=(_DONE,)))
_SWALLOWED = outcomes(
    in_the_middle=outcome(milestones={Milestone.CONSUMER_LEAVING: 1, Milestone.CANCELLATION_SWALLOWED: 1})
)
_STILL, _TO_THE_END = "the model is still generating at token 4 of 8", "the model generates all 8 tokens"
_LEFT_A_TASK = outcome(
    milestones={Milestone.CONSUMER_LEFT: 2, Milestone.MODEL_STOPPED: 1}, leftovers=("task pump",), hung=SILENCE
)
_LEFT_WITH_A_TASK = outcomes(at_the_first_chunk=_LEFT_A_TASK)
_ENDED = "the task ends as if it had not been cancelled"
_FAILED = outcomes(in_the_middle=outcome(*_TOKENS[:4], tokens=_TOKENS[:4], raised=_FAILURE))
_FOUND = Search(examples=3, counterexample=outcome("b", tokens=("", "b", "c")))
_STOP_FOUND = Search(examples=3, counterexample=outcome("ab", tokens=("a", "b"), stop="b"))
_NONE_FOUND = Search(examples=20)
_FLAKY_TEXT = "a wrong answer once, and the right answer when the same tokens were generated again"
_FLAKY_ORDER = "a wrong answer once, and the right answer when the same steps were repeated"

LIVE = (
    Example(
        "stream.lazy",
        (outcome(milestones={Milestone.GENERATIONS_BEFORE_NEXT: 0, Milestone.GENERATIONS_AFTER_CLOSE: 0}),),
        (outcome(milestones={Milestone.GENERATIONS_BEFORE_NEXT: 1, Milestone.GENERATIONS_AFTER_CLOSE: 1}),),
        "a generation before the first `next()`",
    ),
    Example(
        "stream.close-unstarted",
        (outcome(milestones={Milestone.GENERATIONS_BEFORE_NEXT: 1, Milestone.GENERATIONS_AFTER_CLOSE: 1}),),
        (outcome(milestones={Milestone.GENERATIONS_BEFORE_NEXT: 0, Milestone.GENERATIONS_AFTER_CLOSE: 1}),),
        "a generation at `close()`",
    ),
    Example("stream.close-unstarted", (outcome(),), (outcome(raised=ERROR),), _RAISED),
    Example(
        "stream.backpressure",
        (outcome(milestones={Milestone.TOKENS_AFTER_ONE_CHUNK: 7}, generations=(_CLOSED,)),),
        (outcome(milestones={Milestone.TOKENS_AFTER_ONE_CHUNK: 8}),),
        "all 8 tokens generated when one chunk is read",
    ),
    Example("stream.backpressure", (outcome(streamed=False),), (outcome(raised=ERROR),), _RAISED),
    Example(
        "live.stream",
        (_STREAMED,),
        (outcome(hung=SILENCE, generations=(_RUNNING,)),),
        f"no token while the model is paused; the call {_HUNG}",
    ),
    Example("live.stream", (outcome(streamed=False),), (outcome(" 0", hung=SILENCE),), _HUNG),
    Example("live.stream", (_STREAMED,), (outcome(hung=SILENCE),), _HUNG),
    Example(
        "live.events",
        (_STREAMED,),
        (outcome(hung=SILENCE, generations=(_RUNNING,)),),
        f"no token while the model is paused; the call {_HUNG}",
    ),
    Example("live.nested", (_STREAMED,), (outcome(raised=ERROR),), _RAISED),
    Example("loop.not-blocked", (_STREAMED,), (outcome(hung=_PAUSED),), f"the event loop is blocked; the call {_HUNG}"),
    Example("loop.not-blocked", (_STREAMED,), (outcome(hung=SILENCE),), _HUNG),
    Example("loop.not-blocked", (_STREAMED,), (outcome(raised=ERROR),), _RAISED),
    Example(
        "loop.not-blocked-by-events",
        (_STREAMED,),
        (outcome(hung=_PAUSED),),
        f"the event loop is blocked; the call {_HUNG}",
    ),
    Example("loop.not-blocked-by-events", (_STREAMED,), (outcome(raised=ERROR),), _RAISED),
    Example("loop.not-blocked-by-events", (_STREAMED,), (outcome(hung=SILENCE),), _HUNG),
    Example(
        "loop.concurrent-calls",
        (outcome(milestones={Milestone.CONCURRENT_CALLS: 3}, generations=(_DONE,)),),
        (outcome(milestones={Milestone.CONCURRENT_CALLS: 1}),),
        "1 calls at the same time",
    ),
    Example(
        "loop.concurrent-calls",
        (outcome(milestones={Milestone.CONCURRENT_CALLS: 3}),),
        (outcome(raised=ERROR),),
        _RAISED,
    ),
)

_ASKED = outcome(prompt=" q ", received=("q",))

PROMPTS = (
    Example("any-text.prompt", (_NONE_FOUND,), (Search(counterexample=_ASKED),), "'q'"),
    Example("any-text.prompt", (_NONE_FOUND,), (Search(counterexample=replace(_ASKED, raised=ERROR)),), _RAISED),
    Example(
        "any-text.prompt",
        (_NONE_FOUND,),
        (Search(counterexample=replace(_ASKED, received=())),),
        "an answer without a call or a request",
    ),
    Example(
        "any-text.prompt",
        (_NONE_FOUND,),
        (Search(counterexample=_ASKED, flaky=True),),
        "a wrong prompt once, and the right prompt when the same call was made again",
    ),
    Example("input.unicode", (outcome("hi", prompt="q"),), (outcome(prompt="q", raised=ERROR),), _RAISED),
    Example("input.unicode", (outcome("hi", prompt="q"),), (outcome(prompt="q", hung=SILENCE),), _HUNG),
)

_SLOWLY = outcome("h", "i", tokens=())

CONSUMERS = (
    Example("stream.slow-consumer", (_SLOWLY, stream("hi")), (outcome("h", tokens=()), stream("hi")), "'h'"),
    Example("stream.slow-consumer", (_STREAMED, stream("hi")), (outcome(*_TOKENS[:3]), stream("hi")), "' 0 1 2'"),
    Example(
        "stream.slow-consumer",
        (outcome("hi", tokens=()), stream("hi")),
        (outcome(hung=SILENCE, tokens=()), stream("hi")),
        _HUNG,
    ),
    Example("stream.paused-consumer", (_STREAMED,), (outcome(raised=ERROR),), _RAISED),
    Example("stream.paused-consumer", (_STREAMED,), (outcome(*_TOKENS[:3]),), "' 0 1 2'"),
    Example("stream.any-context", (_STREAMED,), (outcome(raised=ERROR),), _RAISED),
    Example("stream.any-context", (_STREAMED,), (outcome(hung=SILENCE),), _HUNG),
)

_IN_ORDER = tuple(str(place) for place in range(64))

BATCHES = (
    Example("batch.many", (batch(*_IN_ORDER),), (batch(*_IN_ORDER[:20]),), "a list of 20 answers"),
    Example("batch.many", (batch(*_IN_ORDER),), (batch(*_IN_ORDER[:20], *_IN_ORDER[:44]),), "'0'"),
    Example("batch.many", (batch(*_IN_ORDER),), (batch(raised=ERROR),), _RAISED),
)

ERRORS = (
    Example("errors.invoke", (reply(raised=_FAILURE),), (reply(" 0 1"),), "' 0 1'"),
    Example("errors.invoke", (reply(raised=_WRAPPED),), (reply(hung=SILENCE),), _HUNG),
    Example("errors.stream", (_FAILED,), (outcomes(in_the_middle=outcome(" 0")),), "ended without an exception"),
    Example("errors.stream", (_FAILED,), (outcomes(in_the_middle=outcome(hung=SILENCE)),), _HUNG),
    Example("errors.keep-cause", (_FAILED,), (outcomes(in_the_middle=outcome(raised=ERROR)),), _RAISED),
    Example(
        "errors.keep-cause",
        (outcomes(in_the_middle=outcome(raised=_WRAPPED)),),
        (outcomes(in_the_middle=outcome(raised=replace(_WRAPPED, cause=ERROR))),),
        "raised AcmeError: no (acme.py:4 in _stream)",
    ),
    Example("errors.events", (_FAILED,), (outcomes(in_the_middle=outcome(" 0")),), "ended without an exception"),
    Example(
        "errors.keep-chunks",
        (_FAILED,),
        (outcomes(in_the_middle=outcome(*_TOKENS, tokens=_TOKENS[:4])),),
        "' 0 1 2 3 4 5 6 7'",
    ),
    Example("errors.keep-chunks", (outcomes(m=outcome(*_TOKENS[:6])),), (outcomes(m=outcome(" 0", " 1")),), "' 0 1'"),
    Example(
        "errors.keep-chunks", (outcomes(m=outcome(" 0 1 2 3 4 5 6 7")),), (outcomes(m=outcome(" 0", " 2")),), "' 0 2'"
    ),
    Example("errors.once", (_FAILED,), (outcomes(in_the_middle=outcome(after_end="returned ' 4'")),), "returned ' 4'"),
    Example(
        "errors.usable-after",
        (replies(after="hi"), reply("hi")),
        (replies(after=reply(raised=ERROR)), reply("hi")),
        _RAISED,
    ),
    Example("errors.usable-after", (replies(after="hi"), reply("hi")), (replies(after="ho"), reply("hi")), "'ho'"),
    Example("errors.empty-answer", (outcome(raised=ERROR),), (outcome("None"),), "'None'"),
    Example("errors.empty-answer", (outcome(""),), (outcome(hung=SILENCE),), _HUNG),
)

LEAVING = (
    Example("close.stream", (_STOPPED,), (_GOING_ON,), _STILL),
    Example("close.stream", (_STOPPED,), (outcomes(at_the_first_chunk=outcome(raised=ERROR)),), _RAISED),
    Example(
        "close.stream",
        (outcomes(at_the_last_chunk=outcome(milestones=_LEFT, generations=(_DONE,))),),
        (_RUN_ON,),
        _TO_THE_END,
    ),
    Example("close.astream", (_STOPPED,), (_GOING_ON,), _STILL),
    Example(
        "close.without-gc",
        (_STOPPED,),
        (outcomes(in_the_middle=outcome(milestones={**_LEFT, Milestone.STOPPED_BY_GC: 1}, generations=(_CLOSED,))),),
        "the model stops at the next garbage collection",
    ),
    Example("close.break", (_STOPPED,), (_GOING_ON,), _STILL),
    Example("close.events", (_STOPPED,), (_RUN_ON,), _TO_THE_END),
    Example("close.nested", (ControlledOutcomes(),), (_RUN_ON,), _TO_THE_END),
    Example("close.nested", (_STOPPED,), (_GOING_ON,), _STILL),
    Example("close.isolated", (_STREAMED,), (outcome(*_TOKENS[:3]),), "' 0 1 2'"),
    Example("close.isolated", (_STREAMED,), (outcome(*_TOKENS, raised=ERROR),), _RAISED),
    Example("cancel.isolated", (_STREAMED,), (outcome(*_TOKENS[:3]),), "' 0 1 2'"),
    Example("close.releases", (outcomes(closed=_STREAMED),), (outcomes(closed=outcome(raised=ERROR)),), _RAISED),
    Example("close.releases", (outcomes(closed=_STREAMED),), (outcomes(cancelled=outcome(" 0")),), "' 0'"),
    Example("close.break-releases", (outcomes(l=_STREAMED),), (outcomes(l=outcome(hung=SILENCE)),), _HUNG),
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
        "cancel.ends", (outcome(*_TOKENS),), (outcome(milestones={Milestone.CANCEL_REQUESTED: 1}, hung=SILENCE),), _HUNG
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

TOGETHER = (
    Example(
        "batch.concurrency-limit",
        (outcome(milestones={Milestone.PEAK_CONCURRENCY: 2}),),
        (outcome(milestones={Milestone.PEAK_CONCURRENCY: 6}),),
        "6 calls at the same time",
    ),
    Example(
        "batch.concurrency-limit",
        (outcome(),),
        (outcome(milestones={Milestone.PEAK_CONCURRENCY: 1}, raised=ERROR),),
        _RAISED,
    ),
    Example("concurrency.threads", (outcomes(one=_STREAMED),), (outcomes(one=outcome(" 0", " 0")),), "' 0 0'"),
    Example("concurrency.threads", (outcomes(one=_STREAMED),), (outcomes(one=outcome(*_TOKENS, hung=SILENCE)),), _HUNG),
    Example("concurrency.tasks", (outcomes(one=_STREAMED),), (outcomes(one=outcome(*_TOKENS, raised=ERROR)),), _RAISED),
    Example("concurrency.any-order", (_NONE_FOUND,), (_FOUND,), "'b'"),
    Example("concurrency.any-order", (_NONE_FOUND,), (Search(counterexample=outcome(hung=SILENCE)),), _HUNG),
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
        (Search(flaky=True, counterexample=outcome("b")),),
        _FLAKY_TEXT,
    ),
    Example("any-text.stream", (_NONE_FOUND,), (_FOUND,), "'b'"),
    Example("any-text.stream", (_NONE_FOUND,), (Search(counterexample=outcome(raised=ERROR)),), _RAISED),
    Example("any-text.events", (_NONE_FOUND,), (_FOUND,), "'b'"),
    Example(
        "any-text.boundaries", (_NONE_FOUND,), (Search(counterexample=outcome("ab", tokens=("a", "", "b"))),), "'ab'"
    ),
    Example("any-text.boundaries", (_NONE_FOUND,), (Search(counterexample=outcome(hung=SILENCE)),), _HUNG),
    Example("any-text.stop", (_NONE_FOUND,), (_STOP_FOUND,), "'ab'"),
    Example("any-text.stop", (Search(stop_refused=True),), (_STOP_FOUND,), "'ab'"),
)

_NOT_STREAMED = Search(streamed=False)
_FLAKY = Search(flaky=True, counterexample=outcome("b"), steps=("open stream 1", "pull stream 1"))
_TWICE = outcome("ab", tokens=("a", "b", "ab"), stop="b")
_WORDY = outcome(tokens=("a long token that is one of many",) * 9)
_OF_195 = outcome(tokens=("x" * 196,))
_WRONG = outcome(" 0", " 0")

# Each example is at the border of a rule, or has a record that lacks a field of the other examples.
BORDERS = (
    Example(
        "stream.close-unstarted",
        (outcome(),),
        (outcome(milestones={Milestone.GENERATIONS_AFTER_CLOSE: 1}),),
        "a generation at `close()`",
    ),
    Example(
        "stream.backpressure",
        (outcome(),),
        (outcome(milestones={Milestone.TOKENS_AFTER_ONE_CHUNK: 9}),),
        "all 8 tokens generated when one chunk is read",
    ),
    Example(
        "stream.backpressure",
        (outcome(tokens=(" 0",)),),
        (outcome(milestones={Milestone.TOKENS_AFTER_ONE_CHUNK: 8}),),
        "all 8 tokens generated when one chunk is read",
    ),
    Example(
        "loop.concurrent-calls",
        (outcome(milestones={Milestone.CONCURRENT_CALLS: 3}),),
        (outcome(),),
        "0 calls at the same time",
    ),
    Example(
        "batch.concurrency-limit",
        (outcome(),),
        (outcome(milestones={Milestone.PEAK_CONCURRENCY: 3}),),
        "3 calls at the same time",
    ),
    Example(
        "errors.keep-chunks", (outcomes(m=outcome(tokens=())),), (outcomes(m=outcome(*_TOKENS[:5])),), "' 0 1 2 3 4'"
    ),
    Example("errors.keep-chunks", (outcomes(m=outcome(" 0")),), (outcomes(m=outcome("0")),), "'0'"),
    Example(
        "close.stream",
        (outcomes(m=_LEFT_A_TASK),),
        (outcomes(m=outcome(milestones=_LEFT, generations=(_DONE, _RUNNING))),),
        f"{_TO_THE_END} and is still generating at token 4 of 8",
    ),
    Example(
        "cancel.astream",
        (outcomes(at_the_last_chunk=outcome(milestones=_LEFT, generations=(_DONE,))),),
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
    Example(
        "concurrency.threads",
        (outcomes(one=_STREAMED),),
        (outcomes(one=_WRONG, two=_WRONG, three=_WRONG, four=_WRONG),),
        "' 0 0'",
    ),
    Example("concurrency.any-order", (_NONE_FOUND,), (replace(_FOUND, steps=("open stream 1", "invoke")),), "'b'"),
    Example("concurrency.any-order", (_NONE_FOUND,), (_FLAKY,), _FLAKY_ORDER),
    Example("any-text.events", (_NOT_STREAMED,), (_FLAKY,), _FLAKY_TEXT),
    Example("any-text.boundaries", (_NONE_FOUND,), (_FLAKY,), _FLAKY_TEXT),
    Example("any-text.stop", (_NONE_FOUND,), (_FLAKY,), _FLAKY_TEXT),
    Example("any-text.stop", (_NONE_FOUND,), (replace(_STOP_FOUND, counterexample=_TWICE),), "'ab'"),
    Example("any-text.stop", (_NONE_FOUND,), (Search(counterexample=replace(_TWICE, raised=ERROR)),), _RAISED),
    Example("any-text.stream", (_NONE_FOUND,), (Search(flaky=True),), _FLAKY_TEXT),
    Example("any-text.stream", (_NONE_FOUND,), (Search(counterexample=_WORDY),), "''"),
    Example("any-text.stream", (_NONE_FOUND,), (Search(counterexample=_OF_195),), "''"),
)

EXAMPLES = (*LIVE, *CONSUMERS, *PROMPTS, *BATCHES, *ERRORS, *LEAVING, *TOGETHER, *ANY_TEXT, *BORDERS)
