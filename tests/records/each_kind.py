"""A record of each kind, with a value in most of its fields."""

from llm_conformance.records import (
    Batch,
    CallbackEvent,
    CallbackLog,
    ChatAnswer,
    ChatAnswers,
    ControlledOutcome,
    ControlledOutcomes,
    Cost,
    CostProfile,
    Event,
    Events,
    EventStreams,
    FaultResponse,
    GenerationRecord,
    Hung,
    Milestone,
    Observation,
    Projection,
    Raised,
    Replies,
    Reply,
    Requests,
    SampledTexts,
    Search,
    Stalls,
    Stream,
    Streams,
    V3Event,
    V3Stream,
    V3Streams,
    Value,
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
    SampledTexts(texts={"invoke()": ("a b", "c"), "stream()": ("ab", "c")}),
    Search(examples=3, counterexample=OUTCOME, steps=("open stream 1",), flaky=True),
    CallbackLog(events=(CallbackEvent("on_llm_new_token", run_id="1", text="Spark"),)),
    ChatAnswers(by_label={"one": ChatAnswer(said=TEXT, chunks=(TEXT,), message=TEXT)}, refused="no tools"),
    Requests(by_label={"invoke": {"temperature": "0.5"}}),
    FaultResponse(fault="bom", chunks=(TEXT,), sent=(("a", "b"),)),
]
NAMES = [f"{record.kind}-{place}" for place, record in enumerate(RECORDS)]
