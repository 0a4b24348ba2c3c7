"""Each defect is really there, without the suite. Here: what handlers are told."""

import asyncio
import warnings
from typing import Any
from uuid import UUID

import pytest

from llm_reference import AsyncCallbackHandler, BaseCallbackHandler, EchoLLM, RunnableConfig
from llm_zoo import callback_effects, callbacks
from zoo.callers import astreamed

RUN_ID = UUID(int=7)


class Notes(BaseCallbackHandler):
    """Writes down what it is told, and how many chunks the consumer had by then."""

    def __init__(self) -> None:
        self.told: list[Any] = []
        self.chunks: list[str] = []

    def on_llm_start(self, *_args: Any, run_id: UUID, **_kwargs: Any) -> None:
        self.told.append(("start", run_id))

    def on_llm_new_token(self, token: str, *, run_id: UUID, **_kwargs: Any) -> Any:
        self.told.append((token, len(self.chunks), run_id))

    def on_llm_end(self, *_args: Any, **_kwargs: Any) -> None:
        self.told.append("end")

    def on_llm_error(self, *_args: Any, **_kwargs: Any) -> None:
        self.told.append("error")

    @property
    def words(self) -> list[str]:
        return [one if isinstance(one, str) else one[0] for one in self.told]


class AsyncNotes(Notes, AsyncCallbackHandler):
    """The same for asynchronous models."""

    async def on_llm_new_token(self, token: str, *, run_id: UUID, **_kwargs: Any) -> None:
        self.told.append((token, len(self.chunks), run_id))


def heard(model: EchoLLM) -> Notes:
    """What a handler hears of a stream."""
    notes = Notes()
    for chunk in model.stream("one two", {"callbacks": [notes], "run_id": RUN_ID}):
        notes.chunks.append(chunk)
    return notes


def aheard(model: EchoLLM) -> Notes:
    """The same of a stream on a loop."""
    notes = AsyncNotes()
    astreamed(model, "one two", config={"callbacks": [notes]})
    return notes


def test_a_handler_hears_of_the_reference_what_it_should() -> None:
    assert heard(EchoLLM()).told == [("start", RUN_ID), ("one", 0, RUN_ID), (" two", 1, RUN_ID), "end"]


def test_a_handler_is_refused() -> None:
    with pytest.raises(TypeError, match="not JSON serializable"):
        heard(callbacks.HandlersRefused())


def test_the_end_is_not_told() -> None:
    assert heard(callbacks.EndUntold()).words == ["start", "one", " two"]


def test_tokens_are_of_another_run() -> None:
    told = heard(callbacks.TokensOfAnotherRun()).told

    assert [one[-1] for one in told[:-1]] == [RUN_ID, UUID(int=5), UUID(int=5)]


def test_tokens_are_told_twice() -> None:
    assert heard(callbacks.TokensToldTwice()).words == ["start", "one", "one", " two", " two", "end"]


def test_a_token_is_told_when_it_was_delivered() -> None:
    assert heard(callbacks.TokenToldLate()).told[1:3] == [("one", 1, RUN_ID), (" two", 2, RUN_ID)]


def test_a_report_is_not_awaited() -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        notes = aheard(callbacks.ReportNotAwaited())

    assert notes.words == ["start", "end"]
    assert "was never awaited" in str(caught[0].message)


def test_a_run_has_an_id_of_its_own() -> None:
    assert heard(callbacks.RunIdUntold()).told[0] == ("start", UUID(int=6))


def test_who_listens_gets_another_answer() -> None:
    model = callback_effects.HandlersChangeTheAnswer()
    config: RunnableConfig = {"callbacks": [Notes()]}

    assert model.invoke("one two") == asyncio.run(model.ainvoke("one two")) == "one two"
    assert model.invoke("one two", config) == asyncio.run(model.ainvoke("one two", config)) == "onetwo"


def test_the_tokens_of_the_asynchronous_stream_are_not_told() -> None:
    assert heard(callback_effects.AsyncTokensUntold()).words == ["start", "one", " two", "end"]
    assert aheard(callback_effects.AsyncTokensUntold()).words == ["start", "end"]


def test_nothing_is_told_in_a_context_of_its_own() -> None:
    assert heard(callback_effects.HandlersLostInATask()).words == ["start", "one", " two", "end"]
    assert aheard(callback_effects.HandlersLostInATask()).words == []


def test_leaving_is_not_told() -> None:
    notes = Notes()
    stream = callbacks.LeavingUntold().stream("one two", {"callbacks": [notes]})
    next(stream)
    stream.close()

    assert notes.words == ["start", "one"]


def test_leaving_is_told_as_an_end() -> None:
    for model, last in ((EchoLLM(), "error"), (callbacks.LeavingToldAsAnEnd(), "end")):
        notes = Notes()
        stream = model.stream("one two", {"callbacks": [notes]})
        next(stream)
        stream.close()

        assert notes.words == ["start", "one", last]
