"""Structured output: a stream of objects ends with the whole one, and grows with the call that it is read from."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from llm_conformance.checks.calls import CHAT
from llm_conformance.checks.failures import call_failed
from llm_conformance.checks.registry import MUST, SHOULD, check
from llm_conformance.records import (
    ChatAnswers,
    Control,
    Events,
    Finding,
    Findings,
    Message,
    Reply,
    Stream,
    Value,
    not_applicable,
)

_STREAMS = ("structured[stream]", "structured[astream]")
_NO_OBJECT = not_applicable("`with_structured_output()` is not implemented, or does not read its object from a call")
_ADDED = not_applicable("the stream yields the parts of one object, which are added with `+`")
# The call from which the object is read.
_CALL = "chat-arguments-by-byte"
# Chunks with arguments, of an answer without structured output: with so many, an object has several parts.
_ENOUGH = 8


@check(
    "tools.structured",
    MUST,
    clause="CALL-008",
    for_each=("structured[ainvoke]", *_STREAMS, "structured[events-v1]", "structured[events-v2]"),
    kinds=CHAT,
    control=Control.SCRIPT,
)
def a_stream_of_objects_ends_with_the_whole_one(
    answer: Reply | Stream | Events, structured_invoke: Reply, chat_answers_stream: ChatAnswers
) -> Findings:
    """With `with_structured_output()`, the last object of a stream is the object that `invoke()` returns.

    So is that of `ainvoke()`, the last object in the stream events of the chain, and the output of its end.
    """
    if not structured_invoke.is_dict:
        yield _NO_OBJECT
    elif isinstance(answer, Reply):
        yield from returns(answer, structured_invoke)
    elif isinstance(answer, Events):
        yield from _in_events(answer, structured_invoke, chat_answers_stream)
    else:
        yield from ends_with(answer, structured_invoke, chat_answers_stream)


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
    """If the arguments of a call come in many chunks, a stream yields objects that grow to the whole one."""
    if not structured_invoke.is_dict:
        yield _NO_OBJECT
        return
    if _arrivals(chat_answers_stream) < _ENOUGH:
        yield not_applicable("the arguments of a call come in too few chunks")
        return
    if _in_parts(stream.chunks):
        yield _ADDED
        return
    if len(stream.chunks) == 1:
        count = _arrivals(chat_answers_stream)
        yield Finding(
            f"more than one object, of a call whose arguments come in {count} chunks",
            "one object, when the call is whole",
            code="one-object",
        )
        return
    for place, (one, other) in enumerate(pairwise(stream.chunks)):
        # A parser of partial JSON may lose what it had for a moment, such as before the end of an escape.
        if not _is_part(one, other) and not _is_part(other, one):
            expected = f"an object that has what the object before it has: {one.display}"
            yield Finding(expected, other.display, code="not-growing", where=f"object {place + 1}")
            return


def returns(reply: Reply, whole: Reply) -> Findings:
    """An `ainvoke()` that raises, or gives another object than `invoke()`."""
    if reply.failed:
        yield call_failed("returns an object, as `invoke()` does", reply)
    elif reply.value is not None and _in_parts([reply.value]):
        yield _ADDED
    elif reply.value != whole.value:
        yield Finding(whole.display, reply.display, code="object-differs")


def ends_with(stream: Stream, whole: Reply, answers: ChatAnswers) -> Findings:
    """A stream of objects that raises, has none, or ends with another one. answers: streams without a schema."""
    if whole.value is None:
        return
    if stream.failed:
        yield call_failed("yields objects, as `invoke()` returns one", stream)
    elif _in_parts(stream.chunks):
        yield _ADDED
    elif not stream.chunks:
        yield _no_object(whole.value, answers)
    elif stream.chunks[-1] != whole.value:
        yield Finding(whole.value.display, stream.chunks[-1].display, code="object-differs")


def _in_events(run: Events, whole: Reply, answers: ChatAnswers) -> Findings:
    if whole.value is None:
        return
    if run.failed:
        yield call_failed("yields objects, as `invoke()` returns one", run)
        return
    chunks = [event.data["chunk"] for event in run.of_root if event.phase == "stream" and "chunk" in event.data]
    outputs = [event.data["output"] for event in run.of_root if event.phase == "end" and "output" in event.data]
    if _in_parts(chunks):
        yield _ADDED
        return
    for name, found in (("stream events", chunks), ("end event", outputs)):
        if not found:
            yield _no_object(whole.value, answers, name)
            return
        if found[-1] != whole.value:
            yield Finding(whole.value.display, found[-1].display, code="object-differs", where=name)
            return


def _in_parts(chunks: Sequence[Value]) -> bool:
    """Whether the chunks are parts of one object: `RunnableParallel` and `RunnablePassthrough.assign()` yield such."""
    return any(chunk.type.rpartition(".")[2] == "AddableDict" for chunk in chunks)


def _no_object(whole: Value, answers: ChatAnswers, where: str = "") -> Finding:
    """A stream without an object: of a model that streams, or of one whose stream is the message of `invoke()`."""
    types = [chunk.type for answer in answers.by_label.values() for chunk in answer.chunks]
    streams = any(name.endswith("Chunk") for name in types) or not types
    return Finding(whole.display, "no object", code="no-object" if streams else "no-object-unstreamed", where=where)


def _arrivals(answers: ChatAnswers) -> int:
    """In how many chunks the arguments of the call come."""
    answer = answers.by_label.get(_CALL)
    chunks = () if answer is None else answer.chunks
    return sum(any(fragment.args for fragment in Message(chunk).fragments) for chunk in chunks)


def _is_part(one: Value, other: Value) -> bool:
    """Whether the first value may grow to the other one: by keys, items and characters."""
    if one.base == other.base == "dict":
        return all(key in other.fields and _is_part(value, other.fields[key]) for key, value in one.fields.items())
    if one.base == other.base == "list":
        return len(one.items) <= len(other.items) and all(map(_is_part, one.items, other.items))
    if one.is_text and other.is_text:
        return (other.text or "").startswith(_without_half(one.text or ""))
    return True


def _without_half(text: str) -> str:
    """The text without half of an escaped character at its end."""
    return text[:-1] if "\ud800" <= text[-1:] <= "\udbff" else text
