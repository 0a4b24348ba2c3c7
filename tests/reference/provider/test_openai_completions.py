"""The client and a correct provider: every golden stream with every call, and the HTTP requests."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
import respx

from llm_conformance.simulator import Case, Ending, FinishStyle, Simulator
from llm_fixtures import Finish, Golden, Token, Usage, golden, names
from llm_reference import GenerationChunk, OpenAICompletions
from llm_reference.runs.run import Run, Tracer
from reference.deadline import run
from reference.provider.client import SECRET

SHORT = [name for name in names() if name != "long-1e5" and golden(name).is_text]
STYLES: list[FinishStyle] = ["own-chunk", "with-last-text"]
VERSE, HELLO = "<sparkling-water own-chunk>", "<plain-ascii own-chunk>"
# More than the buffers of two sockets: the provider cannot have sent everything before the client closes.
LONG = Golden(
    name="long",
    prompt="p",
    why="it does not fit into the network",
    pieces=(Token(text="x" * 100_000),) * 300,
    finish=Finish.STOP,
    usage=Usage(1, 300),
)


@pytest.fixture(scope="module")
def provider() -> Iterator[Simulator]:
    with Simulator() as simulator:
        simulator.register(Case(nonce="<long>", golden=LONG))
        for name in SHORT:
            for style in STYLES:
                simulator.register(Case(nonce=f"<{name} {style}>", golden=golden(name), finish=style))
        yield simulator


@pytest.fixture
def model(provider: Simulator) -> OpenAICompletions:
    return a_model(provider)


def a_model(provider: Simulator, **fields: Any) -> OpenAICompletions:
    return OpenAICompletions(base_url=f"{provider.url}/v1", api_key=SECRET, model="m", max_retries=0, **fields)


def visible(name: str) -> list[str]:
    return [text for text in golden(name).text_tokens() if text]


async def collected(chunks: AsyncIterator[Any]) -> list[Any]:
    return [chunk async for chunk in chunks]


class Tokens(Tracer):
    def __init__(self) -> None:
        self.chunks: list[GenerationChunk] = []

    def token(self, run: Run, token: str, chunk: GenerationChunk | None) -> None:
        assert chunk
        self.chunks.append(chunk)


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("name", SHORT)
def test_every_call_gives_the_golden_tokens(name: str, style: FinishStyle, model: OpenAICompletions) -> None:
    prompt = f"<{name} {style}>"

    streamed = list(model.stream(prompt))
    astreamed, events = run(asyncio.wait_for(_both(model, prompt), 20))

    assert [chunk for chunk in streamed if chunk] == visible(name)
    assert astreamed == streamed
    assert [event["data"]["chunk"] for event in events[1:-1]] == streamed


async def _both(model: OpenAICompletions, prompt: str) -> tuple[list[Any], list[Any]]:
    return await collected(model.astream(prompt)), await collected(model.astream_events(prompt))


# Two halves of a surrogate pair in one JSON text form a character: only a stream keeps them apart.
@pytest.mark.parametrize("name", [name for name in SHORT if name != "surrogate-halves"])
def test_the_whole_answer_is_the_golden_text(name: str, model: OpenAICompletions) -> None:
    prompt = f"<{name} own-chunk>"

    assert model.invoke(prompt) == run(model.ainvoke(prompt)) == golden(name).text


def test_a_batch_gives_each_prompt_its_own_answer(model: OpenAICompletions) -> None:
    assert model.batch([VERSE, HELLO, VERSE]) == run(model.abatch([VERSE, HELLO, VERSE]))
    assert model.batch([HELLO, VERSE])[0] == "Hello, world!"


def test_the_chunks_carry_finish_reason_and_usage(model: OpenAICompletions) -> None:
    *texts, finish, usage = model._stream(HELLO, stream_options={"include_usage": True})

    assert [chunk.generation_info for chunk in texts] == [None] * 4
    assert finish == GenerationChunk("", {"finish_reason": "stop"})
    assert usage.text == ""
    assert usage.generation_info == {"usage": {"prompt_tokens": 9, "completion_tokens": 4, "total_tokens": 13}}


def test_every_chunk_is_reported_before_it_is_yielded(model: OpenAICompletions) -> None:
    watching, awatching = Tokens(), Tokens()

    given = list(model.stream(HELLO, {"callbacks": [watching]}))
    run(collected(model.astream(HELLO, {"callbacks": [awatching]})))

    assert given == [chunk.text for chunk in watching.chunks] == ["Hello", ",", " world", "!", ""]
    assert watching.chunks == awatching.chunks


def test_a_stop_word_ends_the_answer_and_that_of_the_call_wins(provider: Simulator) -> None:
    model = a_model(provider, stop=["world"])

    assert model.invoke(HELLO) == "Hello, "
    assert "".join(model.stream(HELLO, stop=[","])) == "Hello"
    assert model.invoke(HELLO, stop=[]) == "Hello, world!"
    assert model.invoke(HELLO, stop=["", "!"]) == "Hello, world"


def test_the_keywords_of_a_call_are_in_its_request_only(provider: Simulator) -> None:
    model = a_model(provider, temperature=0.0, max_tokens=7)

    model.invoke(HELLO, seed=1, temperature=0.5, stop=["x"])
    list(model.stream(HELLO))

    with_keywords, without = provider.requests[-2:]
    assert with_keywords.body == {
        "model": "m",
        "prompt": HELLO,
        "temperature": 0.5,
        "max_tokens": 7,
        "stop": ["x"],
        "seed": 1,
    }
    assert without.body == {"model": "m", "prompt": HELLO, "temperature": 0.0, "max_tokens": 7, "stream": True}


def test_half_a_character_in_the_prompt_is_sent(model: OpenAICompletions, provider: Simulator) -> None:
    model.invoke(f"{HELLO} \ud83d")

    assert provider.requests[-1].body["prompt"] == f"{HELLO} \ud83d"


def test_one_model_serves_several_event_loops_and_threads(model: OpenAICompletions) -> None:
    assert run(model.ainvoke(HELLO)) == run(model.ainvoke(HELLO)) == "Hello, world!"
    assert model.batch([HELLO] * 20) == ["Hello, world!"] * 20


def test_concurrent_streams_do_not_mix(model: OpenAICompletions) -> None:
    requested = [SHORT[number % len(SHORT)] for number in range(100)]

    async def call_model() -> list[list[str]]:
        answers: list[list[str]] = await asyncio.gather(
            *(collected(model.astream(f"<{name} own-chunk>")) for name in requested)
        )
        return answers

    assert [[text for text in answer if text] for answer in run(call_model())] == [visible(name) for name in requested]


def end_of_last_request(provider: Simulator) -> Ending:
    return provider.wait_settled()[-1].ended


def test_closing_a_stream_closes_the_connection(model: OpenAICompletions, provider: Simulator) -> None:
    chunks = model.stream("<long>")
    next(chunks)

    chunks.close()

    assert end_of_last_request(provider) is Ending.LEFT


def test_closing_an_asynchronous_stream_closes_the_connection(model: OpenAICompletions, provider: Simulator) -> None:
    async def leave() -> Ending:
        chunks = model.astream("<long>")
        await anext(chunks)
        await chunks.aclose()
        return await asyncio.to_thread(end_of_last_request, provider)

    assert run(leave()) is Ending.LEFT


def test_closing_the_events_closes_the_connection(model: OpenAICompletions, provider: Simulator) -> None:
    async def leave() -> Ending:
        events = model.astream_events("<long>")
        async for event in events:
            if event["event"] == "on_llm_stream":
                break
        await events.aclose()
        return await asyncio.to_thread(end_of_last_request, provider)

    assert run(leave()) is Ending.LEFT


def test_a_cancelled_stream_closes_the_connection(model: OpenAICompletions, provider: Simulator) -> None:
    async def leave() -> Ending:
        begun = asyncio.Event()

        async def read() -> None:
            async for _ in model.astream("<long>"):
                begun.set()

        task = asyncio.create_task(read())
        await begun.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        return await asyncio.to_thread(end_of_last_request, provider)

    assert run(leave()) is Ending.LEFT


@respx.mock
def test_the_request_is_what_the_api_asks_for() -> None:
    route = respx.post("https://api.example/v1/completions").respond(json={"choices": [{"index": 0, "text": "Hi"}]})

    text = OpenAICompletions(base_url="https://api.example/v1/", api_key=SECRET, model="m").invoke("Say hi.")

    request = route.calls.last.request
    assert text == "Hi"
    assert json.loads(request.content) == {"model": "m", "prompt": "Say hi."}
    assert request.headers["authorization"] == f"Bearer {SECRET}"
    assert request.headers["content-type"] == "application/json"


def test_the_key_is_not_in_a_repr_or_a_log(model: OpenAICompletions, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)

    list(model.stream(HELLO))

    assert SECRET not in repr(model)
    assert any(record.name.startswith("httpx") for record in caplog.records)
    assert SECRET not in caplog.text
