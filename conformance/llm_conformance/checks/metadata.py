"""What a message says of the answer: why it ended, which model gave it, its id, and which chunk is the last."""

from __future__ import annotations

from llm_conformance.checks.calls import CHAT
from llm_conformance.checks.registry import MUST, SHOULD, check
from llm_conformance.checks.same_message import async_parity, changes, no_end, of, repeated, same_end
from llm_conformance.records import (
    Batch,
    Finding,
    Findings,
    Message,
    Replies,
    Reply,
    Stream,
    Streams,
    not_applicable,
)

_WHAT = "finish reasons or model names"
_ONE_ID = "the id is of the instance, of the second, or a constant: give each message the id of its answer, or none"
# Ids that a framework gives where the provider sends none.
_GENERATED = ("lc_", "run-")


@check(
    "metadata.once",
    MUST,
    clause="META-001",
    for_each=("stream", "astream"),
    kinds=CHAT,
    vacuous=(no_end,),
    requires=("stream.yields-messages",),
)
def the_end_is_told_once(stream: Stream) -> Findings:
    """In the sum of the chunks the finish reason and the name of the model are there once: `+` joins texts."""
    total, chunks = of(stream), [Message(chunk) for chunk in stream.chunks]
    for name, value, told in (
        ("finish reason", total.finish, {chunk.finish for chunk in chunks if chunk.finish}),
        ("model name", total.model, {chunk.model for chunk in chunks if chunk.model}),
    ):
        once = repeated(value, told)
        if once is not None:
            hint = "put it into one chunk of the stream, usually the last"
            yield Finding(f"{name} {once!r}", f"{name} {value!r}", code="repeated", where=name, hint=hint)
            return


@check(
    "metadata.concat",
    MUST,
    clause="META-001",
    kinds=CHAT,
    vacuous=(no_end,),
    requires=("stream.yields-messages", "stream.concat", "metadata.once"),
    deterministic=True,
)
def the_sum_ends_as_invoke_does(invoke: Reply, stream: Stream, repeat: Replies) -> Findings:
    """The finish reason and the name of the model in the sum of `stream()`'s chunks are those of `invoke()`."""
    expected, actual = of(invoke), of(stream)
    if not (expected.finish and actual.finish) and not (expected.model and actual.model):
        yield not_applicable("neither the finish reason nor the name of the model is in both answers")
    elif (reason := changes(invoke, repeat, same_end, _WHAT)) is not None:
        yield reason
    else:
        yield from same_end(expected, actual, ("invoke()", "stream()"))


@check(
    "metadata.async-parity",
    MUST,
    clause="META-001",
    kinds=CHAT,
    vacuous=(no_end,),
    requires=("stream.yields-messages", "stream.async-parity", "invoke.async-parity", "metadata.once"),
    deterministic=True,
)
def asynchronous_calls_end_the_same_way(
    invoke: Reply, ainvoke: Reply, stream: Stream, astream: Stream, repeat: Replies
) -> Findings:
    """The finish reason and the model of `ainvoke()` are those of `invoke()`, of `astream()` those of `stream()`."""
    yield from async_parity((invoke, ainvoke), (stream, astream), repeat, same_end, _WHAT)


@check(
    "metadata.streamed",
    SHOULD,
    clause="META-001",
    for_each=("ainvoke", "stream", "astream"),
    kinds=CHAT,
    vacuous=(no_end,),
    requires=("stream.yields-messages", "stream.concat"),
)
def every_entry_point_tells_the_end(answer: Reply | Stream, invoke: Reply) -> Findings:
    """If `invoke()` gives a finish reason or the name of the model, so do `ainvoke()` and the sum of a stream."""
    expected, actual = of(invoke), of(answer)
    for name, one, other in (
        ("finish reason", expected.finish, actual.finish),
        ("model name", expected.model, actual.model),
    ):
        if one and not other:
            yield Finding(f"{name} {one!r}, as of `invoke()`", f"no {name}", code="missing", where=name)
            return


@check(
    "metadata.one-id",
    MUST,
    clause="META-002",
    for_each=("stream", "astream"),
    kinds=CHAT,
    requires=("stream.yields-messages",),
)
def the_chunks_of_a_stream_share_an_id(stream: Stream) -> Findings:
    """The chunks of one stream that have an id of the provider have the same id."""
    ids = _ids(stream)
    if not ids:
        yield not_applicable("the chunks have no id of the provider")
    elif len(set(ids)) > 1:
        other = next(one for one in ids if one != ids[0])
        yield Finding(f"id {ids[0]!r} in every chunk", f"id {other!r} in another chunk", code="id-differs")


@check(
    "metadata.own-id",
    MUST,
    clause="META-002",
    for_each=("interleaved", "concurrent", "concurrent_invokes"),
    kinds=CHAT,
    requires=("stream.yields-messages", "metadata.one-id", "stream.repeats"),
)
def another_answer_has_another_id(answers: Streams | Batch, invoke: Reply, other_prompts: Replies) -> Findings:
    """Answers to different prompts have different ids: of `invoke()`, of `ainvoke()`, and of both kinds of streams."""
    whole = {invoke.text: [of(invoke).id], **{one.text: [of(one).id] for one in other_prompts.by_label.values()}}
    if isinstance(answers, Batch):
        given = {one.text: [of(one).id] for one in answers.slots}
    else:
        given = {one.text: _ids(one) for one in answers.by_label.values()}
    told = False
    for where, by_text in (("invoke()", whole), ("", given)):
        # Equal answers may be one that was kept.
        ids = [one[0] for one in by_text.values() if one and one[0] and not one[0].startswith(_GENERATED)]
        told = told or len(ids) > 1
        shared = next((one for one in ids if ids.count(one) > 1), None)
        if shared is not None:
            code = "id-of-model" if where else "id-shared"
            expected, actual = "another id for the answer to another prompt", f"id {shared!r} for both"
            yield Finding(expected, actual, code=code, where=where, hint=_ONE_ID)
            return
    if not told:
        yield not_applicable("the answers have no ids of the provider")


@check(
    "metadata.last-chunk",
    SHOULD,
    clause="META-003",
    for_each=("stream", "astream"),
    kinds=CHAT,
    requires=("stream.yields-messages",),
)
def only_the_last_chunk_says_that_it_is_the_last(stream: Stream) -> Findings:
    """The last chunk of a stream, and only that, has `chunk_position="last"`."""
    places = [place for place, chunk in enumerate(stream.chunks) if Message(chunk).position == "last"]
    last = len(stream.chunks) - 1
    if not places:
        yield not_applicable("no chunk has `chunk_position`")
    elif places != [last]:
        where = ", ".join(map(str, places[:5]))
        yield Finding(f'chunk_position="last" in chunk {last} alone', f"in chunk {where}", code="not-last")


def _ids(stream: Stream) -> list[str]:
    """The ids that are not a framework's own."""
    ids = (Message(chunk).id for chunk in stream.chunks)
    return [one for one in ids if one and not one.startswith(_GENERATED)]
