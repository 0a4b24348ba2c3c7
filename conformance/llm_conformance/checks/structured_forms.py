"""Structured output with a pydantic class, and with the message that the object is read from."""

from __future__ import annotations

from dataclasses import replace

from llm_conformance.checks.calls import CHAT
from llm_conformance.checks.failures import call_failed
from llm_conformance.checks.registry import MUST, SHOULD, check
from llm_conformance.checks.same_message import of, same_calls
from llm_conformance.checks.structured import ends_with, returns
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
    for_each=("structured_class[ainvoke]", "structured_class[stream]", "structured_class[astream]"),
    kinds=CHAT,
    control=Control.SCRIPT,
)
def a_stream_of_a_class_ends_with_the_whole_object(
    answer: Reply | Stream, structured_class_invoke: Reply, chat_answers_stream: ChatAnswers
) -> Findings:
    """With a pydantic class as the schema, the last object of a stream is the object that `invoke()` returns.

    So is that of `ainvoke()`.
    """
    if not structured_class_invoke.is_dict:
        yield not_applicable("`with_structured_output()` gives no object of a pydantic class")
    elif isinstance(answer, Reply):
        yield from returns(answer, structured_class_invoke)
    else:
        yield from ends_with(answer, structured_class_invoke, chat_answers_stream)


@check(
    "tools.structured-raw",
    SHOULD,
    clause="CALL-008",
    for_each=("structured_raw[ainvoke]", "structured_raw[stream]", "structured_raw[astream]"),
    kinds=CHAT,
    control=Control.SCRIPT,
)
def a_stream_with_the_message_ends_with_the_whole_object(
    answer: Replies | Streams, structured_raw_invoke: Replies, chat_answers_stream: ChatAnswers
) -> Findings:
    """With `include_raw=True`, `ainvoke()` and a stream have the message and the object that `invoke()` returns.

    The messages in the chunks of a stream, added, have the calls of that message; the last object is that object.
    """
    whole = structured_raw_invoke.by_label
    if not whole or any(one.failed for one in whole.values()) or not whole["parsed"].is_dict:
        yield not_applicable("`with_structured_output()` has no `include_raw`, or gives no object with it")
        return
    if answer.failed:
        yield call_failed("gives the message and the object, as `invoke()` returns them", answer)
        return
    if isinstance(answer, Replies):
        objects = returns(answer.by_label["parsed"], whole["parsed"])
    else:
        objects = ends_with(answer.by_label["parsed"], whole["parsed"], chat_answers_stream)
    found = [replace(one, where="parsed") for one in objects if isinstance(one, Finding)]
    raw = answer.by_label["raw"]
    found = found or [
        replace(one, where="raw") for one in same_calls(of(whole["raw"]), of(raw), ()) if isinstance(one, Finding)
    ]
    yield from found
