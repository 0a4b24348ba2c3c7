"""Calls of one instance beside and after each other."""

from llm_conformance.checks.registry import MAY, MUST, check
from llm_conformance.records import Finding, Findings, Replies, Reply, Stream, Streams, first_difference


@check("isolation.repeated-calls", MUST, clause="STREAM-013", for_each=("repeats", "solo"))
def an_instance_answers_more_than_once(answers: Replies) -> Findings:
    """A model answers again after it has answered: on the same instance, on a fresh one, to another prompt."""
    for name, reply in answers.by_label.items():
        if reply.failed:
            yield Finding(expected="an answer", actual=reply.ended_with, where=name)


@check("isolation.interleaved", MUST, clause="STREAM-013", requires=("stream.concat",), deterministic=True)
def streams_in_turn_do_not_mix(interleaved: Streams, invoke: Reply, solo: Replies) -> Findings:
    """Two streams of one instance, read a chunk at a time in turn, each give their own answer."""
    if interleaved.failed:
        yield Finding(expected="two streams that end", actual=interleaved.ended_with)
        return
    expected = {"the first prompt": invoke, "the second prompt": solo.by_label["the second prompt"]}
    for name, stream in interleaved.by_label.items():
        if stream.text != expected[name].text:
            at = first_difference(expected[name].text, stream.text)
            yield Finding(expected[name].display, stream.display, at=at, where=name)


@check(
    "isolation.concurrent",
    MUST,
    clause="STREAM-013",
    requires=("stream.concat", "stream.async-parity"),
    deterministic=True,
)
def streams_at_once_do_not_mix(concurrent: Streams, invoke: Reply, solo: Replies) -> Findings:
    """Three streams of one instance, read at the same time on one loop, each give their own answer."""
    if concurrent.failed:
        yield Finding(expected="three streams that end", actual=concurrent.ended_with)
        return
    expected = {"the first prompt": invoke, **solo.by_label}
    for name, stream in concurrent.by_label.items():
        if stream.text != expected[name].text:
            at = first_difference(expected[name].text, stream.text)
            yield Finding(expected[name].display, stream.display, at=at, where=name)


@check("isolation.second-loop", MAY, clause="STREAM-013", requires=("stream.async-parity",), deterministic=True)
def a_second_loop_is_as_good(second_loop: Stream, astream: Stream) -> Findings:
    """An instance that was used on one event loop can be used on another; many clients cannot."""
    if second_loop.failed:
        yield Finding(expected="a stream on a second event loop", actual=second_loop.ended_with)
    elif second_loop.text != astream.text:
        at = first_difference(astream.text, second_loop.text)
        yield Finding(astream.display, second_loop.display, at=at)
