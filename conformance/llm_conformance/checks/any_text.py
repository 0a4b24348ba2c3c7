"""Generated texts (property-based): every call returns the text of the controlled model exactly.

A finding shows the smallest counterexample.
"""

from __future__ import annotations

from dataclasses import replace

from llm_conformance.checks.failures import call_failed
from llm_conformance.checks.hints import chunks_hint, stop_hint, yields_nothing
from llm_conformance.checks.reasons import ONE_CHUNK
from llm_conformance.checks.registry import MUST, SHOULD, Claim, check
from llm_conformance.records import (
    Control,
    ControlledOutcome,
    Finding,
    Findings,
    Kind,
    Search,
    Text,
    first_difference,
    not_applicable,
)

_LONGEST = 200


@check("any-text.invoke", MUST, clause="STREAM-001", for_each=("any_text[invoke]", "any_text[ainvoke]"))
def invoke_returns_any_text(search: Search) -> Findings:
    """`invoke()` and `ainvoke()` return any random text exactly: empty and blank tokens, any Unicode, long text."""
    yield from _exact(search)


@check(
    "any-text.stream",
    MUST,
    clause="STREAM-008",
    for_each=("any_text[stream]", "any_text[astream]"),
    requires=("any-text.invoke",),
)
def streams_yield_any_text(search: Search) -> Findings:
    """`stream()` and `astream()` yield any random text exactly: empty and blank tokens, any Unicode, long text."""
    yield from _exact(search)


@check(
    "any-text.events",
    MUST,
    clause="EVENT-014",
    for_each=("any_text[events-v1]", "any_text[events-v2]"),
    requires=("any-text.stream",),
)
def events_carry_any_text(search: Search) -> Findings:
    """The stream events of the root carry any random text exactly."""
    if not search.streamed:
        yield not_applicable(ONE_CHUNK)
    else:
        yield from _exact(search)


@check(
    "any-text.boundaries",
    MUST,
    clause="STREAM-004",
    for_each=("boundaries[*]",),
    requires=("any-text.stream",),
    claim=Claim("token-exact"),
)
def one_chunk_per_generated_token(search: Search) -> Findings:
    """A model declared token-exact yields one chunk per token of any random text, empty tokens aside."""
    outcome = search.counterexample
    if search.flaky:
        yield _flaky(search)
    elif outcome is not None:
        expected, actual = (Text(tuple(filter(None, texts))) for texts in (outcome.tokens, outcome.texts))
        if outcome.failed:
            yield call_failed(expected, outcome, where=_input(outcome))
        else:
            yield Finding(expected, actual, code="boundaries-differ", where=_input(outcome))


@check(
    "any-text.stop",
    SHOULD,
    clause="STOP-001",
    for_each=("any_stop[*]",),
    requires=("any-text.stream", "errors.empty-answer", "stop.literal"),
    kinds=(Kind.LLM, Kind.CHAT),
)
def stop_cuts_any_text(search: Search) -> Findings:
    """`stop=[text]` cuts any random text before the first occurrence of `text`, also where it spans tokens."""
    outcome = search.counterexample
    if search.stop_refused:
        yield not_applicable("the model rejects `stop`")
    elif search.flaky:
        yield _flaky(search)
    elif outcome is not None:
        whole = "".join(outcome.tokens)
        expected_text = whole.partition(outcome.stop)[0]
        where = f"{_input(outcome)}, stop={[outcome.stop]!a}"
        if outcome.failed:
            yield call_failed(Text((expected_text,)), outcome, where=where)
        else:
            at = first_difference(expected_text, outcome.text)
            hint = stop_hint(expected_text, outcome.text, whole)
            yield Finding(Text((expected_text,)), outcome.display, code="text-differs", at=at, where=where, hint=hint)


@check(
    "any-text.cut",
    MUST,
    clause="WIRE-001",
    for_each=("any_cut[*]",),
    requires=("any-text.stream", "wire.delivery[cut_at]"),
    control=Control.WIRE,
)
def any_text_is_read_from_two_pieces(search: Search) -> Findings:
    """Any random text is read exactly if its bytes arrive in two pieces, cut at any byte."""
    yield from _exact(search)


def _exact(search: Search) -> Findings:
    outcome = search.counterexample
    if search.flaky:
        yield _flaky(search)
    elif outcome is None:
        return
    elif outcome.failed:
        finding = call_failed(Text(outcome.tokens), outcome, where=_input(outcome))
        nothing = outcome.raised is not None and yields_nothing(outcome.raised)
        hint = chunks_hint("".join(outcome.tokens), outcome.texts) if nothing else finding.hint
        yield replace(finding, hint=hint)
    else:
        expected = Text(outcome.tokens)
        at = first_difference(expected.whole, outcome.text)
        hint = chunks_hint(expected.whole, outcome.texts)
        yield Finding(expected, outcome.display, code="text-differs", at=at, where=_input(outcome), hint=hint)


def _flaky(search: Search) -> Finding:
    return Finding(
        "the same answer when the same tokens are generated again",
        "a wrong answer once, and the right answer when the same tokens were generated again",
        code="flaky",
        where="" if search.counterexample is None else _input(search.counterexample),
    )


def _input(outcome: ControlledOutcome) -> str:
    """What the model generated, and where its bytes were cut."""
    tokens = f"{list(outcome.tokens)!a}"
    cut = f", cut after byte {outcome.cut_at} of the body" if outcome.cut_at is not None else ""
    return f"tokens {tokens if len(tokens) <= _LONGEST else f'{tokens[:_LONGEST]} ..'}{cut}"
