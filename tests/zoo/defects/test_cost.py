"""Each defect is present, shown without the suite. Here: streams whose cost per token grows."""

import inspect
from typing import Any

from llm_zoo import cost
from zoo.callers import PROMPT, streamed
from zoo.scripts import Words

_EVENTS = b"".join(b'data: {"choices": [{"text": "%s"}]}\n\n' % letter for letter in (b"a", b"b"))


def test_every_chunk_is_kept() -> None:
    stream: Any = cost.KeepsEveryChunk(script=Words())._stream(PROMPT)
    texts = [next(stream).text, next(stream).text]

    log = inspect.getgeneratorlocals(stream)["log"]
    assert [record["choices"][0]["text"] for record in log] == texts


def test_all_chunks_are_joined_at_each_chunk() -> None:
    script = Words(["<|", "end", "|>", " never"])

    assert streamed(cost.TextJoinedAtEachChunk(script=script)) == ["<|", "end"]


def test_every_event_of_an_answer_is_kept() -> None:
    answer = cost.KeepsEveryEvent._reads(200, {}, None)

    texts = [chunk.text for chunk in answer.feed(_EVENTS)]

    assert texts == ["a", "b"]
    assert [event["choices"][0]["text"] for event in vars(answer)["_log"]] == texts


def test_all_events_are_summed_at_each_event() -> None:
    answer, sums = cost.EventsSummedAtEachChunk._reads(200, {}, None), list[str]()

    for _ in answer.feed(_EVENTS):
        sums.append("".join(vars(answer)["sum"]["text"]))

    assert sums == ["a", "ab"]
