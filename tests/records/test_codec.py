from __future__ import annotations

import json
from typing import get_args

import pytest

from llm_conformance.records import (
    Control,
    Finding,
    Kind,
    Level,
    Observation,
    Status,
    Stream,
    SubjectInfo,
    Text,
    Value,
    Verdict,
)
from llm_conformance.records.codec import (
    decode,
    decode_subject,
    decode_verdict,
    encode,
    encode_subject,
    encode_verdict,
    through_json,
)
from records.each_kind import NAMES, RECORDS, TEXT


def test_there_is_a_record_of_each_kind() -> None:
    assert {type(one) for one in RECORDS} == {*get_args(Observation)}


@pytest.mark.parametrize("record", RECORDS, ids=NAMES)
def test_a_record_is_what_it_becomes_on_the_round_trip(record: Observation) -> None:
    assert through_json(record) == record


@pytest.mark.parametrize("text", ["\ud83d\udc4d", "a\udc4d", "\U0001f44d", "\x00\x1b", "\u2028\u0085", "", "e\u0301"])
def test_text_survives_json_code_point_by_code_point(text: str) -> None:
    again = through_json(Stream(chunks=(Value("str", "str", text),)))

    assert isinstance(again, Stream)
    assert again.texts == (text,)


def test_a_chunk_of_text_stands_as_the_model_generated_it() -> None:
    data = encode(Stream(chunks=(Value("str", "str", "\n\n"), TEXT)))

    assert data == {"kind": "stream", "chunks": ["\n\n", "Spark"]}


def test_a_str_subclass_keeps_its_type() -> None:
    chunk = Value("acme.Token", "str", "Spark")

    assert through_json(Stream(chunks=(chunk,))) == Stream(chunks=(chunk,))


def test_facts_and_verdicts_make_the_round_trip_too() -> None:
    about = SubjectInfo(
        spec="a:B",
        kind=Kind.CHAT,
        control=Control.WIRE,
        method_owners={"invoke": "a.B"},
        prompts=("one", "two"),
        tokens=(("x", "y"), ()),
        claims={"streams": True, "note": "text"},
        versions={"python": "3.11"},
    )
    verdict = Verdict(
        "stream.concat",
        Level.MUST,
        "STREAM-001",
        Status.FAILED,
        findings=(Finding("prose", Text(("a", "\ud83d")), code="text-differs", at=1),),
    )

    assert decode_subject(json.loads(json.dumps(encode_subject(about)))) == about
    assert decode_verdict(json.loads(json.dumps(encode_verdict(verdict)))) == verdict


def test_a_decoded_word_is_the_word_itself() -> None:
    verdict = Verdict("stream.concat", Level.MUST, "STREAM-001", Status.PASSED)

    assert decode_verdict(encode_verdict(verdict)).status is Status.PASSED


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"kind": "poem"}, "an observation of kind 'poem'"),
        ({"kind": "reply", "valeu": "x"}, "valeu"),
        ({"kind": "stream", "chunks": [3]}, "dict expected, got 3"),
        ({"kind": "stream", "times": "soon"}, "not a stream"),
        ([], "an observation of kind None"),
    ],
)
def test_data_of_another_form_is_refused_in_one_line(data: object, message: str) -> None:
    with pytest.raises(ValueError, match=r"observation|not a") as refusal:
        decode(data)  # type: ignore[arg-type]

    assert message in str(refusal.value)
    assert "\n" not in str(refusal.value)
