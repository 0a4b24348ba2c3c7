"""Examples for the checks that go by time alone."""

from dataclasses import replace
from typing import Any

from checks.example import Example
from checks.records import ERROR, about, complete_run, reply, stream, value_of
from llm_conformance.records import Control, Events, EventStreams, Replies, Stalls, Stream, Streams, Value

_TOKENS = tuple(f" {place}" for place in range(8))
_SCRIPTED = replace(about(), control=Control.SCRIPT)
_WAITED, _WORKED, _UNCOUNTED = Stalls(0.3, 0.3), Stalls(0.3, 0.0), Stalls(0.3)
_BLOCKED = reply("hi", seconds=0.31, stalls=_WAITED)
_TIMES = "0.30 of 0.31 s"
_WITH_IT = f"the event loop is blocked for {_TIMES} and {_TIMES}"
_BUFFERED = stream(*_TOKENS, seconds=0.2, times=(0.195,) * 8)
_CAME = stream(*_TOKENS, seconds=0.2, times=tuple(0.02 * place for place in range(8)))
_FOLLOWED = stream(*_TOKENS, seconds=2, times=tuple(1.9 + 0.01 * place for place in range(8)))
_LATE = stream(*_TOKENS, seconds=0.2, times=(0.191, *(0.197,) * 7))
_EMPTY_FIRST = stream("", *_TOKENS, seconds=0.2, times=(0.001, *(0.195,) * 8))
_CUT = stream(*_TOKENS[:2], seconds=0.05, times=(0.05, 0.05))
_AT_ONCE = (
    "that arrive together: 8 at once after 0.20 s and 8 at once after 0.20 s, "
    "2 after 0.05 s where a stop text cuts the answer"
)
_CHUNKS_AT_ONCE, _EVENTS_AT_ONCE = f"chunks {_AT_ONCE}", f"stream events {_AT_ONCE}"


def twice(first: Any, *again: Any, cut: tuple[Any, ...] = ()) -> Any:
    """The records of a call, of its repetition, and of those that a stop text has cut."""
    by = dict(zip(("the first time", "the second time"), (first, *again), strict=False))
    by |= {f"cut by a stop text {number}": one for number, one in enumerate(cut)}
    if isinstance(first, Events):
        return EventStreams(by_label=by)
    return Streams(by_label=by) if isinstance(first, Stream) else Replies(by_label=by)


_BY_BLOCKED = tuple(
    Example("loop.not-blocked-timing", (twice(*kept), about()), (twice(_BLOCKED, _BLOCKED), about()), _WITH_IT)
    for kept in (
        (reply("hi", seconds=9, stalls=_WAITED),),
        (replace(_BLOCKED, seconds=0.61), _BLOCKED),
        (_BLOCKED, replace(_BLOCKED, stalls=_WORKED)),
        (_BLOCKED, replace(_BLOCKED, raised=ERROR)),
        (_BLOCKED,),
        (replace(_BLOCKED, stalls=_WORKED), _BLOCKED),
        (replace(_BLOCKED, stalls=_UNCOUNTED), _BLOCKED),
        (replace(_BLOCKED, stalls=None), _BLOCKED),
        (replace(_BLOCKED, seconds=0.24, stalls=Stalls(0.24, 0.24)), _BLOCKED),
    )
)
_BY_DELAY = tuple(
    Example(
        "live.stream-timing",
        (twice(*kept), about()),
        (twice(_BUFFERED, _BUFFERED, cut=(_CUT, _CUT)), about()),
        _CHUNKS_AT_ONCE,
    )
    for kept in (
        (_CAME,),
        (_BUFFERED, _BUFFERED),
        (_FOLLOWED, _BUFFERED),
        (_BUFFERED, _CAME),
        (_BUFFERED,),
        (stream("hi", seconds=0.2, times=(0.195,)), _BUFFERED),
        (stream(*_TOKENS[:7], seconds=0.2, times=(0.195,) * 7), _BUFFERED),
        (stream(*_TOKENS, seconds=0.09, times=(0.089,) * 8), _BUFFERED),
    )
)
_EVENTS_LATE = replace(complete_run(*_TOKENS), seconds=0.2, times=(0.001, *(0.195,) * 9))
_EVENTS_CUT = replace(complete_run(*_TOKENS[:2]), seconds=0.05, times=(0.001, *(0.05,) * 3))
_EVENTS_BY_DELAY = tuple(
    Example(
        "live.events-timing",
        (twice(*kept), about()),
        (twice(_EVENTS_LATE, _EVENTS_LATE, cut=(_EVENTS_CUT,)), about()),
        _EVENTS_AT_ONCE,
    )
    for kept in (
        (replace(_EVENTS_LATE, times=tuple(0.02 * place for place in range(10))),),
        (_EVENTS_LATE,),
        (replace(_EVENTS_LATE, times=()), _EVENTS_LATE),
        (replace(_EVENTS_LATE, raised=ERROR), _EVENTS_LATE),
        (replace(_EVENTS_LATE, seconds=0.31, times=(0.001, *(0.305,) * 9), stalls=_WORKED), _EVENTS_LATE),
        (replace(complete_run(*_TOKENS[:7]), seconds=0.2, times=(0.001, *(0.195,) * 8)), _EVENTS_LATE),
    )
)

_PROMPT_TAKES_LONG = tuple(
    Example(
        "live.stream-timing",
        (twice(_BUFFERED, _BUFFERED, cut=cut), about()),
        (twice(_BUFFERED, _BUFFERED, cut=(_CUT, _CUT)), about()),
        _CHUNKS_AT_ONCE,
    )
    for cut in (
        (replace(_CUT, times=(0.19, 0.19), seconds=0.19),),
        (_CUT, replace(_CUT, times=(0.19, 0.19), seconds=0.19)),
        (replace(_CUT, raised=ERROR),),
        (_BUFFERED,),
    )
)

# The thoughts of a model arrive while it generates, and then its answer.
_THOUGHT = Value("acme.Chunk", "object", text="", fields={"additional_kwargs": value_of({"reasoning": "hm"})})
_THINKS_FIRST = stream(_THOUGHT, *_TOKENS, seconds=0.2, times=(0.01, *(0.195,) * 8))

EXAMPLES = (
    *_PROMPT_TAKES_LONG,
    Example(
        "live.stream-timing",
        (twice(_THINKS_FIRST), about()),
        (twice(_EMPTY_FIRST, _EMPTY_FIRST, cut=(_CUT,)), about()),
        _CHUNKS_AT_ONCE,
    ),
    *_BY_BLOCKED,
    *_BY_DELAY,
    *_EVENTS_BY_DELAY,
    Example(
        "loop.not-blocked-timing",
        (twice(_BLOCKED, _BLOCKED), about("hi")),
        (twice(*[stream(*_TOKENS, seconds=0.31, stalls=_WAITED)] * 2), about()),
        _WITH_IT,
    ),
    Example(
        "live.stream-timing",
        (twice(_BUFFERED, _BUFFERED), _SCRIPTED),
        (twice(_BUFFERED, _BUFFERED, cut=(_CUT, _CUT)), about()),
        _CHUNKS_AT_ONCE,
    ),
    Example(
        "loop.not-blocked-timing",
        (twice(_BLOCKED, _BLOCKED), _SCRIPTED),
        (twice(_BLOCKED, replace(_BLOCKED, seconds=0.32)), about()),
        f"the event loop is blocked for {_TIMES} and 0.30 of 0.32 s",
    ),
    Example(
        "live.stream-timing",
        (twice(_BUFFERED, _BUFFERED), about("hi")),
        (twice(_LATE, _BUFFERED, cut=(_CUT,)), about()),
        "chunks that arrive together: 8 at once after 0.19 s and 8 at once after 0.20 s, "
        "2 after 0.05 s where a stop text cuts the answer",
    ),
)
