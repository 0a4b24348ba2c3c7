"""Each defect is really there, without the suite. Here: streams that cost the more, the longer they are."""

import inspect
from typing import Any

from llm_reference.zoo import growth
from zoo.callers import PROMPT, streamed
from zoo.scripts import Words


def test_every_chunk_is_kept() -> None:
    stream: Any = growth.KeepsEveryChunk(script=Words())._stream(PROMPT)
    given = [next(stream).text, next(stream).text]

    log = inspect.getgeneratorlocals(stream)["log"]
    assert [record["choices"][0]["text"] for record in log] == given


def test_all_chunks_are_joined_at_each() -> None:
    script = Words(["<|", "end", "|>", " never"])

    assert streamed(growth.JoinedAnew(script=script)) == ["<|", "end"]
