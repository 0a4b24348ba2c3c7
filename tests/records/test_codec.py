from __future__ import annotations

import json

import pytest

from llm_conformance.records import (
    About,
    Batch,
    Control,
    Cost,
    Event,
    Events,
    Finding,
    Growth,
    Hung,
    Kind,
    Level,
    Observation,
    Raised,
    Replies,
    Reply,
    Runs,
    Search,
    Seen,
    Stalls,
    Stream,
    Streams,
    Text,
    Took,
    Trial,
    Trials,
    Verdict,
    Status,
)
from llm_conformance.records.codec import (
    decode,
    decode_about,
    decode_verdict,
    encode,
    encode_about,
    encode_verdict,
    through_json,
)

TEXT = Seen("str", "str", "Spark")
DICT = Seen(
    "dict", "dict", fields={"input": TEXT, "n": Seen("int", "int", scalar=3), "none": Seen("NoneType", "NoneType")}
)
RAISED = Raised(
    "a.B", "message", ("B", "Exception"), "a.py:1 in f", "trace", cause=Raised("c.D", "", ("D",), "c.py:2 in g")
)
TRIAL = Trial(
    said=("a", "\ud83d"),
    chunks=(TEXT,),
    counts={"left": 1},
    takes=(Took(given=1, whole=2, ended="closed"), Took(given=2, whole=2)),
    again="gave 'x'",
    left=("task pump",),
    raised=RAISED,
)
RECORDS: list[Observation] = [
    Reply(value=TEXT, seconds=0.5, changed=("config",), warned=("W: text",), given={"stop": "x"}),
    Reply(raised=RAISED),
    Reply(value=TEXT, stalls=Stalls(0.3, 0.0)),
    Reply(value=TEXT, stalls=Stalls(0.3)),
    Stream(chunks=(TEXT, Seen("m.Chunk", "object", "x")), times=(0.1, 0.2), total=TEXT, again="gave 'x'", closes=False),
    Stream(hung=Hung(1.5, "a.py:3 in h", 7, endless=True), total_raised=RAISED, awaited=True, at_call=True),
    Events(events=(Event(DICT),), returned="async_generator", iterates=False),
    Batch(returned="list", base="list", slots=(Reply(value=TEXT), Reply(raised=RAISED))),
    Replies(by={"one": Reply(value=TEXT)}),
    Streams(by={"one": Stream(chunks=(TEXT,))}),
    Runs(by={"one": Events(events=(Event(DICT),))}),
    TRIAL,
    Trials(by={"one": TRIAL}),
    Growth(costs=(Cost(tokens=1000, kept=9, busy=300),), given={"streams": "no"}),
    Search(tried=3, smallest=TRIAL, steps=("open stream 1",), wavers=True),
]


@pytest.mark.parametrize("record", RECORDS, ids=[f"{type(record).__name__}-{n}" for n, record in enumerate(RECORDS)])
def test_a_record_is_what_it_becomes_on_the_round_trip(record: Observation) -> None:
    assert through_json(record) == record


@pytest.mark.parametrize("text", ["\ud83d\udc4d", "a\udc4d", "\U0001f44d", "\x00\x1b", "\u2028\u0085", "", "e\u0301"])
def test_text_survives_json_code_point_by_code_point(text: str) -> None:
    again = through_json(Stream(chunks=(Seen("str", "str", text),)))

    assert isinstance(again, Stream)
    assert again.texts == (text,)


def test_a_chunk_of_text_stands_as_the_model_spoke_it() -> None:
    data = encode(Stream(chunks=(Seen("str", "str", "\n\n"), TEXT)))

    assert data == {"kind": "stream", "chunks": ["\n\n", "Spark"]}


def test_a_str_subclass_keeps_its_type() -> None:
    chunk = Seen("acme.Token", "str", "Spark")

    assert through_json(Stream(chunks=(chunk,))) == Stream(chunks=(chunk,))


def test_facts_and_verdicts_make_the_round_trip_too() -> None:
    about = About(
        spec="a:B",
        kind=Kind.CHAT,
        control=Control.WIRE,
        owners={"invoke": "a.B"},
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
        findings=(Finding("prose", Text(("a", "\ud83d")), at=1),),
    )

    assert decode_about(json.loads(json.dumps(encode_about(about)))) == about
    assert decode_verdict(json.loads(json.dumps(encode_verdict(verdict)))) == verdict


def test_a_decoded_word_is_the_word_itself() -> None:
    verdict = Verdict("stream.concat", Level.MUST, "STREAM-001", Status.PASSED)

    assert decode_verdict(encode_verdict(verdict)).status is Status.PASSED


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"kind": "poem"}, "an observation of kind 'poem'"),
        ({"kind": "reply", "valeu": "x"}, "valeu"),
        ({"kind": "stream", "chunks": [3]}, "a value expected, got 3"),
        ({"kind": "stream", "times": "soon"}, "not a stream"),
        ([], "an observation of kind None"),
    ],
)
def test_data_of_another_form_is_refused_in_one_line(data: object, message: str) -> None:
    with pytest.raises(ValueError, match=r"observation|not a") as refusal:
        decode(data)  # type: ignore[arg-type]

    assert message in str(refusal.value)
    assert "\n" not in str(refusal.value)
