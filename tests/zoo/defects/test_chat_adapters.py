"""Each defect is present, shown without the suite. Here: chat adapters of other APIs than chat completions."""

from collections.abc import Iterator
from typing import Any

import pytest

from llm_conformance.simulator import DIALECTS, Simulator
from llm_fixtures import golden
from llm_reference import ProviderError
from llm_zoo import chat_anthropic, chat_gemini, chat_ollama, chat_responses
from llm_zoo.bases.anthropic import AnthropicChatAdapter
from llm_zoo.bases.gemini import GeminiChatAdapter
from llm_zoo.bases.ollama import OllamaChatAdapter
from llm_zoo.bases.responses import ResponsesChatAdapter
from zoo.callers import PROMPT, streamed
from zoo.messages import astream_total, calls, invalid, stream_total

SCHEMA = {"type": "object", "properties": {}}
NAMES = ("get_weather", "get_time", "look_up", "roll")
TOOLS = [{"type": "function", "function": {"name": name, "parameters": SCHEMA}} for name in NAMES]


@pytest.fixture(scope="module")
def simulator() -> Iterator[Simulator]:
    with Simulator() as simulator:
        yield simulator


def model_of(simulator: Simulator, model: type[Any], stream: str) -> Any:
    """The model with tools, whose provider says the golden stream."""
    return model(url=simulator.play(golden(stream)).url).bind_tools(TOOLS)


def usage(message: Any) -> list[int]:
    return [message.usage_metadata[name] for name in ("input_tokens", "output_tokens", "total_tokens")]


def thoughts(message: Any) -> str:
    """The reasoning of a message, in blocks or beside its text."""
    if isinstance(message.content, str):
        return str(message.additional_kwargs.get("reasoning_content", ""))
    return "".join(block.get("thinking", "") for block in message.content)


@pytest.mark.parametrize("model", [AnthropicChatAdapter, GeminiChatAdapter, OllamaChatAdapter, ResponsesChatAdapter])
def test_the_bases_read_whole_answers_and_streams_alike(model: type[Any], simulator: Simulator) -> None:
    for name in ("chat-parallel-calls", "chat-reasoning-then-calls", "chat-call-without-arguments"):
        one = model_of(simulator, model, name)
        whole = one.invoke(PROMPT)

        for total in (stream_total(one), astream_total(one)):
            assert calls(total) == calls(whole) != []
            assert (total.text, thoughts(total), usage(total)) == (whole.text, thoughts(whole), usage(whole))
            assert total.response_metadata == whole.response_metadata


def test_a_signature_is_lost_in_the_stream(simulator: Simulator) -> None:
    model = model_of(simulator, chat_anthropic.AnthropicSignatureLost, "chat-reasoning-then-calls")

    assert any("signature" in block for block in model.invoke(PROMPT).content)
    assert not any(block.get("signature") for block in stream_total(model).content)


def test_the_prompt_is_counted_twice(simulator: Simulator) -> None:
    model = model_of(simulator, chat_anthropic.AnthropicUsageTwice, "chat-call")

    assert usage(stream_total(model))[0] == 2 * usage(model.invoke(PROMPT))[0]


def test_input_tokens_are_zero_in_one_dialect(simulator: Simulator) -> None:
    name, dialect = DIALECTS["anthropic-messages"]["output-tokens-alone"]
    model = chat_anthropic.AnthropicInputTokensZero(url=simulator.play(golden(name), dialect=dialect).url)

    assert usage(model.invoke(PROMPT))[0] > 0
    assert usage(stream_total(model))[0] == 0


@pytest.mark.parametrize(
    ("model", "key"),
    [(chat_anthropic.AnthropicStopReasonLost, "stop_reason"), (chat_ollama.OllamaDoneReasonLost, "done_reason")],
)
def test_the_reason_of_the_end_is_lost_in_the_stream(model: type[Any], key: str, simulator: Simulator) -> None:
    one = model_of(simulator, model, "chat-call")

    assert one.invoke(PROMPT).response_metadata[key]
    assert not stream_total(one).response_metadata.get(key)


@pytest.mark.parametrize(
    ("model", "arguments"),
    [(chat_anthropic.AnthropicEmptyInputKept, "{}{"), (chat_ollama.OllamaArgumentsAsPython, "{'")],
)
def test_the_arguments_are_no_json(model: type[Any], arguments: str, simulator: Simulator) -> None:
    total = stream_total(model_of(simulator, model, "chat-call"))

    assert calls(total) == []
    assert invalid(total)[0].startswith(arguments)


@pytest.mark.parametrize("model", [chat_anthropic.AnthropicThinkingIsText, chat_ollama.OllamaThinkingIsText])
def test_reasoning_is_text_in_the_stream(model: type[Any], simulator: Simulator) -> None:
    one = model_of(simulator, model, "chat-reasoning-then-text")
    whole = one.invoke(PROMPT)

    assert stream_total(one).text == thoughts(whole) + whole.text != whole.text


def test_all_calls_have_one_index(simulator: Simulator) -> None:
    total = stream_total(model_of(simulator, chat_anthropic.AnthropicCallsShareAnIndex, "chat-parallel-calls"))

    assert len(calls(total)) != len(golden("chat-parallel-calls").calls)


def test_one_call_of_a_line_is_kept(simulator: Simulator) -> None:
    model = model_of(simulator, chat_ollama.OllamaLastCallOfALine, "chat-parallel-calls")
    said = golden("chat-parallel-calls").calls

    assert len(calls(stream_total(model))) == len(said)
    assert [name for name, _ in calls(model.invoke(PROMPT))] == [said[-1].name]


def test_reasoning_is_lost_in_the_stream(simulator: Simulator) -> None:
    model = model_of(simulator, chat_ollama.OllamaThinkingLostInStream, "chat-reasoning-then-text")

    assert thoughts(model.invoke(PROMPT))
    assert not thoughts(stream_total(model))


def test_the_total_lacks_the_prompt(simulator: Simulator) -> None:
    asked, answered, total = usage(stream_total(model_of(simulator, chat_ollama.OllamaTotalWithoutPrompt, "chat-call")))

    assert total == answered != asked + answered


def test_a_line_of_reasoning_raises(simulator: Simulator) -> None:
    model = model_of(simulator, chat_ollama.OllamaThinkingAloneRaises, "chat-reasoning-then-text")

    assert model.invoke(PROMPT).text
    with pytest.raises(ProviderError, match="expected a text"):
        streamed(model)


def a_responses_model(simulator: Simulator, name: str, stream: str, fault: str = "baseline") -> Any:
    """The defect of this name, whose provider says the golden stream under the fault."""
    model = getattr(chat_responses, name)
    return model(url=simulator.play(golden(stream), fault).url).bind_tools(TOOLS)


def text_of(chunks: list[Any]) -> str:
    return "".join(chunk.text for chunk in chunks)


def test_a_second_call_has_no_arguments_in_the_stream(simulator: Simulator) -> None:
    model = a_responses_model(simulator, "ResponsesSecondCallWithoutArguments", "chat-parallel-calls")

    (_, first), *others = calls(stream_total(model))
    assert first
    assert {str(arguments) for _, arguments in others} == {"{}"}
    assert all(arguments for _, arguments in calls(model.invoke(PROMPT)))


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("ResponsesNeedNoEnd", "no_final_event"),
        ("ResponsesNeedNoEnd", "clean_end_early"),
        ("ResponsesFailedIsAnEnd", "failed_mid_stream"),
    ],
)
def test_an_answer_that_broke_off_or_failed_counts_as_whole(name: str, fault: str, simulator: Simulator) -> None:
    text = golden("sparkling-water").text

    read = text_of(streamed(a_responses_model(simulator, name, "sparkling-water", fault)))

    assert text.startswith(read)
    assert (read == text) is (fault == "no_final_event")
    with pytest.raises(ProviderError):
        streamed(ResponsesChatAdapter(url=simulator.play("sparkling-water", fault).url))


def test_a_response_that_the_limit_cuts_off_looks_complete(simulator: Simulator) -> None:
    model = a_responses_model(simulator, "ResponsesIncompleteIsComplete", "cut-by-length")

    assert model.invoke(PROMPT).response_metadata["finish_reason"] == "max_output_tokens"
    assert stream_total(model).response_metadata["finish_reason"] == "completed"


def test_a_response_says_its_text_twice_in_the_stream(simulator: Simulator) -> None:
    model = a_responses_model(simulator, "ResponsesTextTwice", "sparkling-water")

    assert stream_total(model).text == 2 * model.invoke(PROMPT).text


def test_a_refusal_is_lost_in_the_stream(simulator: Simulator) -> None:
    model = a_responses_model(simulator, "ResponsesRefusalLost", "chat-refusal")

    assert model.invoke(PROMPT).additional_kwargs["refusal"]
    assert "refusal" not in stream_total(model).additional_kwargs


def test_a_response_counts_twice_in_the_stream(simulator: Simulator) -> None:
    model = a_responses_model(simulator, "ResponsesUsageTwice", "chat-call")

    assert usage(stream_total(model)) == [2 * count for count in usage(model.invoke(PROMPT))]


def test_what_comes_after_the_end_becomes_text(simulator: Simulator) -> None:
    model = a_responses_model(simulator, "ResponsesReadPastTheEnd", "sparkling-water", "delta_after_end")

    assert text_of(streamed(model)) == golden("sparkling-water").text + "more"


def test_the_usage_of_every_chunk_is_added_up(simulator: Simulator) -> None:
    total = stream_total(model_of(simulator, chat_gemini.GeminiUsageOfEveryChunk, "chat-parallel-calls"))

    # Three calls and the end have the 20 tokens of the prompt.
    assert usage(total)[0] == 80


def test_a_reader_of_the_first_part_sees_one_of_three_calls(simulator: Simulator) -> None:
    stream, dialect = DIALECTS["gemini"]["whole-calls"]
    url = simulator.play(stream, dialect=dialect).url

    total = stream_total(chat_gemini.GeminiFirstPart(url=url).bind_tools(TOOLS))

    assert [name for name, _ in calls(total)] == ["get_weather"]


@pytest.mark.parametrize("fault", ["content_without_parts", "usage_without_candidates"])
def test_a_chunk_without_parts_ends_the_stream_with_an_exception(fault: str, simulator: Simulator) -> None:
    url = simulator.play("sparkling-water", fault).url

    assert stream_total(GeminiChatAdapter(url=url)).text == golden("sparkling-water").text
    with pytest.raises(ProviderError, match="expected candidates"):
        streamed(chat_gemini.GeminiNeedsParts(url=url))


def test_the_end_of_the_body_is_taken_for_the_end_of_the_answer(simulator: Simulator) -> None:
    url = simulator.play("sparkling-water", "clean_end_early").url

    assert 0 < len(stream_total(chat_gemini.GeminiEndsWithBody(url=url)).text) < len(golden("sparkling-water").text)
    with pytest.raises(ProviderError, match="without a finish reason"):
        streamed(GeminiChatAdapter(url=url))
