"""The two smallest models."""

from typing import Any

import pytest

from llm_reference import LLM, EchoLLM, OneChunkLLM
from reference.deadline import run

PROMPTS = ["How do LLMs stream?", " two  spaces ", "", " ", "\n", "one", "línea\u2028é🙂 ZWJ👩‍👩‍👧", "\ud83d half"]


def answers(model: LLM, prompt: str, **kwargs: Any) -> dict[str, list[str]]:
    """Return the chunks of every call."""

    async def asynchronous() -> list[list[str]]:
        events = [event async for event in model.astream_events(prompt, **kwargs)]
        return [
            [await model.ainvoke(prompt, **kwargs)],
            [chunk async for chunk in model.astream(prompt, **kwargs)],
            [event["data"]["chunk"] for event in events[1:-1]],
            [events[-1]["data"]["output"]["generations"][0][0]["text"]],
        ]

    ainvoke, astream, events, output = run(asynchronous())
    return {
        "invoke": [model.invoke(prompt, **kwargs)],
        "stream": list(model.stream(prompt, **kwargs)),
        "batch": model.batch([prompt], **kwargs),
        "ainvoke": ainvoke,
        "astream": astream,
        "events": events,
        "output": output,
    }


def test_echo_answers_with_the_prompt_word_by_word() -> None:
    assert list(EchoLLM().stream("How do LLMs  stream? ")) == ["How", " do", " LLMs", "  stream?", " "]


@pytest.mark.parametrize("model", [EchoLLM(), OneChunkLLM()])
@pytest.mark.parametrize("prompt", PROMPTS)
def test_every_call_gives_the_same_text(model: LLM, prompt: str) -> None:
    assert {"".join(chunks) for chunks in answers(model, prompt).values()} == {prompt}


@pytest.mark.parametrize("model", [EchoLLM(), OneChunkLLM()])
@pytest.mark.parametrize(
    ("stop", "answer"),
    [
        (["LLMs"], "How do "),
        (["w d"], "Ho"),
        (["stream?", "do"], "How "),
        (["How"], ""),
        (["nowhere"], "How do LLMs stream?"),
        ([""], "How do LLMs stream?"),
        ([], "How do LLMs stream?"),
    ],
)
def test_every_call_stops_before_the_first_stop_word(model: LLM, stop: list[str], answer: str) -> None:
    assert {"".join(chunks) for chunks in answers(model, "How do LLMs stream?", stop=stop).values()} == {answer}


def test_echo_streams_the_same_chunks_everywhere() -> None:
    received = answers(EchoLLM(), "How do LLMs stream?")

    assert received["stream"] == received["astream"] == received["events"] == ["How", " do", " LLMs", " stream?"]


def test_an_empty_answer_is_one_empty_chunk() -> None:
    assert list(EchoLLM().stream("")) == [""]
    assert list(OneChunkLLM().stream("")) == [""]


def test_one_chunk_streams_one_chunk() -> None:
    received = answers(OneChunkLLM(), "How do LLMs stream?")

    assert received["stream"] == received["astream"] == received["events"] == ["How do LLMs stream?"]
