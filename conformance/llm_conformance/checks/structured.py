"""Structured output: a stream of objects ends with the whole one, and grows with the call that it is read from."""

from __future__ import annotations

from llm_conformance.checks.calls import CHAT
from llm_conformance.checks.failures import call_failed
from llm_conformance.checks.registry import MUST, SHOULD, check
from llm_conformance.records import (
    ChatAnswers,
    Control,
    Finding,
    Findings,
    Message,
    Reply,
    Stream,
    not_applicable,
)

_STREAMS = ("structured[stream]", "structured[astream]")
_NO_OBJECT = not_applicable("`with_structured_output()` is not implemented, or does not read its object from a call")
# The call from which the object is read.
_CALL = "chat-arguments-by-byte"
# Chunks with arguments, of an answer without structured output: with so many, an object has several parts.
_ENOUGH = 8


@check("tools.structured", MUST, clause="CALL-008", for_each=_STREAMS, kinds=CHAT, control=Control.SCRIPT)
def a_stream_of_objects_ends_with_the_whole_one(stream: Stream, structured_invoke: Reply) -> Findings:
    """With `with_structured_output()`, the last object of a stream is the object that `invoke()` returns."""
    whole = structured_invoke.value
    if structured_invoke.failed or whole is None or whole.base != "dict":
        yield _NO_OBJECT
    elif stream.failed:
        yield call_failed("yields objects, as `invoke()` returns one", stream)
    elif not stream.chunks:
        yield Finding(whole.display, "no object", code="no-object")
    elif stream.chunks[-1] != whole:
        yield Finding(whole.display, stream.chunks[-1].display, code="object-differs")


@check(
    "tools.partial-objects",
    SHOULD,
    clause="CALL-006",
    for_each=_STREAMS,
    kinds=CHAT,
    control=Control.SCRIPT,
    requires=("tools.structured",),
)
def objects_grow_with_the_call(stream: Stream, structured_invoke: Reply, chat_answers_stream: ChatAnswers) -> Findings:
    """If the arguments of a call come in many chunks, a stream of objects yields more than the whole object."""
    if structured_invoke.failed or structured_invoke.value is None or structured_invoke.value.base != "dict":
        yield _NO_OBJECT
    elif _arrivals(chat_answers_stream) < _ENOUGH:
        yield not_applicable("the arguments of a call come in too few chunks")
    elif len(stream.chunks) == 1:
        count = _arrivals(chat_answers_stream)
        yield Finding(
            f"more than one object, of a call whose arguments come in {count} chunks",
            "one object, when the call is whole",
            code="one-object",
        )


def _arrivals(answers: ChatAnswers) -> int:
    """In how many chunks the arguments of the call come."""
    answer = answers.by_label.get(_CALL)
    chunks = () if answer is None else answer.chunks
    return sum(any(fragment.args for fragment in Message(chunk).fragments) for chunk in chunks)
