"""A retried request or a swallowed exception does not count as memory of the model, and does not hang the meter."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest

from llm_conformance.control.wire import Wire
from llm_conformance.records import Status, Verdict
from llm_conformance.run import Run
from llm_conformance.run_spec import RunSpec
from llm_conformance.subject.spec import ImplSpec
from llm_reference import GenerationChunk
from llm_zoo.bases.adapter import WireAdapter


class AsksTwice(WireAdapter):
    """Sends each request twice, and reads both answers."""

    def _stream(self, *args: Any, **kwargs: Any) -> Iterator[GenerationChunk]:
        read = super()._stream
        beside = threading.Thread(target=lambda: list(read(*args, **kwargs)), daemon=True)
        beside.start()
        yield from super()._stream(*args, **kwargs)
        beside.join()


class Swallows(WireAdapter):
    """Swallows letters that no golden stream has by themselves."""

    def _stream(self, *args: Any, **kwargs: Any) -> Iterator[GenerationChunk]:
        for chunk in super()._stream(*args, **kwargs):
            if chunk.text not in {"b", "c", "d", "e"}:
                yield chunk


def measured(name: str) -> tuple[Verdict, dict[str, Any]]:
    spec = ImplSpec(__name__, name)
    with Run(RunSpec.of(spec, kwargs={"url": "{url}"}, wire="openai-completions", timeout=5)) as run:
        return run.judge.verdict("stream.flat-memory"), run.recorded["cost[stream]"]


def test_a_model_that_swallows_text_is_not_reported_for_it() -> None:
    verdict, growth = measured("Swallows")

    assert (verdict.status, verdict.findings) == (Status.PASSED, ())
    assert [cost["tokens"] for cost in growth["costs"]] == [240, 2400]


def test_memory_of_the_provider_for_a_second_request_is_not_the_models() -> None:
    verdict, growth = measured("AsksTwice")

    assert verdict.findings == ()
    assert growth["inconclusive"] == (
        "the adapter sends several requests for one answer, and the provider keeps each of them"
    )


def test_an_answer_that_ends_before_its_gate_raises() -> None:
    wire = Wire("openai-completions")
    like, answer = wire.plan(("a", "b"), gates=(1,)), wire.plan(("a", "b"), gates=(1,))
    like.open_gates()
    WireAdapter(url=wire.fill_url({"url": "{url}"})["url"]).invoke(like.prompt)

    wire.discard(answer)
    with pytest.raises(ConnectionError, match="the response ended before the gate"):
        wire.measure_at_gate(like, answer, int)

    wire.close()


@pytest.mark.parametrize("api_key", [None, "key-of-the-adapter"])
def test_the_request_of_the_harness_demands_no_key_of_the_adapter(api_key: str | None) -> None:
    wire = Wire("openai-completions")
    like, answer = wire.plan(("a", "b"), gates=(1,)), wire.plan(("a", "b"), gates=(1,))
    like.open_gates()
    adapter = WireAdapter(url=wire.fill_url({"url": "{url}"})["url"], api_key=api_key)
    adapter.invoke(like.prompt)

    wire.measure_at_gate(like, answer, int)

    assert adapter.invoke(like.prompt) == "ab"
    wire.close()
