"""Each defect is present, shown without the suite. Here: chat models that lose a part of the conversation."""

from typing import Any

import pytest

from llm_reference import AIMessage, HumanMessage, SystemMessage
from llm_zoo.chat_history import (
    AnswersSentAsQuestionsOnLoops,
    HistoryLostInBatch,
    HistoryLostInStream,
    Recalls,
    SystemMessageLostOnLoops,
    SystemMessageNotSentOnLoops,
    TurnsSentAgain,
)
from zoo.messages import astream_total, stream_total

ASKED = [SystemMessage("Be brief."), HumanMessage("Deep?"), AIMessage("Nine metres."), HumanMessage("Where?")]


def test_the_base_class_sends_all_messages() -> None:
    assert Recalls().invoke(ASKED).text == "Be brief. Deep? Nine metres. Where?"


def test_a_batch_loses_the_earlier_messages() -> None:
    assert HistoryLostInBatch().invoke(ASKED).text == "Be brief. Deep? Nine metres. Where?"
    assert [one.text for one in HistoryLostInBatch().batch([ASKED])] == ["Where?"]


@pytest.mark.parametrize(
    ("model", "by_stream", "by_astream"), [(HistoryLostInStream, 1, 6), (SystemMessageLostOnLoops, 6, 4)]
)
def test_one_stream_loses_messages(model: type[Any], by_stream: int, by_astream: int) -> None:
    totals = [stream_total(model(), ASKED), astream_total(model(), ASKED)]

    assert [total.usage_metadata["input_tokens"] for total in totals] == [by_stream, by_astream]


@pytest.mark.parametrize(
    ("model", "text"),
    [
        (SystemMessageNotSentOnLoops, b"Be brief."),
        (AnswersSentAsQuestionsOnLoops, b'"role": "assistant"'),
    ],
)
def test_the_asynchronous_request_lacks_a_part(model: type[Any], text: bytes) -> None:
    bodies: list[bytes] = []

    class Recording(model):  # type: ignore[misc]  # a class of a parameter
        def _body(self, *args: Any) -> bytes:
            bodies.append(super()._body(*args))
            raise ConnectionError

    for call in (stream_total, astream_total):
        with pytest.raises(ConnectionError):
            call(Recording(url="http://localhost"), ASKED)

    assert [text in body for body in bodies] == [True, False]


def test_the_next_request_has_the_turns_of_another_conversation() -> None:
    bodies: list[bytes] = []

    class Recording(TurnsSentAgain):
        def _body(self, *args: Any) -> bytes:
            bodies.append(super()._body(*args))
            raise ConnectionError

    model = Recording(url="http://localhost")
    for asked in (ASKED, ASKED[-1:]):
        with pytest.raises(ConnectionError):
            stream_total(model, asked)

    assert [b"Nine metres." in body for body in bodies] == [True, True]
