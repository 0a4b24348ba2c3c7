"""Any text at all: what the model was made to say comes out of every call; a finding shows the least that does not."""

from llm_conformance.checks.registry import MUST, SHOULD, check
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


@check("any-text.invoke", MUST, clause="STREAM-001", for_each=("any_invoke", "any_ainvoke"))
def invoke_returns_any_text(search: Search) -> Findings:
    """invoke() and ainvoke() return any text exactly: empty, repeated or blank tokens, all of Unicode, thousands."""
    yield from _exact(search)


@check(
    "any-text.stream",
    MUST,
    clause="STREAM-008",
    for_each=("any_stream", "any_astream"),
    requires=("any-text.invoke", "errors.empty-answer"),
)
def streams_give_any_text(search: Search) -> Findings:
    """stream() and astream() give any text exactly: empty, repeated or blank tokens, all of Unicode, thousands."""
    yield from _exact(search)


@check("any-text.events", MUST, clause="EVENT-014", for_each=("any_v1", "any_v2"), requires=("any-text.stream",))
def events_tell_any_text(search: Search) -> Findings:
    """The stream events of the root tell any text exactly."""
    if not search.streamed:
        yield not_applicable("the answer comes in one piece")
    else:
        yield from _exact(search)


@check(
    "any-text.boundaries",
    MUST,
    clause="STREAM-004",
    for_each=("any_boundaries", "any_aboundaries"),
    requires=("any-text.stream",),
    claim="token-exact",
)
def one_chunk_for_any_token(search: Search) -> Findings:
    """A model declared token-exact gives one chunk for each token of any text, those without text apart."""
    trial = search.counterexample
    if search.flaky:
        yield _unrepeatable(search)
    elif trial is not None:
        said, given = (Text(tuple(filter(None, texts))) for texts in (trial.tokens, trial.texts))
        yield Finding(said, trial.ended_with if trial.failed else given, where=_tokens(trial))


@check(
    "any-text.stop",
    SHOULD,
    clause="STOP-001",
    for_each=("any_stop_invoke", "any_stop_stream", "any_stop_astream"),
    requires=("any-text.stream",),
    kinds=(Kind.LLM, Kind.CHAT),
)
def stop_cuts_any_text(search: Search) -> Findings:
    """stop=[mark] cuts any text before the first occurrence of the mark, wherever it lies across tokens."""
    trial = search.counterexample
    if search.stop_refused:
        yield not_applicable("it refuses stop")
    elif search.flaky:
        yield _unrepeatable(search)
    elif trial is not None:
        mark = trial.stop
        cut = "".join(trial.tokens).partition(mark)[0]
        at = None if trial.failed else first_difference(cut, trial.text)
        seen = trial.ended_with if trial.failed else trial.display
        yield Finding(Text((cut,)), seen, at=at, where=f"{_tokens(trial)}, stop={[mark]!a}")


@check(
    "any-text.cut",
    MUST,
    clause="WIRE-001",
    for_each=("any_cut_stream", "any_cut_astream"),
    requires=("any-text.stream", "wire.delivery[cut_at]"),
    control=Control.WIRE,
)
def any_text_is_cut_anywhere(search: Search) -> Findings:
    """Any text comes through exactly if its bytes come in two pieces, wherever they are cut."""
    yield from _exact(search)


def _exact(search: Search) -> Findings:
    trial = search.counterexample
    if search.flaky:
        yield _unrepeatable(search)
    elif trial is not None:
        said = Text(trial.tokens)
        at = None if trial.failed else first_difference(said.whole, trial.text)
        yield Finding(said, trial.ended_with if trial.failed else trial.display, at=at, where=_tokens(trial))


def _unrepeatable(search: Search) -> Finding:
    trial = search.counterexample
    return Finding(
        expected="the same answer to the same tokens",
        actual="not repeatable: an answer that was wrong once, and right the next time",
        where="" if trial is None else _tokens(trial),
    )


def _tokens(trial: ControlledOutcome) -> str:
    told = f"{list(trial.tokens)!a}"
    cut = f", cut behind byte {trial.cut_at} of the body" if trial.cut_at is not None else ""
    return f"the tokens {told if len(told) <= _LONGEST else f'{told[:_LONGEST]} ..'}{cut}"
