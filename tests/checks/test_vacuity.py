"""A check passes only on what it judged: an observation that exercises nothing is not a pass.

The tests go over all checks. They empty the records on which a check passes in its examples.
"""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from typing import Any

import pytest

from checks.example import Example
from checks.messages import EXAMPLES
from llm_conformance.catalogue.catalogue import CHECKS
from llm_conformance.checks.registry import Check
from llm_conformance.judge.verdict import verdict_of
from llm_conformance.records import (
    CallbackEvent,
    CallbackLog,
    FaultResponse,
    Status,
    SubjectInfo,
    Text,
    Value,
    Verdict,
)

FAMILIES = {check.family: check for check in CHECKS.values()}
# They pass on an observation without content. The reason stands in the decorator of each check.
PASS_WITHOUT_CONTENT = {
    "astream.completes",
    "astream.is-async-iterator",
    "batch.empty",
    "callbacks.accepted",
    "config.accepted",
    "config.not-mutated",
    "tools.not-mutated",
    "input.not-mutated",
    "stream.completes",
    "stream.is-iterator",
    "stream.single-use",
}
# They show text in a finding and pass without text.
PASS_WITHOUT_TEXT = {
    "blocks.async-parity": "the types of the blocks are judged",
    "blocks.callbacks": "the types of the blocks are judged",
    "blocks.same-answer": "the types of the blocks are judged",
    "blocks.output-version": "the types of the blocks are judged",
    "blocks.dialects": "the types of the blocks are judged",
    "calls.dialects": "the calls are judged",
    "calls.exact": "the calls are judged",
    "blocks.concat": "the types of the blocks are judged",
    "blocks.events": "the types of the blocks are judged",
    "calls.async-parity": "the calls are judged",
    "calls.callbacks": "the calls are judged",
    "calls.concat": "the calls are judged",
    "calls.events": "the calls are judged",
    "events-v3.calls": "the calls are judged",
    "events-v3.exact": "the calls are judged",
    "tools.parity": "the calls are judged",
    "tools.structured-raw": "the objects and the calls are judged",
    "tools.unbound": "the calls are judged",
    "batch.return-exceptions": "the exceptions are judged",
    "errors.empty-answer": "an empty answer is what it is about",
    "events.fallback": "the number of the events is judged",
    "input.rejects-invalid": "the exception is judged",
    "invoke.returns-message": "the type is judged",
    "invoke.returns-text": "the type is judged",
    "stop.parity": "where `invoke()` rejects `stop`, the exception is judged",
    "stream.one-chunk-fallback": "the number of the chunks is judged",
    "stream.yields-messages": "the types are judged",
}
# They also judge calls that the harness does not control, of which it knows no generation.
UNCONTROLLED = {"stream.any-context", "stream.slow-consumer"}


def verdict(check: Check, arguments: tuple[Any, ...]) -> Verdict:
    """The verdict on these arguments, which are in the order of the parameters of the check."""
    subjects = [one for one in arguments if isinstance(one, SubjectInfo)]
    observations = [one for one in arguments if not isinstance(one, SubjectInfo)]
    return verdict_of(
        check, [(check.for_each[0] if check.for_each else "", observations)], subjects[0] if subjects else ABOUT
    )


ABOUT = next(one for example in EXAMPLES for one in example.keeps if isinstance(one, SubjectInfo))
PASSING = {family: [one for one in EXAMPLES if CHECKS[one.check].family == family] for family in sorted(FAMILIES)}


def passing(family: str) -> Iterator[Example]:
    """The examples on whose records the check passes."""
    for example in PASSING[family]:
        if verdict(CHECKS[example.check], example.keeps).status is Status.PASSED:
            yield example


@pytest.mark.parametrize("family", PASSING)
def test_a_check_passes_on_one_of_its_examples(family: str) -> None:
    assert list(passing(family))


@pytest.mark.parametrize("family", PASSING)
def test_a_check_does_not_pass_on_nothing(family: str) -> None:
    example = next(passing(family))
    check = CHECKS[example.check]
    empty = tuple(map(without_content, example.keeps))

    assert (verdict(check, empty).status is Status.PASSED) == (family in PASS_WITHOUT_CONTENT)


@pytest.mark.parametrize("family", PASSING)
def test_a_check_of_text_does_not_pass_without_text(family: str) -> None:
    if not any(isinstance(side, Text) for side in sides(family)):
        pytest.skip("its findings show no text")
    for example in passing(family):
        silent = tuple(one if isinstance(one, SubjectInfo) else without_text(one) for one in example.keeps)
        # A search, and an adapter under a fault, keep no text that was right.
        if silent == example.keeps or any(isinstance(one, FaultResponse) for one in silent):
            continue
        passes = verdict(CHECKS[example.check], silent).status is Status.PASSED

        assert not passes or family in PASS_WITHOUT_TEXT, silent


@pytest.mark.parametrize("family", PASSING)
def test_a_check_of_a_controlled_call_does_not_pass_where_the_model_took_nothing(family: str) -> None:
    for example in passing(family):
        idle = tuple(map(without_generations, example.keeps))
        if idle == example.keeps or family in UNCONTROLLED:
            continue
        assert verdict(CHECKS[example.check], idle).status is not Status.PASSED, idle


def test_a_check_states_what_an_observation_without_content_means() -> None:
    assert {check.family for check in CHECKS.values() if check.empty_passes} == PASS_WITHOUT_CONTENT


def sides(family: str) -> Iterator[Any]:
    for example in PASSING[family]:
        for finding in example.findings:
            yield from (finding.expected, finding.actual)


def without_content(record: Any) -> Any:
    """The record of a call that gave nothing."""
    if isinstance(record, SubjectInfo):
        return record
    emptied: dict[str, Any] = {}
    for one in fields(record):
        value = getattr(record, one.name)
        if isinstance(value, tuple | dict):
            emptied[one.name] = type(value)()
        elif isinstance(value, Value) or one.name in {"raised", "hung"}:
            emptied[one.name] = None
        elif one.name in {"examples", "fault"}:
            emptied[one.name] = type(value)()
    return replace(record, **emptied)


def without_text(record: Any) -> Any:
    """The record with every text of the model emptied."""
    if isinstance(record, CallbackEvent):
        text, answer = (None if one is None else "" for one in (record.text, record.answer))
        return replace(record, text=text, answer=answer)
    if isinstance(record, CallbackLog):
        record = replace(record, texts=tuple("" for _ in record.texts))
    if isinstance(record, Value) and record.is_text:
        return replace(record, text="")
    if isinstance(record, Value) and record.base == "object" and record.text is not None:
        return replace(record, text="")
    return _changed(record, without_text)


def without_generations(record: Any) -> Any:
    """The record of a model that took no answer from the harness."""
    changed = _changed(record, without_generations)
    if getattr(changed, "generations", ()) and not getattr(changed, "fault", ""):
        return replace(changed, generations=())
    return changed


def _changed(record: Any, change: Any) -> Any:
    if isinstance(record, tuple):
        return tuple(change(one) for one in record)
    if isinstance(record, dict):
        return {key: change(one) for key, one in record.items()}
    if not is_dataclass(record) or isinstance(record, type):
        return record
    values = {one.name: getattr(record, one.name) for one in fields(record) if one.init}
    return replace(record, **{name: change(value) for name, value in values.items() if not isinstance(value, str)})
