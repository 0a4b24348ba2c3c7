"""Examples for the checks of controlled models."""

from dataclasses import replace

from checks.chat_records import part, said
from checks.controlled_records import (
    CLOSED,
    DONE,
    FLAKY,
    FOUND,
    NONE_FOUND,
    RUNNING,
    STREAMED,
    TOKENS,
    outcome,
    outcomes,
)
from checks.example import Example
from checks.records import ERROR, SILENCE, batch, replies, reply, stream
from llm_conformance.records import Milestone, Raised, Search

_RAISED = ERROR.text
_ARGUMENTS = (said(kind="acme.Chunk", tool_call_chunks=[part(args='{"city"')]),)
_HUNG = SILENCE.text
_PAUSED = replace(SILENCE, paused=True)
_FAILURE = Raised("acme.ScriptedError", "no", ("ScriptedError", "RuntimeError"), "acme.py:3 in play")
_WRAPPED = Raised("acme.AcmeError", "no", ("AcmeError",), "acme.py:4 in _stream", cause=_FAILURE)
_FAILED = outcomes(in_the_middle=outcome(*TOKENS[:4], tokens=TOKENS[:4], raised=_FAILURE))
_FLAKY_ORDER = "a wrong answer once, and the right answer when the same steps were repeated"
_WRONG = outcome(" 0", " 0")
_SLOWLY = outcome("h", "i", tokens=())
_IN_ORDER = tuple(str(place) for place in range(64))

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
        (outcome(milestones={Milestone.TOKENS_AFTER_ONE_CHUNK: 7}, generations=(CLOSED,)),),
        (outcome(milestones={Milestone.TOKENS_AFTER_ONE_CHUNK: 8}),),
        "all 8 tokens generated when one chunk is read",
    ),
    Example("stream.backpressure", (outcome(streamed=False),), (outcome(raised=ERROR),), _RAISED),
    Example(
        "live.stream",
        (STREAMED,),
        (outcome(hung=SILENCE, generations=(RUNNING,)),),
        f"no token while the model is paused; the call {_HUNG}",
    ),
    Example("live.stream", (outcome(streamed=False),), (outcome(" 0", hung=SILENCE),), _HUNG),
    Example("live.stream", (STREAMED,), (outcome(hung=SILENCE),), _HUNG),
    Example(
        "live.events",
        (STREAMED,),
        (outcome(hung=SILENCE, generations=(RUNNING,)),),
        f"no token while the model is paused; the call {_HUNG}",
    ),
    Example("live.nested", (STREAMED,), (outcome(raised=ERROR),), _RAISED),
    Example(
        "calls.arrive",
        (replace(outcome(generations=(RUNNING,)), chunks=_ARGUMENTS),),
        (outcome(hung=SILENCE, generations=(RUNNING,)),),
        f"no arguments while the model is paused; the call {_HUNG}",
    ),
    Example("calls.arrive", (outcome(streamed=False),), (outcome(raised=ERROR),), _RAISED),
    Example("calls.arrive", (outcome(streamed=False),), (outcome(hung=SILENCE),), _HUNG),
    Example("loop.not-blocked", (STREAMED,), (outcome(hung=_PAUSED),), f"the event loop is blocked; the call {_HUNG}"),
    Example("loop.not-blocked", (STREAMED,), (outcome(hung=SILENCE),), _HUNG),
    Example("loop.not-blocked", (STREAMED,), (outcome(raised=ERROR),), _RAISED),
    Example(
        "loop.not-blocked-by-events",
        (STREAMED,),
        (outcome(hung=_PAUSED),),
        f"the event loop is blocked; the call {_HUNG}",
    ),
    Example("loop.not-blocked-by-events", (STREAMED,), (outcome(raised=ERROR),), _RAISED),
    Example("loop.not-blocked-by-events", (STREAMED,), (outcome(hung=SILENCE),), _HUNG),
    Example(
        "loop.concurrent-calls",
        (outcome(milestones={Milestone.CONCURRENT_CALLS: 3}, generations=(DONE,)),),
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

CONSUMERS = (
    Example("stream.slow-consumer", (_SLOWLY, stream("hi")), (outcome("h", tokens=()), stream("hi")), "'h'"),
    Example("stream.slow-consumer", (STREAMED, stream("hi")), (outcome(*TOKENS[:3]), stream("hi")), "' 0 1 2'"),
    Example(
        "stream.slow-consumer",
        (outcome("hi", tokens=()), stream("hi")),
        (outcome(hung=SILENCE, tokens=()), stream("hi")),
        _HUNG,
    ),
    Example("stream.paused-consumer", (STREAMED,), (outcome(raised=ERROR),), _RAISED),
    Example("stream.paused-consumer", (STREAMED,), (outcome(*TOKENS[:3]),), "' 0 1 2'"),
    Example("stream.any-context", (STREAMED,), (outcome(raised=ERROR),), _RAISED),
    Example("stream.any-context", (STREAMED,), (outcome(hung=SILENCE),), _HUNG),
)

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
        (outcomes(in_the_middle=outcome(*TOKENS, tokens=TOKENS[:4])),),
        "' 0 1 2 3 4 5 6 7'",
    ),
    Example("errors.keep-chunks", (outcomes(m=outcome(*TOKENS[:6])),), (outcomes(m=outcome(" 0", " 1")),), "' 0 1'"),
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
    Example("errors.isolated", (STREAMED,), (outcome(*TOKENS[:3]),), "' 0 1 2'"),
    Example("errors.isolated", (STREAMED,), (outcome(*TOKENS, raised=ERROR),), ERROR.text),
    Example("errors.usable-after", (replies(after="hi"), reply("hi")), (replies(after="ho"), reply("hi")), "'ho'"),
    Example("errors.empty-answer", (outcome(raised=ERROR),), (outcome("None"),), "'None'"),
    Example("errors.empty-answer", (outcome(""),), (outcome(hung=SILENCE),), _HUNG),
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
    Example("concurrency.threads", (outcomes(one=STREAMED),), (outcomes(one=outcome(" 0", " 0")),), "' 0 0'"),
    Example("concurrency.threads", (outcomes(one=STREAMED),), (outcomes(one=outcome(*TOKENS, hung=SILENCE)),), _HUNG),
    Example("concurrency.tasks", (outcomes(one=STREAMED),), (outcomes(one=outcome(*TOKENS, raised=ERROR)),), _RAISED),
    Example("concurrency.any-order", (NONE_FOUND,), (FOUND,), "'b'"),
    Example("concurrency.any-order", (NONE_FOUND,), (Search(counterexample=outcome(hung=SILENCE)),), _HUNG),
    Example(
        "concurrency.any-order",
        (NONE_FOUND,),
        (Search(flaky=True, steps=("open stream 1",)),),
        _FLAKY_ORDER,
    ),
)

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
        "errors.keep-chunks", (outcomes(m=outcome(tokens=())),), (outcomes(m=outcome(*TOKENS[:5])),), "' 0 1 2 3 4'"
    ),
    Example("errors.keep-chunks", (outcomes(m=outcome(" 0")),), (outcomes(m=outcome("0")),), "'0'"),
    Example(
        "concurrency.threads",
        (outcomes(one=STREAMED),),
        (outcomes(one=_WRONG, two=_WRONG, three=_WRONG, four=_WRONG),),
        "' 0 0'",
    ),
    Example("concurrency.any-order", (NONE_FOUND,), (replace(FOUND, steps=("open stream 1", "invoke")),), "'b'"),
    Example("concurrency.any-order", (NONE_FOUND,), (FLAKY,), _FLAKY_ORDER),
)

EXAMPLES = (*LIVE, *CONSUMERS, *BATCHES, *ERRORS, *TOGETHER, *BORDERS)
