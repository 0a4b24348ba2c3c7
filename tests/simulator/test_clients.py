"""Real clients of the completions format: the golden streams arrive token for token through every call."""

import asyncio
from collections.abc import Iterator
from typing import Any

import openai
import pytest
from langchain_openai import OpenAI
from pydantic import SecretStr

from llm_conformance.simulator import Case, FinishStyle, Simulator
from llm_fixtures import golden, names

SHORT = [name for name in names() if name != "long-1e5" and golden(name).is_text]
VERSE = golden("sparkling-water")
STYLES: list[FinishStyle] = ["own-chunk", "with-last-text"]


@pytest.fixture(scope="module")
def provider() -> Iterator[Simulator]:
    """All golden streams, each under its name in angle brackets and its finish style."""
    with Simulator() as simulator:
        for name in SHORT:
            for style in STYLES:
                simulator.register(Case(nonce=f"<{name} {style}>", golden=golden(name), finish=style))
        yield simulator


@pytest.fixture(scope="module")
def client(provider: Simulator) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(base_url=f"{provider.url}/v1", api_key="k", max_retries=0) as openai_client:
        yield openai_client


def a_langchain_model(provider: Simulator, **clients: Any) -> OpenAI:
    """A model with HTTP clients that the test closes, because the model does not close its own."""
    return OpenAI(
        base_url=f"{provider.url}/v1",
        api_key=SecretStr("k"),
        model="gpt-3.5-turbo-instruct",
        temperature=0,
        max_tokens=512,
        max_retries=0,
        **clients,
    )


@pytest.fixture(scope="module")
def langchain(provider: Simulator) -> Iterator[OpenAI]:
    with openai.DefaultHttpxClient() as http_client:
        yield a_langchain_model(provider, http_client=http_client)


def an_async_client(provider: Simulator) -> openai.AsyncOpenAI:
    return openai.AsyncOpenAI(base_url=f"{provider.url}/v1", api_key="k", max_retries=0, timeout=20)


async def streamed(client: openai.AsyncOpenAI, prompt: str) -> list[str]:
    stream = await client.completions.create(model="m", prompt=prompt, stream=True)
    return [chunk.choices[0].text async for chunk in stream]


def visible(name: str) -> list[str]:
    """The tokens that are not empty: a client may skip empty ones."""
    return [text for text in golden(name).text_tokens() if text]


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("name", SHORT)
def test_openai_gets_every_token_as_a_chunk(name: str, style: FinishStyle, client: openai.OpenAI) -> None:
    chunks = list(client.completions.create(model="m", prompt=f"<{name} {style}>", stream=True))

    texts = [chunk.choices[0].text for chunk in chunks]
    assert [text for text in texts if text] == visible(name)
    assert chunks[-1].choices[0].finish_reason == golden(name).finish


@pytest.mark.parametrize("name", SHORT)
def test_openai_gets_every_token_as_a_chunk_asynchronously(name: str, provider: Simulator) -> None:
    async def ask() -> list[str]:
        async with an_async_client(provider) as client:
            return await streamed(client, f"<{name} own-chunk>")

    assert [text for text in asyncio.run(ask()) if text] == visible(name)


# Two lone surrogates in one JSON text are one character: only a stream can keep them apart.
@pytest.mark.parametrize("name", [name for name in SHORT if name != "surrogate-halves"])
def test_openai_gets_the_whole_text_without_a_stream(name: str, client: openai.OpenAI) -> None:
    answer = client.completions.create(model="m", prompt=f"<{name} own-chunk>")

    assert answer.choices[0].text == golden(name).text
    assert answer.choices[0].finish_reason == golden(name).finish


def test_surrogate_halves_become_one_character_in_an_answer_that_is_not_streamed(client: openai.OpenAI) -> None:
    answer = client.completions.create(model="m", prompt="<surrogate-halves own-chunk>")

    assert answer.choices[0].text == "a👍b"


def test_openai_distinguishes_several_prompts(client: openai.OpenAI) -> None:
    prompts = ["<repeats own-chunk>", "<plain-ascii own-chunk>", "<repeats own-chunk>"]

    texts = ["", "", ""]
    for chunk in client.completions.create(model="m", prompt=prompts, stream=True):
        texts[chunk.choices[0].index] += chunk.choices[0].text

    assert texts == ["hahahaha...", "Hello, world!", "hahahaha..."]


def test_openai_stops_at_a_text_that_spans_tokens(client: openai.OpenAI) -> None:
    prompt = "<sparkling-water own-chunk>"

    chunks = list(client.completions.create(model="m", prompt=prompt, stream=True, stop=["clear\nBubbles"]))

    assert [chunk.choices[0].text for chunk in chunks] == ["\n\n", "Spark", "ling", " water", ",", " oh", " so ", ""]
    assert chunks[-1].choices[0].finish_reason == "stop"


def test_openai_gets_the_usage_it_asks_for(client: openai.OpenAI) -> None:
    *_, last = client.completions.create(
        model="m", prompt="<plain-ascii own-chunk>", stream=True, stream_options={"include_usage": True}
    )

    assert last.choices == []
    assert last.usage is not None
    assert last.usage.total_tokens == 13


def test_openai_raises_its_own_error_for_an_error_response(client: openai.OpenAI) -> None:
    with pytest.raises(openai.BadRequestError, match="the prompt does not contain the nonce of a registered case"):
        client.completions.create(model="m", prompt="without a nonce", stream=True)


def test_many_concurrent_streams_do_not_mix(provider: Simulator) -> None:
    requested = [SHORT[number % len(SHORT)] for number in range(100)]

    async def ask() -> list[list[str]]:
        async with an_async_client(provider) as client:
            return await asyncio.gather(*(streamed(client, f"<{name} own-chunk>") for name in requested))

    answers = asyncio.run(ask())

    assert [[text for text in answer if text] for answer in answers] == [visible(name) for name in requested]


def test_langchain_streams_the_verse_token_for_token(langchain: OpenAI) -> None:
    texts = list(langchain.stream("<sparkling-water own-chunk>"))

    assert texts == [*VERSE.text_tokens(), ""]


def test_langchain_streams_the_verse_token_for_token_asynchronously(provider: Simulator) -> None:
    async def ask() -> list[str]:
        async with openai.DefaultAsyncHttpxClient() as http_client:
            model = a_langchain_model(provider, http_async_client=http_client)
            return [text async for text in model.astream("<sparkling-water own-chunk>")]

    assert asyncio.run(ask()) == [*VERSE.text_tokens(), ""]


def test_langchain_gets_the_verse_without_a_stream(langchain: OpenAI) -> None:
    assert langchain.invoke("<sparkling-water own-chunk>") == VERSE.text


def test_langchain_gets_a_batch_in_its_order(langchain: OpenAI, provider: Simulator) -> None:
    prompts = ("<plain-ascii own-chunk>", "<sparkling-water own-chunk>", "<repeats own-chunk>")

    answers = langchain.batch([*prompts])

    assert answers == ["Hello, world!", VERSE.text, "hahahaha..."]
    assert provider.requests[-1].body["prompt"] == [*prompts]
