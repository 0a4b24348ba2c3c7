from __future__ import annotations

import json

import pytest

from llm_conformance.records import (
    Batch,
    Control,
    ControlledOutcome,
    ControlledOutcomes,
    Cost,
    CostProfile,
    Event,
    Events,
    EventStreams,
    Finding,
    GenerationRecord,
    Hung,
    Kind,
    Level,
    Milestone,
    Observation,
    Projection,
    Raised,
    Replies,
    Reply,
    SampledTexts,
    Search,
    Stalls,
    Status,
    Stream,
    Streams,
    SubjectInfo,
    Text,
    V3Event,
    V3Stream,
    V3Streams,
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

TEXT = Value("str", "str", "Spark")
DICT = Value(
    "dict", "dict", fields={"input": TEXT, "n": Value("int", "int", scalar=3), "none": Value("NoneType", "NoneType")}
)
RAISED = Raised(
    "a.B", "message", ("B", "Exception"), "a.py:1 in f", "trace", cause=Raised("c.D", "", ("D",), "c.py:2 in g")
)
OUTCOME = ControlledOutcome(
    tokens=("a", "\ud83d"),
    chunks=(TEXT,),
    milestones={Milestone.CONSUMER_LEFT: 1},
    generations=(GenerationRecord(sent=1, total=2, outcome="closed"), GenerationRecord(sent=2, total=2)),
    after_end="returned 'x'",
    leftovers=("task pump",),
    raised=RAISED,
)
RECORDS: list[Observation] = [
    Reply(value=TEXT, seconds=0.5, mutated=("config",), warnings=("W: text",), stop="x"),
    Reply(raised=RAISED),
    Reply(value=TEXT, stalls=Stalls(0.3, 0.0)),
    Reply(value=TEXT, stalls=Stalls(0.3)),
    Stream(
        chunks=(TEXT, Value("m.Chunk", "object", "x")),
        times=(0.1, 0.2),
        total=TEXT,
        after_end="returned 'x'",
        has_close=False,
    ),
    Stream(hung=Hung(1.5, "a.py:3 in h", 7, endless=True), total_raised=RAISED, needed_await=True, raised_at_call=True),
    Events(events=(Event(DICT),), returned_type="async_generator", is_iterator=False),
    Batch(returned_type="list", builtin="list", slots=(Reply(value=TEXT), Reply(raised=RAISED))),
    Replies(by_label={"one": Reply(value=TEXT)}),
    Streams(by_label={"one": Stream(chunks=(TEXT,))}),
    EventStreams(by_label={"one": Events(events=(Event(DICT),))}),
    OUTCOME,
    ControlledOutcomes(by_label={"one": OUTCOME}),
    CostProfile(costs=(Cost(tokens=1000, peak_bytes=9, cpu_ns_per_token=300),), streamed=False),
    V3Stream(
        said=TEXT,
        events=(V3Event(DICT),),
        times=(0.1,),
        text=Projection(deltas=(TEXT,), whole=TEXT),
        tool_calls=Projection(raised=RAISED),
        output=TEXT,
    ),
    V3Streams(by_label={"one": V3Stream(events=(V3Event(DICT),), output_raised=RAISED)}, without_tools=True),
    SampledTexts(by_label={"invoke()": ("a b", "c"), "stream()": ("ab", "c")}),
    Search(examples=3, counterexample=OUTCOME, steps=("open stream 1",), flaky=True),
]


@pytest.mark.parametrize("record", RECORDS, ids=[f"{type(record).__name__}-{n}" for n, record in enumerate(RECORDS)])
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
