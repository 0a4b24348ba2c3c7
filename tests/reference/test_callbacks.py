"""Who listens to runs hears everything once, in order and in time, and disturbs nothing: contract CONF-007."""

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
from reference.handlers import TOKENS, Call, Chain, drained, each_call, each_kind, each_stream, handler
from reference.models import AsyncEndless, Breaks, CallBreaks, Endless, Nothing, OnlyCall, Streams, SyncStream


@each_kind
@each_stream
@pytest.mark.parametrize("model", [Streams(), SyncStream()])
def test_a_streaming_model_starts_says_each_token_once_and_ends(model: Chain, call: Call, kind: str) -> None:
    listener = handler(kind)

    call(model, "hi", {"callbacks": [listener], "run_id": UUID(int=7), "tags": ["t"], "metadata": {"m": 1}})

    heard = listener.heard
    assert heard.names == ["on_llm_start", *["on_llm_new_token"] * 5, "on_llm_end"]
    assert heard.of("on_llm_start") == [["hi"]]
    assert heard.of("on_llm_new_token") == TOKENS
    assert [keywords["chunk"].text for name, _, keywords in heard.all if name == "on_llm_new_token"] == TOKENS
    assert heard.of("on_llm_end")[0].generations[0][0].text == "".join(TOKENS)
    for _, _, keywords in heard.all:
        assert (keywords["run_id"], keywords["parent_run_id"], keywords["tags"]) == (UUID(int=7), None, ["t"])
    assert heard.all[0][2]["metadata"] == {"m": 1}


@each_kind
@each_call
def test_a_model_that_does_not_stream_starts_and_ends(call: Call, kind: str) -> None:
    listener = handler(kind)

    call(OnlyCall(), "hi", {"callbacks": [listener]})

    assert listener.heard.names == ["on_llm_start", "on_llm_end"]
    assert listener.heard.of("on_llm_end")[0].generations[0][0].text == "".join(TOKENS)


@each_kind
@each_call
@pytest.mark.parametrize(("model", "value"), [(CallBreaks(), "hi"), (Breaks(), "0")])
def test_a_model_that_fails_ends_with_an_error_and_nothing_else(
    model: Chain, value: str, call: Call, kind: str
) -> None:
    listener = handler(kind)

    with pytest.raises(ConnectionError) as raised:
        call(model, value, {"callbacks": [listener]})

    assert listener.heard.names == ["on_llm_start", "on_llm_error"]
    assert listener.heard.of("on_llm_error")[0] is raised.value


@each_stream
def test_an_error_in_mid_stream_is_told_with_what_came_before(call: Call) -> None:
    listener = handler("sync")

    with pytest.raises(ConnectionError):
        call(Breaks(), "2", {"callbacks": [listener]})

    assert listener.heard.names == ["on_llm_start", "on_llm_error"]
    assert listener.heard.all[-1][2]["response"].generations[0][0].text == "0 1 "


@each_stream
def test_a_stream_without_any_chunk_is_told_as_an_error(call: Call) -> None:
    listener = handler("sync")

    with pytest.raises(ValueError, match="No generation chunks"):
        call(Nothing(), "hi", {"callbacks": [listener]})

    assert listener.heard.names == ["on_llm_start", "on_llm_error"]


@each_kind
def test_a_consumer_that_leaves_is_told_as_an_error_once(kind: str) -> None:
    listener, async_listener = handler(kind), handler(kind)

    async def leave() -> None:
        stream = (AsyncEndless() | StrOutputParser()).astream("hi", {"callbacks": [async_listener]})
        await anext(stream)
        await stream.aclose()

    stream = (Endless() | StrOutputParser()).stream("hi", {"callbacks": [listener]})
    next(stream)
    stream.close()
    run(leave())

    for heard in (listener.heard, async_listener.heard):
        assert heard.names[3:] == ["on_chain_error", "on_llm_error", "on_chain_error"]
        assert [type(error) for error in heard.of("on_llm_error")] == [GeneratorExit]


@each_kind
def test_a_cancelled_consumer_is_told_as_an_error_once(kind: str) -> None:
    listener, model = handler(kind), AsyncEndless()

    async def cancel() -> None:
        chain = model | StrOutputParser()
        stream = chain.astream("hi", {"callbacks": [listener]})
        await anext(stream)
        task = asyncio.create_task(drained(stream))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    run(cancel())

    assert sorted(listener.heard.names[3:]) == ["on_chain_error", "on_chain_error", "on_llm_error"]
    assert listener.heard.names[-1] == "on_chain_error"


@each_kind
@each_call
def test_the_steps_of_a_chain_are_told_as_parts_of_it(call: Call, kind: str) -> None:
    listener = handler(kind)
    chain: Chain = PromptTemplate.from_template("{q}") | Streams() | StrOutputParser()

    call(chain, {"q": "hi"}, {"callbacks": [listener]})

    begun = [
        (k["name"], k.get("run_type", "llm"), k["parent_run_id"]) for n, _, k in listener.heard.all if "start" in n
    ]
    root = listener.heard.all[0][2]["run_id"]
    assert begun == [
        ("RunnableSequence", "chain", None),
        ("PromptTemplate", "prompt", root),
        ("Streams", "llm", root),
        ("StrOutputParser", "parser", root),
    ]
    ended = [keywords["run_id"] for name, _, keywords in listener.heard.all if name.endswith("_end")]
    assert len({*ended}) == len(ended) == 4
    assert listener.heard.of("on_chain_end")[-1] == "".join(TOKENS)


@each_stream
def test_a_token_is_told_before_it_is_delivered(call: Call) -> None:
    journal: list[str] = []

    class Notes(AsyncCallbackHandler):
        async def on_llm_new_token(self, token: str, **kwargs: Any) -> None:
            await asyncio.sleep(0)
            journal.append(f"told {token}")

    class Tells(Streams):
        def stream(self, *args: Any, **kwargs: Any) -> Any:
            for chunk in super().stream(*args, **kwargs):
                journal.append(f"got {chunk}")
                yield chunk

        async def astream(self, *args: Any, **kwargs: Any) -> Any:
            async for chunk in super().astream(*args, **kwargs):
                journal.append(f"got {chunk}")
                yield chunk

    call(Tells(), "hi", {"callbacks": [Notes()]})

    assert journal == [f"{what} {token}" for token in TOKENS for what in ("told", "got")]
