"""Structured output with a pydantic class, and with the message that the object is read from."""

from __future__ import annotations

from dataclasses import replace

from llm_conformance.checks.calls import CHAT
from llm_conformance.checks.failures import call_failed
from llm_conformance.checks.registry import MUST, SHOULD, check
from llm_conformance.checks.same_message import of, same_calls
from llm_conformance.checks.structured import ends_with
from llm_conformance.records import (
    ChatAnswers,
    Control,
    Finding,
    Findings,
    Replies,
    Reply,
    Stream,
    Streams,
    not_applicable,
)


@check(
    "tools.structured-class",
    MUST,
    clause="CALL-008",
    for_each=("structured_class[stream]", "structured_class[astream]"),
    kinds=CHAT,
    control=Control.SCRIPT,
)
def a_stream_of_a_class_ends_with_the_whole_object(
    stream: Stream, structured_class_invoke: Reply, chat_answers_stream: ChatAnswers
) -> Findings:
    """With a pydantic class as the schema, the last object of a stream is the object that `invoke()` returns."""
    if not structured_class_invoke.is_dict:
        yield not_applicable("`with_structured_output()` gives no object of a pydantic class")
    else:
        yield from ends_with(stream, structured_class_invoke, chat_answers_stream)


@check(
    "tools.structured-raw",
    SHOULD,
    clause="CALL-008",
    for_each=("structured_raw[stream]", "structured_raw[astream]"),
    kinds=CHAT,
    control=Control.SCRIPT,
)
def a_stream_with_the_message_ends_with_the_whole_object(
    streams: Streams, structured_raw_invoke: Replies, chat_answers_stream: ChatAnswers
) -> Findings:
    """With `include_raw=True`, a stream has the message and the object that `invoke()` returns.

    The messages in its chunks, added, have the calls of that message; the last object is that object.
    """
    whole = structured_raw_invoke.by_label
    if not whole or any(one.failed for one in whole.values()) or not whole["parsed"].is_dict:
        yield not_applicable("`with_structured_output()` has no `include_raw`, or gives no object with it")
        return
    if streams.failed:
        yield call_failed("yields the message and the object, as `invoke()` returns them", streams)
        return
    found = [
        replace(one, where="parsed")
        for one in ends_with(streams.by_label["parsed"], whole["parsed"], chat_answers_stream)
        if isinstance(one, Finding)
    ]
    raw = streams.by_label["raw"]
    found = found or [
        replace(one, where="raw") for one in same_calls(of(whole["raw"]), of(raw), ()) if isinstance(one, Finding)
    ]
    yield from found
