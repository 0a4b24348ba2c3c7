"""The shape table of the contract, cell by cell: the data in the events of each kind of run, at the root and nested."""

from typing import Any

import pytest

from llm_reference import (
    GenerationChunk,
    PromptTemplate,
    Runnable,
    RunnableLambda,
    RunnablePassthrough,
    StreamEvent,
    StringPromptValue,
    StrOutputParser,
)
from reference.deadline import run
from reference.models import OnlyCall, Streams

Chain = Runnable[Any, Any]

# The input, its text, and the answer to it.
VALUE = [("human", "hi")]
PROMPT = "Human: hi"
CHUNKS = ["You", " said:", " Human: hi", "\n\n", "é🙂"]
ANSWER = "".join(CHUNKS)
ABSENT = "absent"

GENERATIONS = [[{"text": ANSWER, "generation_info": None, "type": "Generation"}]]
RESULT_OF_V2 = {"generations": GENERATIONS, "llm_output": None}
RESULT_OF_V1 = {**RESULT_OF_V2, "run": None, "type": "LLMResult"}
PIECES = [GenerationChunk(text=text) for text in CHUNKS]

RUNNABLES: dict[str, Chain] = {
    "llm": Streams(tags=["own"], metadata={"own": 1}),
    "fallback": OnlyCall(tags=["own"], metadata={"own": 1}),
    "prompt": PromptTemplate.from_template("Human: {x}"),
    "parser": StrOutputParser(),
    "chain": Streams() | StrOutputParser(),
}
INPUTS = {"llm": VALUE, "fallback": VALUE, "prompt": "hi", "parser": ANSWER, "chain": VALUE}
FORMATTED = StringPromptValue(text=PROMPT)

COLUMNS = ["v1 root", "v1 nested", "v2 root", "v2 nested"]
# langchain-core differs in three cells: in v2, a root run that ends before its only chunk is yielded has no stream
# event (S2). These are a model that does not stream, a prompt, and a parser with its whole input.
TABLE: dict[tuple[str, str, str], tuple[Any, Any, Any, Any]] = {
    ("llm", "start", "input"): (VALUE, {"prompts": [PROMPT]}, VALUE, {"prompts": [PROMPT]}),
    ("llm", "stream", "chunk"): (CHUNKS, CHUNKS, CHUNKS, PIECES),
    ("llm", "end", "output"): (ANSWER, RESULT_OF_V1, RESULT_OF_V2, RESULT_OF_V2),
    ("llm", "end", "input"): (ABSENT, {"prompts": [PROMPT]}, ABSENT, {"prompts": [PROMPT]}),
    ("fallback", "start", "input"): (VALUE, {"prompts": [PROMPT]}, VALUE, {"prompts": [PROMPT]}),
    ("fallback", "stream", "chunk"): ([ANSWER], [], [ANSWER], []),
    ("fallback", "end", "output"): (ANSWER, RESULT_OF_V1, RESULT_OF_V2, RESULT_OF_V2),
    ("fallback", "end", "input"): (ABSENT, {"prompts": [PROMPT]}, ABSENT, {"prompts": [PROMPT]}),
    ("prompt", "start", "input"): ("hi", "hi", "hi", "hi"),
    ("prompt", "stream", "chunk"): ([FORMATTED], [], [FORMATTED], []),
    ("prompt", "end", "output"): (FORMATTED, FORMATTED, FORMATTED, FORMATTED),
    ("prompt", "end", "input"): (ABSENT, "hi", ABSENT, "hi"),
    ("parser", "start", "input"): (ANSWER, ABSENT, ANSWER, ABSENT),
    ("parser", "stream", "chunk"): ([ANSWER], [ANSWER], [ANSWER], [ANSWER]),
    ("parser", "end", "output"): (ANSWER, ANSWER, ANSWER, ANSWER),
    ("parser", "end", "input"): (ABSENT, ANSWER, ABSENT, ANSWER),
    ("chain", "start", "input"): (VALUE, ABSENT, VALUE, ABSENT),
    ("chain", "stream", "chunk"): (CHUNKS, CHUNKS, CHUNKS, CHUNKS),
    ("chain", "end", "output"): (ANSWER, ANSWER, ANSWER, ANSWER),
    ("chain", "end", "input"): (ABSENT, VALUE, ABSENT, VALUE),
}
CELLS = [
    pytest.param(kind, event, key, column, cell, id=f"{kind} {event} {key}, {column}")
    for (kind, event, key), cells in TABLE.items()
    for column, cell in zip(COLUMNS, cells, strict=True)
]
each_kind = pytest.mark.parametrize("kind", RUNNABLES)
each_column = pytest.mark.parametrize("column", COLUMNS)


def events_of(kind: str, column: str, config: Any = None) -> list[StreamEvent]:
    """All events of a call of this runnable, alone or inside a chain. The name of its own run is "it"."""
    version: Any
    version, place = column.split()
    it = RUNNABLES[kind].with_config(run_name="it")
    chain = it if place == "root" else RunnablePassthrough() | it | RunnableLambda(lambda answer: answer)

    async def collect() -> list[StreamEvent]:
        return [event async for event in chain.astream_events(INPUTS[kind], config, version=version)]

    return run(collect())


def own_events(events: list[StreamEvent]) -> list[StreamEvent]:
    return [event for event in events if event["name"] == "it"]


@pytest.mark.parametrize(("kind", "event", "key", "column", "cell"), CELLS)
def test_a_cell_of_the_shape_table(kind: str, event: str, key: str, column: str, cell: Any) -> None:
    run_type = "llm" if kind == "fallback" else kind
    reported = [e for e in own_events(events_of(kind, column)) if e["event"] == f"on_{run_type}_{event}"]
    data = [e["data"].get(key, ABSENT) for e in reported]

    assert data == (cell if event == "stream" else [cell])


@each_column
@each_kind
def test_a_run_has_one_start_its_chunks_and_one_end(kind: str, column: str) -> None:
    run_type = "llm" if kind == "fallback" else kind
    first, *middle, last = (event["event"] for event in own_events(events_of(kind, column)))

    assert (first, last) == (f"on_{run_type}_start", f"on_{run_type}_end")
    assert set(middle) <= {f"on_{run_type}_stream"}


@each_column
@each_kind
def test_an_event_has_the_data_of_its_kind_only(kind: str, column: str) -> None:
    for event in own_events(events_of(kind, column)):
        allowed = {"start": {"input"}, "stream": {"chunk"}, "end": {"output", "input"}}

        assert set(event["data"]) <= allowed[event["event"].rpartition("_")[2]]


@each_column
@each_kind
def test_all_events_of_a_run_have_the_same_identity(kind: str, column: str) -> None:
    config = {"tags": ["t"], "metadata": {"m": 1}}

    reported = own_events(events_of(kind, column, config))

    identities = [(e["name"], e["run_id"], e["tags"], e["metadata"], e["parent_ids"]) for e in reported]
    assert identities == [identities[0]] * len(reported)


@each_column
@each_kind
def test_parent_ids_lead_from_the_root_to_the_parent_in_v2_and_are_empty_in_v1(kind: str, column: str) -> None:
    events = events_of(kind, column)

    expected = [events[0]["run_id"]] if column == "v2 nested" else []
    assert [event["parent_ids"] for event in own_events(events)] == [expected] * len(own_events(events))


@each_column
@each_kind
def test_tags_and_metadata_of_the_call_are_in_every_event(kind: str, column: str) -> None:
    for event in events_of(kind, column, {"tags": ["t"], "metadata": {"m": 1}}):
        assert "t" in event["tags"]
        assert event["metadata"]["m"] == 1


@each_column
@pytest.mark.parametrize("kind", ["llm", "fallback"])
def test_tags_and_metadata_of_the_constructor_are_in_the_models_events_only(kind: str, column: str) -> None:
    events = events_of(kind, column)

    assert [event["name"] for event in events if "own" in event["tags"]] == ["it"] * len(own_events(events))
    assert [event["name"] for event in events if event["metadata"] == {"own": 1}] == ["it"] * len(own_events(events))


@each_column
@each_kind
def test_the_chunks_of_a_run_add_up_to_its_output(kind: str, column: str) -> None:
    chunks = [event["data"]["chunk"] for event in own_events(events_of(kind, column)) if "chunk" in event["data"]]
    texts = [getattr(chunk, "text", chunk) for chunk in chunks]

    assert "".join(texts) in ({PROMPT, ""} if kind == "prompt" else {ANSWER, ""})
