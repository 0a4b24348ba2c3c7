"""Handlers get every event of a run once, in order and in time, and do not change it: contract CONF-007."""

import asyncio
from typing import Any
from uuid import UUID

import pytest

from llm_reference import (
    AsyncCallbackHandler,
    PromptTemplate,
    StrOutputParser,
)
from reference.deadline import run
from reference.handlers import TOKENS, Call, Chain, drain, each_call, each_kind, each_stream, handler
from reference.models import AsyncEndless, Breaks, CallBreaks, Endless, Nothing, OnlyCall, Streams, SyncStream


@each_kind
@each_stream
@pytest.mark.parametrize("model", [Streams(), SyncStream()])
def test_a_streaming_model_reports_its_start_each_token_once_and_its_end(model: Chain, call: Call, kind: str) -> None:
    recorder = handler(kind)

    call(model, "hi", {"callbacks": [recorder], "run_id": UUID(int=7), "tags": ["t"], "metadata": {"m": 1}})

    log = recorder.log
    assert log.names == ["on_llm_start", *["on_llm_new_token"] * 5, "on_llm_end"]
    assert log.of("on_llm_start") == [["hi"]]
    assert log.of("on_llm_new_token") == TOKENS
    assert [keywords["chunk"].text for name, _, keywords in log.all if name == "on_llm_new_token"] == TOKENS
    assert log.of("on_llm_end")[0].generations[0][0].text == "".join(TOKENS)
    for _, _, keywords in log.all:
        assert (keywords["run_id"], keywords["parent_run_id"], keywords["tags"]) == (UUID(int=7), None, ["t"])
    assert log.all[0][2]["metadata"] == {"m": 1}


@each_kind
@each_call
def test_a_model_that_does_not_stream_starts_and_ends(call: Call, kind: str) -> None:
    recorder = handler(kind)

    call(OnlyCall(), "hi", {"callbacks": [recorder]})

    assert recorder.log.names == ["on_llm_start", "on_llm_end"]
    assert recorder.log.of("on_llm_end")[0].generations[0][0].text == "".join(TOKENS)


@each_kind
@each_call
@pytest.mark.parametrize(("model", "value"), [(CallBreaks(), "hi"), (Breaks(), "0")])
def test_a_model_that_fails_reports_only_an_error(model: Chain, value: str, call: Call, kind: str) -> None:
    recorder = handler(kind)

    with pytest.raises(ConnectionError) as raised:
        call(model, value, {"callbacks": [recorder]})

    assert recorder.log.names == ["on_llm_start", "on_llm_error"]
    assert recorder.log.of("on_llm_error")[0] is raised.value


@each_stream
def test_an_error_in_mid_stream_is_reported_with_the_text_so_far(call: Call) -> None:
    recorder = handler("sync")

    with pytest.raises(ConnectionError):
        call(Breaks(), "2", {"callbacks": [recorder]})

    assert recorder.log.names == ["on_llm_start", "on_llm_error"]
    assert recorder.log.all[-1][2]["response"].generations[0][0].text == "0 1 "


@each_stream
def test_a_stream_without_chunks_is_reported_as_an_error(call: Call) -> None:
    recorder = handler("sync")

    with pytest.raises(ValueError, match="No generation chunks"):
        call(Nothing(), "hi", {"callbacks": [recorder]})

    assert recorder.log.names == ["on_llm_start", "on_llm_error"]


@each_kind
def test_a_closed_stream_is_reported_as_one_error(kind: str) -> None:
    recorder, async_recorder = handler(kind), handler(kind)

    async def leave() -> None:
        stream = (AsyncEndless() | StrOutputParser()).astream("hi", {"callbacks": [async_recorder]})
        await anext(stream)
        await stream.aclose()

    stream = (Endless() | StrOutputParser()).stream("hi", {"callbacks": [recorder]})
    next(stream)
    stream.close()
    run(leave())

    for log in (recorder.log, async_recorder.log):
        assert log.names[3:] == ["on_chain_error", "on_llm_error", "on_chain_error"]
        assert [type(error) for error in log.of("on_llm_error")] == [GeneratorExit]


@each_kind
def test_a_cancelled_stream_is_reported_as_one_error(kind: str) -> None:
    recorder, model = handler(kind), AsyncEndless()

    async def cancel() -> None:
        chain = model | StrOutputParser()
        stream = chain.astream("hi", {"callbacks": [recorder]})
        await anext(stream)
        task = asyncio.create_task(drain(stream))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    run(cancel())

    assert sorted(recorder.log.names[3:]) == ["on_chain_error", "on_chain_error", "on_llm_error"]
    assert recorder.log.names[-1] == "on_chain_error"


@each_kind
@each_call
def test_the_steps_of_a_chain_are_reported_as_its_children(call: Call, kind: str) -> None:
    recorder = handler(kind)
    chain: Chain = PromptTemplate.from_template("{q}") | Streams() | StrOutputParser()

    call(chain, {"q": "hi"}, {"callbacks": [recorder]})

    begun = [(k["name"], k.get("run_type", "llm"), k["parent_run_id"]) for n, _, k in recorder.log.all if "start" in n]
    root = recorder.log.all[0][2]["run_id"]
    assert begun == [
        ("RunnableSequence", "chain", None),
        ("PromptTemplate", "prompt", root),
        ("Streams", "llm", root),
        ("StrOutputParser", "parser", root),
    ]
    ended = [keywords["run_id"] for name, _, keywords in recorder.log.all if name.endswith("_end")]
    assert len({*ended}) == len(ended) == 4
    assert recorder.log.of("on_chain_end")[-1] == "".join(TOKENS)


@each_stream
def test_a_token_is_reported_before_it_is_yielded(call: Call) -> None:
    order: list[str] = []

    class Notes(AsyncCallbackHandler):
        async def on_llm_new_token(self, token: str, **kwargs: Any) -> None:
            await asyncio.sleep(0)
            order.append(f"reported {token}")

    class Reports(Streams):
        def stream(self, *args: Any, **kwargs: Any) -> Any:
            for chunk in super().stream(*args, **kwargs):
                order.append(f"got {chunk}")
                yield chunk

        async def astream(self, *args: Any, **kwargs: Any) -> Any:
            async for chunk in super().astream(*args, **kwargs):
                order.append(f"got {chunk}")
                yield chunk

    call(Reports(), "hi", {"callbacks": [Notes()]})

    assert order == [f"{what} {token}" for token in TOKENS for what in ("reported", "got")]
