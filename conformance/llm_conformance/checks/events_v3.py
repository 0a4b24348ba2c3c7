"""The events of version v3 of one message: what begins it and ends it, and what belongs to each block."""

from __future__ import annotations

from llm_conformance.checks.calls import CHAT
from llm_conformance.checks.failures import call_failed
from llm_conformance.checks.registry import SHOULD, check
from llm_conformance.checks.vacuity import no_v3_block
from llm_conformance.records import (
    Finding,
    Findings,
    V3Event,
    V3Stream,
    V3Streams,
)

V3 = ("stream_events_v3", "astream_events_v3")
# And the streams of a model that is made to say more than text.
ALL_V3 = (*V3, "v3_answers[*]")
START, FINISH = "message-start", "message-finish"
BLOCK_START, BLOCK_DELTA, BLOCK_FINISH = "content-block-start", "content-block-delta", "content-block-finish"
ERROR = "error"
_OF_A_BLOCK = {BLOCK_START, BLOCK_DELTA, BLOCK_FINISH}


@check("events-v3.completes", SHOULD, clause="V3-004", for_each=ALL_V3, kinds=CHAT)
def v3_events_end(stream: V3Stream | V3Streams) -> Findings:
    """The events of version v3 end: reading them neither raises nor hangs, and their number is finite."""
    for name, one in (stream.by_label if isinstance(stream, V3Streams) else {"": stream}).items():
        if one.failed:
            yield call_failed("ends without an exception", one, where=name)
            return


@check("events-v3.awaitable", SHOULD, clause="V3-010", for_each=("astream_events_v3",), kinds=CHAT)
def astream_events_is_awaited_first(stream: V3Stream) -> Findings:
    """`astream_events(version="v3")` returns an awaitable of the stream, as in `await model.astream_events(..)`."""
    if not stream.needed_await:
        actual = f"an object of type {stream.returned_type}"
        yield Finding("an awaitable of a stream", actual, code="not-awaitable")


@check("events-v3.first", SHOULD, clause="V3-001", for_each=ALL_V3, kinds=CHAT)
def a_message_starts_first_and_once(stream: V3Stream | V3Streams) -> Findings:
    """The first event is `message-start`, and there is one `message-start`."""
    for name, one in stream.streams.items():
        starts = sum(event.event == START for event in one.events)
        if not one.events:
            yield Finding(f"{START} first", "no event", code="no-events", where=name)
        elif one.events[0].event != START:
            yield Finding(f"{START} first", f"{one.events[0].summary} first", code="no-start", where=name)
        elif starts > 1:
            yield Finding(f"1 {START}", f"{starts} events {START}", code="several-starts", where=name)


@check("events-v3.last", SHOULD, clause="V3-004", for_each=ALL_V3, kinds=CHAT, requires=("events-v3.first",))
def a_message_finishes_last_and_once(stream: V3Stream | V3Streams) -> Findings:
    """The last event is the only `message-finish`, or an `error`: nothing follows it."""
    for name, one in stream.streams.items():
        ends = [place for place, event in enumerate(one.events) if event.event in {FINISH, ERROR}]
        if not ends:
            actual = f"{one.events[-1].summary} last" if one.events else "no event"
            yield Finding(f"{FINISH} last", actual, code="no-finish", where=name)
        elif len(ends) > 1:
            names = ", ".join(one.events[place].event for place in ends)
            yield Finding(f"1 {FINISH}, or an error", names, code="several-finishes", where=name)
        elif ends[0] != len(one.events) - 1:
            after = one.events[ends[0] + 1].summary
            actual = f"{after} after {one.events[ends[0]].event}"
            yield Finding(f"nothing after {FINISH}", actual, code="after-finish", where=name)


@check(
    "events-v3.blocks",
    SHOULD,
    clause="V3-002",
    for_each=ALL_V3,
    kinds=CHAT,
    requires=("events-v3.fields",),
    vacuous=(no_v3_block,),
)
def a_block_starts_changes_and_finishes(stream: V3Stream | V3Streams) -> Findings:
    """Each block has one start, then its deltas, then one finish, all with its index; blocks may interleave."""
    for name, one in stream.streams.items():
        finding = _out_of_order(one, name)
        if finding is not None:
            yield finding
            return


def _out_of_order(stream: V3Stream, name: str) -> Finding | None:
    open_blocks: dict[int, bool] = {}
    for place, event in enumerate(stream.events):
        if event.event not in _OF_A_BLOCK:
            continue
        found = _misplaced(event, open_blocks)
        if found is not None:
            expected, code = found
            where = ", ".join(part for part in (name, f"event {place}") if part)
            return Finding(expected, event.summary, code=code, where=where)
        if event.index is not None:
            open_blocks[event.index] = event.event != BLOCK_FINISH
    left = [index for index, is_open in open_blocks.items() if is_open]
    broken_off = any(event.event == ERROR for event in stream.events)
    if left and not broken_off:
        return Finding("a finish of each block", f"no finish of block {left[0]}", code="not-finished", where=name)
    return None


def _misplaced(event: V3Event, open_blocks: dict[int, bool]) -> tuple[str, str] | None:
    """What is expected instead of an event of a block, and the code of the finding; None if it is in its place."""
    if event.index is None:
        return f"{event.event} with an index", "index-missing"
    state = open_blocks.get(event.index)
    if event.event == BLOCK_START:
        return None if state is None else (f"1 start of block {event.index}", "started-twice")
    if state is None:
        return f"a start of block {event.index} before", "not-started"
    return None if state else (f"nothing of block {event.index} after its finish", "after-block-finish")
