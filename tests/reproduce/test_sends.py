"""The source of a response makes the bytes of the response."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from llm_conformance.observe.fault_calls import composite
from llm_conformance.reproduce.response import Call, Step, Wire
from llm_conformance.reproduce.sends import Sends
from llm_conformance.simulator import FAULTS, FORMATS
from llm_conformance.simulator.dialect import USUAL

OTHERS = [form for form in FORMATS if form != "openai-completions"]
# It takes as long as all the others.
_LONG = {"event_2m"}


def made_by(steps: list[Step]) -> list[Any]:
    """What the source of these steps makes, when a script runs it."""
    sends = Sends([steps])
    lines = sends.source(steps)
    names: dict[str, Any] = {"itertools": itertools, "pause": lambda seconds: Call(f"pause({seconds:g})")}
    names |= {name: Call(name) for name in ("hang_up", "reset", "silence")}
    exec("\n".join([*sends.functions, "RESPONSE = [", *lines, "]"]), names)  # noqa: S102 - it is what is tested
    return list(names["RESPONSE"])


@pytest.mark.parametrize(
    "form",
    ["openai-completions", *(pytest.param(form, marks=pytest.mark.matrix) for form in OTHERS)],
)
def test_every_fault_is_written_without_a_change_to_a_byte(form: str) -> None:
    wire = Wire(form, USUAL)
    for name, fault in FAULTS.items():
        if form in fault.formats and name not in _LONG:
            steps = wire.answer(composite(name), name)

            assert made_by(steps) == steps, name


@pytest.mark.parametrize("form", FORMATS)
def test_a_whole_answer_is_written_too(form: str) -> None:
    steps = Wire(form, USUAL).answer(composite(), streamed=False)

    assert made_by(steps) == steps
    assert composite().text.strip()[:9].encode() in b"".join(step for step in steps if isinstance(step, bytes))


def test_a_stream_is_short_as_source() -> None:
    steps = Wire("openai-completions", USUAL).answer(composite())

    assert sum(map(len, Sends([steps]).source(steps))) < sum(len(step) for step in steps if isinstance(step, bytes)) / 3


def test_the_bytes_of_a_run_are_played_with_the_rest_of_the_response() -> None:
    wire = Wire("openai-completions", USUAL)
    whole = [step for step in wire.answer(composite(), "random_cuts") if isinstance(step, bytes)]
    sent = [data.decode("latin-1") for data in whole[:5]]

    assert wire.responses(composite(), "random_cuts", [sent]) == [wire.answer(composite(), "random_cuts")]


def test_the_number_and_the_model_of_a_request_are_those_of_the_run() -> None:
    wire = Wire("openai-completions", USUAL)
    own = [step for step in wire.answer(composite()) if isinstance(step, bytes)]
    sent = [data.replace(b"req_1", b"req_9").replace(b"cmpl-1", b"cmpl-9").decode("latin-1") for data in own[:3]]

    played = b"".join(step for step in wire.responses(composite(), "baseline", [sent])[0] if isinstance(step, bytes))

    assert b"cmpl-1" not in played
    assert played.count(b"cmpl-9") == b"".join(own).count(b"cmpl-1")
