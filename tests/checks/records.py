"""Short records for the examples. No model is called."""

from __future__ import annotations

from typing import Any

from llm_conformance.records import (
    Batch,
    Control,
    Event,
    Events,
    EventStreams,
    Hung,
    Kind,
    Raised,
    Replies,
    Reply,
    SampledTexts,
    Stream,
    Streams,
    SubjectInfo,
    Value,
)

ERROR = Raised(
    type="ValueError", message="no prompt", bases=("ValueError", "Exception"), location="acme.py:1 in invoke"
)
SILENCE = Hung(seconds=10, location="acme.py:2 in stream")
HUMAN = "acme.HumanMessage"


def value_of(value: Any) -> Value:
    """The record of a text, a number, None, or what is made of these."""
    kind = type(value).__name__
    if isinstance(value, Value):
        return value
    if isinstance(value, str):
        return Value(kind, kind, text=value)
    if isinstance(value, dict):
        return Value(kind, kind, fields={key: value_of(item) for key, item in value.items()})
    if isinstance(value, list | tuple):
        return Value(kind, kind, fields={str(index): value_of(item) for index, item in enumerate(value)})
    return Value(kind, kind, scalar=value)


def message(text: str, kind: str = "acme.AIMessage") -> Value:
    """An object with a text."""
    return Value(kind, "object", text=text)


def reply(value: Any = None, **facts: Any) -> Reply:
    """An answer, or none where a fact says why."""
    return Reply(value=None if value is None else value_of(value), **facts)


def replies(**by: Any) -> Replies:
    """Answers by name; underscores are read as spaces."""
    named = {name.replace("_", " "): one if isinstance(one, Reply) else reply(one) for name, one in by.items()}
    return Replies(by_label=named)


def stream(*chunks: Any, **facts: Any) -> Stream:
    """A stream of these chunks."""
    return Stream(chunks=tuple(map(value_of, chunks)), **facts)


def streams(first: Stream, second: Stream, **facts: Any) -> Streams:
    """Two streams of one instance."""
    return Streams(by_label={"the first prompt": first, "the second prompt": second}, **facts)


def sampled(invoked: list[str], streamed: list[str]) -> SampledTexts:
    """The answers of two call styles to one prompt."""
    return SampledTexts(texts={"invoke()": tuple(invoked), "stream()": tuple(streamed)})


def batch(*answers: Any, base: str = "list", **facts: Any) -> Batch:
    """A list of these answers; `ERROR` is an exception in its slot."""
    slots = tuple(Reply(raised=one) if isinstance(one, Raised) else reply(one) for one in answers)
    return Batch(returned_type=base, builtin=base, slots=slots, **facts)


def event(phase: str, data: dict[str, Any], **keys: Any) -> Event:
    """One event of the run "r"; `keys` replace what it has by itself, None takes a key away."""
    whole: dict[str, Any] = {
        "event": f"on_llm_{phase}",
        "name": "Acme",
        "run_id": "r",
        "tags": ["t1"],
        "metadata": {"llm_conformance": 1},
        "data": data,
        "parent_ids": [],
    }
    return Event(value_of({key: value for key, value in {**whole, **keys}.items() if value is not None}))


def start(prompt: Any = "hi", **keys: Any) -> Event:
    """The start of a run."""
    return event("start", {"input": prompt}, **keys)


def token(text: str, **keys: Any) -> Event:
    """A token of a run."""
    return event("stream", {"chunk": text}, **keys)


def end(text: Any, **keys: Any) -> Event:
    """The end of a run."""
    return event("end", {"output": text}, **keys)


def run(*events: Event, **facts: Any) -> Events:
    """An event stream."""
    return Events(events=events, **facts)


def complete_run(*texts: str, **keys: Any) -> Events:
    """A complete run with these tokens."""
    return run(start(**keys), *(token(text, **keys) for text in texts), end("".join(texts), **keys))


def runs(first: Events, second: Events, **facts: Any) -> EventStreams:
    """Two event streams of one instance."""
    return EventStreams(by_label={"the first prompt": first, "the second prompt": second}, **facts)


def about(*tokens: str, kind: Kind = Kind.LLM, astream: str = "acme.Acme") -> SubjectInfo:
    """A model with the first prompt "hi"; with tokens, its provider is controlled."""
    return SubjectInfo(
        spec="acme:Acme",
        kind=kind,
        control=Control.WIRE if tokens else Control.BLACKBOX,
        method_owners={"_astream": astream},
        prompts=("hi", "ho", "ha"),
        tokens=(tokens,) if tokens else (),
    )
