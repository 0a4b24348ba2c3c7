"""What a model says, however much it is, is recorded within bounds."""

from __future__ import annotations

from typing import Any

import pytest

from llm_conformance.driver import recorder as recorders
from llm_conformance.driver.recorder import Recorder, TooLongError
from llm_conformance.records import Status
from llm_conformance.run import Run
from llm_conformance.run_spec import RunSpec
from llm_conformance.subject.spec import ImplSpec
from zoo.conforming.plain import Bare

LONG = "e" * 1_000_000


class Talkative(Bare):
    """Gives a long answer."""

    def tokens(self, *_: Any, **__: Any) -> list[str]:
        return ["long "] * 40


def message(text: str) -> str:
    return Recorder().exception(ValueError(text)).message


def test_a_long_message_is_recorded_by_beginning_length_and_hash() -> None:
    assert message(LONG).startswith("eeee")
    assert "(1000000 characters, SHA-256 " in message(LONG)
    assert len(message(LONG)) < 11_000


def test_equal_long_messages_are_equal_records_and_others_are_not() -> None:
    assert message(LONG) == message(LONG)
    assert message(LONG) != message(LONG[:-1] + "f")


def test_a_message_of_usual_length_is_recorded_as_it_is() -> None:
    assert message("e" * 10_000) == "e" * 10_000


def test_texts_of_one_scenario_count_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recorders, "MOST_CHARACTERS", 10)
    recorder = Recorder()

    recorder.value({"chunk": "12345"})
    with pytest.raises(TooLongError):
        recorder.value(["123456"])

    assert recorder.too_long
    recorder.begin()
    assert not recorder.too_long


def test_an_answer_that_is_too_long_proves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recorders, "MOST_CHARACTERS", 100)

    with Run(RunSpec.of(ImplSpec(__name__, Talkative.__name__))) as run:
        verdicts = [run.judge.verdict(name) for name in ("invoke.completes", "stream.completes", "batch.order")]

    assert [one.status for one in verdicts] == [Status.INCONCLUSIVE] * 3
    assert "the answer is too long to be recorded" in verdicts[1].reason
